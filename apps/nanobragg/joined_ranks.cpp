// Joins by MPI, where this build has it.
#include "joined_ranks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/distribute/together.hpp"
#ifdef NANOBRAGG_MPI
#include "nanobragg/distribute/mpi_ranks.hpp"
#endif

namespace nanobragg::app {
namespace {

distribute::Ranks* g_ranks = nullptr;

std::unique_ptr<distribute::Ranks> join(const distribute::Launch& launch) {
  if (launch.processes == 1) return std::make_unique<distribute::Alone>();
#ifdef NANOBRAGG_MPI
  std::unique_ptr<distribute::Ranks> ranks = std::make_unique<distribute::Alone>();
  if (launch.connects) ranks = distribute::join_mpi();
  if (ranks->count() == launch.processes) return ranks;
  throw UsageError(
      fmt::format("{} started {} processes, and MPI knows {} of them (each would do all the work)",
                  launch.launcher, launch.processes, ranks->count()),
      "", "start them by mpirun, or by srun --mpi=pmix (srun --mpi=list shows its kinds)");
#else
  throw UsageError(fmt::format("{} started {} processes, and this build has no MPI (each would do "
                               "all the work)",
                               launch.launcher, launch.processes),
                   "", "build with the package libopenmpi-dev, or share the work by --shard I/N");
#endif
}

}  // namespace

JoinedRanks::JoinedRanks(const distribute::Launch& launch) : ranks_(join(launch)) {
  g_ranks = ranks_.get();
}

JoinedRanks::~JoinedRanks() { g_ranks = nullptr; }

void JoinedRanks::check_words(const std::vector<std::string>& words) {
  distribute::check_same(*ranks_, fmt::format("{}", fmt::join(words, "\n")), "words");
}

distribute::Ranks& ranks() { return *g_ranks; }

void silence_other_ranks(const distribute::Launch& launch) {
  if (launch.rank == 0) return;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  ::close(nowhere);
}

std::string about_mpi() {
#ifdef NANOBRAGG_MPI
  return distribute::mpi_library();
#else
  return "no MPI (libopenmpi-dev)";
#endif
}

}  // namespace nanobragg::app
