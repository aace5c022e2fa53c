// The processes that share this run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nanobragg/distribute/launch.hpp"
#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::app {

// Those that a launcher started, or this one alone.
class JoinedRanks {
 public:
  // Throws UsageError where this build has no MPI, and where MPI does not know what the launcher
  // started.
  explicit JoinedRanks(const distribute::Launch& launch);
  ~JoinedRanks();
  JoinedRanks(const JoinedRanks&) = delete;
  JoinedRanks& operator=(const JoinedRanks&) = delete;

  // Throws UsageError where some ranks have other words than rank 0.
  void check_words(const std::vector<std::string>& words);

 private:
  std::unique_ptr<distribute::Ranks> ranks_;
};

// Of the run that goes on.
distribute::Ranks& ranks();

// Rank 0 speaks for all: what the others print goes nowhere.
void silence_other_ranks(const distribute::Launch& launch);

// "Open MPI v4.1.4", or that there is none.
std::string about_mpi();

}  // namespace nanobragg::app
