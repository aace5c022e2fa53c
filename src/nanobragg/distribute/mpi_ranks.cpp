// The one file that knows MPI. Waits by looking now and then: MPI's own waiting takes a whole
// processor, which other ranks on the machine could use.
#include "nanobragg/distribute/mpi_ranks.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <numeric>
#include <thread>

#include "nanobragg/base/error.hpp"

namespace nanobragg::distribute {
namespace {

constexpr std::chrono::microseconds kBetweenLooks{200};

void wait_for(MPI_Request& request) {
  int is_done = 0;
  while (MPI_Test(&request, &is_done, MPI_STATUS_IGNORE), is_done == 0) {
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

int as_count(std::size_t bytes) {
  if (bytes <= INT_MAX) return static_cast<int>(bytes);
  throw Error(fmt::format("{} MB are too many for one message between ranks", bytes >> 20));
}

// What a rank tells rank 0, which answers the first with a piece, or kNoMore.
enum Word : int { next_piece, end_all };
constexpr std::int64_t kNoMore = -1;
constexpr int kAsk = 1;
constexpr int kAnswer = 2;
constexpr int kPart = 3;

// MPI counts in int.
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

// Calls part(first, count) for bytes 0 … size − 1, piece by piece.
template <class Part>
void in_parts(std::size_t size, const Part& part) {
  for (std::size_t at = 0; at < size; at += kMostAtOnce) {
    part(at, static_cast<int>(std::min(kMostAtOnce, size - at)));
  }
}

// Rank 0's side: a thread that answers the others, and what all of them share.
class Desk {
 public:
  Desk(MPI_Comm comm, std::size_t pieces, int others)
      : comm_(comm), pieces_(pieces), waiting_for_(others), thread_([this] { serve(); }) {}
  ~Desk() { thread_.join(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  std::int64_t next() {
    const std::lock_guard guard(mutex_);
    return next_ < pieces_ ? static_cast<std::int64_t>(next_++) : kNoMore;
  }
  void end() {
    const std::lock_guard guard(mutex_);
    next_ = pieces_;
  }

 private:
  void serve() {
    while (waiting_for_ > 0) {
      int has_come = 0;
      MPI_Status status;
      MPI_Iprobe(MPI_ANY_SOURCE, kAsk, comm_, &has_come, &status);
      if (has_come == 0) {
        std::this_thread::sleep_for(kBetweenLooks);
        continue;
      }
      int word = next_piece;
      MPI_Recv(&word, 1, MPI_INT, status.MPI_SOURCE, kAsk, comm_, MPI_STATUS_IGNORE);
      if (word == end_all) end();
      const std::int64_t piece = next();
      if (word == next_piece) {
        MPI_Send(&piece, 1, MPI_INT64_T, status.MPI_SOURCE, kAnswer, comm_);
      }
      if (piece == kNoMore) --waiting_for_;
    }
  }

  MPI_Comm comm_;
  std::size_t pieces_;
  std::size_t next_ = 0;
  std::mutex mutex_;
  int waiting_for_;  // ranks that may still ask
  std::thread thread_;
};

class FirstsHandout : public Handout {
 public:
  FirstsHandout(MPI_Comm comm, std::size_t pieces, int others) : desk_(comm, pieces, others) {}
  ~FirstsHandout() override { desk_.end(); }
  std::optional<std::size_t> next() override {
    const std::int64_t piece = desk_.next();
    if (piece == kNoMore) return std::nullopt;
    return static_cast<std::size_t>(piece);
  }
  void end() override { desk_.end(); }

 private:
  Desk desk_;
};

class OthersHandout : public Handout {
 public:
  explicit OthersHandout(MPI_Comm comm) : comm_(comm) {}
  ~OthersHandout() override { OthersHandout::end(); }
  std::optional<std::size_t> next() override {
    if (has_ended_) return std::nullopt;
    tell(next_piece);
    std::int64_t piece = kNoMore;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Irecv(&piece, 1, MPI_INT64_T, 0, kAnswer, comm_, &request);
    wait_for(request);
    has_ended_ = piece == kNoMore;
    if (has_ended_) return std::nullopt;
    return static_cast<std::size_t>(piece);
  }
  void end() override {
    if (!has_ended_) tell(end_all);
    has_ended_ = true;
  }

 private:
  void tell(Word word) {
    const int number = word;
    MPI_Send(&number, 1, MPI_INT, 0, kAsk, comm_);
  }

  MPI_Comm comm_;
  bool has_ended_ = false;
};

class MpiRanks : public Ranks {
 public:
  MpiRanks() {
    int threads = MPI_THREAD_SINGLE;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &threads);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    MPI_Comm_dup(MPI_COMM_WORLD, &talk_);
    MPI_Comm_dup(MPI_COMM_WORLD, &pieces_);
    // Rank 0 answers others while it works itself.
    if (threads == MPI_THREAD_MULTIPLE) return;
    constexpr int kFailed = 1;
    if (rank_ == 0) {
      std::fprintf(stderr, "nanobragg: this MPI does not let several threads of a process talk\n");
    }
    MPI_Abort(MPI_COMM_WORLD, kFailed);
  }
  ~MpiRanks() override {
    // Nobody ends before rank 0 has said what it has to.
    std::fflush(nullptr);
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(talk_, &request);
    wait_for(request);
    MPI_Comm_free(&talk_);
    MPI_Comm_free(&pieces_);
    MPI_Finalize();
  }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;

  std::size_t rank() const override { return static_cast<std::size_t>(rank_); }
  std::size_t count() const override { return static_cast<std::size_t>(count_); }

  std::vector<std::string> gather(const std::string& mine) override {
    const int length = as_count(mine.size());
    std::vector<int> lengths(count());
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, talk_, &request);
    wait_for(request);
    // Of the same lengths on all ranks, so that all throw.
    as_count(std::accumulate(lengths.begin(), lengths.end(), std::size_t{0}));
    std::vector<int> places(count());
    std::exclusive_scan(lengths.begin(), lengths.end(), places.begin(), 0);
    std::string all(static_cast<std::size_t>(places.back() + lengths.back()), '\0');
    MPI_Iallgatherv(mine.data(), length, MPI_BYTE, all.data(), lengths.data(), places.data(),
                    MPI_BYTE, talk_, &request);
    wait_for(request);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count(); ++i) {
      out.push_back(
          all.substr(static_cast<std::size_t>(places[i]), static_cast<std::size_t>(lengths[i])));
    }
    return out;
  }

  std::vector<std::string> gather_to_first(const std::string& mine) override {
    std::vector<std::string> out;
    MPI_Request request = MPI_REQUEST_NULL;
    if (!is_first()) {
      const std::uint64_t size = mine.size();
      MPI_Isend(&size, 1, MPI_UINT64_T, 0, kPart, talk_, &request);
      wait_for(request);
      in_parts(mine.size(), [&](std::size_t at, int count) {
        MPI_Isend(mine.data() + at, count, MPI_BYTE, 0, kPart, talk_, &request);
        wait_for(request);
      });
      return out;
    }
    out.push_back(mine);
    for (int rank = 1; rank < count_; ++rank) {
      std::uint64_t size = 0;
      MPI_Irecv(&size, 1, MPI_UINT64_T, rank, kPart, talk_, &request);
      wait_for(request);
      std::string& bytes = out.emplace_back(size, '\0');
      in_parts(size, [&](std::size_t at, int count) {
        MPI_Irecv(bytes.data() + at, count, MPI_BYTE, rank, kPart, talk_, &request);
        wait_for(request);
      });
    }
    return out;
  }

  std::string broadcast(const std::string& of_first) override {
    int length = is_first() ? as_count(of_first.size()) : 0;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibcast(&length, 1, MPI_INT, 0, talk_, &request);
    wait_for(request);
    std::string bytes = is_first() ? of_first : std::string(static_cast<std::size_t>(length), '\0');
    MPI_Ibcast(bytes.data(), length, MPI_BYTE, 0, talk_, &request);
    wait_for(request);
    return bytes;
  }

  std::unique_ptr<Handout> hand_out(std::size_t pieces) override {
    if (is_first()) return std::make_unique<FirstsHandout>(pieces_, pieces, count_ - 1);
    return std::make_unique<OthersHandout>(pieces_);
  }

 private:
  int rank_ = 0;
  int count_ = 1;
  MPI_Comm talk_ = MPI_COMM_NULL;
  MPI_Comm pieces_ = MPI_COMM_NULL;
};

}  // namespace

std::unique_ptr<Ranks> join_mpi() { return std::make_unique<MpiRanks>(); }

std::string mpi_library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  // "Open MPI v4.1.4, package: Debian OpenMPI, …"
  std::string name(text.data(), static_cast<std::size_t>(length));
  return name.substr(0, name.find_first_of(",\n"));
}

}  // namespace nanobragg::distribute
