// Rounds over all shots: each is refined by itself, then all say what they have in common, then
// each again with that.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nanobragg/commands/refine/refine_run.hpp"
#include "nanobragg/commands/refine/shots/shot_source.hpp"
#include "nanobragg/commands/refine/shots/shot_store.hpp"
#include "nanobragg/commands/shard.hpp"
#include "nanobragg/distribute/ranks.hpp"
#include "nanobragg/refine/shots/shared_parameters.hpp"

namespace nanobragg::commands {

// Which of the shots a run refines, and with whom.
struct ShotsShare {
  distribute::Ranks* ranks = nullptr;  // null: this process alone
  Shard shard = {};                    // of all shots; the others are those of other runs
};

// How the rounds ended.
struct RoundsResult {
  int last = 0;             // the number of the last round, from 1
  std::size_t refined = 0;  // shots with a result
  // What all shots of that round say of amplitudes, on rank 0; unset where these are fixed.
  std::optional<refine::Merge> merge = {};
};

class ShotRounds {
 public:
  // All outlive it. What is done is kept in `store`, and what is kept there is not done again.
  ShotRounds(const ShotsRequest& request, const ShotsShare& share, const RefineConsole& console,
             const ShotSource& source, ShotStore& store);

  // Called by all ranks. Throws RunAgain where it was asked to stop, and where shots of other
  // shards are not there yet; UsageError and Error where no shot can be refined with these words.
  RoundsResult run();

 private:
  struct Common;

  void pass(int round, const Common& common);
  void take_part(int round, const Common& common, distribute::Handout& pieces);
  ShotRecord record(int round, std::size_t number, const Common& common) const;
  ShotRecord first(std::size_t number) const;
  ShotRecord again(const ShotRecord& before, const Common& common) const;
  void refine(RefinedShot& shot, refine::ShotRequest what, const Experiment& from) const;
  // Keeps what the others need to know of a shot.
  void note(std::size_t place, const ShotRecord& record);
  std::optional<refine::Merge> merged() const;
  bool says_all() const;

  const ShotsRequest& request_;
  const ShotsShare& share_;
  const RefineConsole& console_;
  const ShotSource& source_;
  ShotStore& store_;
  distribute::Alone alone_;
  distribute::Ranks& ranks_;

  // Of the round: what this rank knows of the shots that it has.
  std::vector<refine::PlacedEstimate> estimates_;
  std::vector<refine::FactorObservation> factors_;
  struct Count {
    std::size_t found = 0, computed = 0, missing = 0, refined = 0;
  } count_;
  bool stopped_ = false;
};

}  // namespace nanobragg::commands
