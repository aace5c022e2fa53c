// Lets threads wait for each other at a board.
#include "support/thread_ranks.hpp"

#include <barrier>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace nanobragg::test {
namespace {

struct Board {
  explicit Board(std::size_t count) : texts(count), all(static_cast<std::ptrdiff_t>(count)) {}
  std::vector<std::string> texts;
  std::barrier<> all;
  std::mutex mutex;
  std::size_t next = 0;
  std::size_t pieces = 0;
};

class BoardHandout : public distribute::Handout {
 public:
  explicit BoardHandout(Board& board) : board_(board) {}
  ~BoardHandout() override { board_.all.arrive_and_wait(); }
  std::optional<std::size_t> next() override {
    const std::lock_guard guard(board_.mutex);
    if (board_.next >= board_.pieces) return std::nullopt;
    return board_.next++;
  }
  void end() override {
    const std::lock_guard guard(board_.mutex);
    board_.next = board_.pieces;
  }

 private:
  Board& board_;
};

class ThreadRank : public distribute::Ranks {
 public:
  ThreadRank(Board& board, std::size_t rank) : board_(board), rank_(rank) {}
  std::size_t rank() const override { return rank_; }
  std::size_t count() const override { return board_.texts.size(); }
  std::vector<std::string> gather(const std::string& mine) override {
    board_.texts[rank_] = mine;
    board_.all.arrive_and_wait();
    std::vector<std::string> all = board_.texts;
    board_.all.arrive_and_wait();
    return all;
  }
  std::vector<std::string> gather_to_first(const std::string& mine) override {
    std::vector<std::string> all = gather(mine);
    if (!is_first()) all.clear();
    return all;
  }
  std::string broadcast(const std::string& of_first) override { return gather(of_first)[0]; }
  std::unique_ptr<distribute::Handout> hand_out(std::size_t pieces) override {
    board_.all.arrive_and_wait();
    if (rank_ == 0) {
      board_.next = 0;
      board_.pieces = pieces;
    }
    board_.all.arrive_and_wait();
    return std::make_unique<BoardHandout>(board_);
  }

 private:
  Board& board_;
  std::size_t rank_;
};

}  // namespace

void run_ranks(std::size_t count, const std::function<void(distribute::Ranks&)>& f) {
  Board board(count);
  std::vector<std::exception_ptr> errors(count);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      ThreadRank rank(board, i);
      try {
        f(rank);
      } catch (...) {
        errors[i] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace nanobragg::test
