// Shots that are done, kept on the disk until all are: what an interrupted run goes on from, what
// ranks and shards know of each other's shots, and why no shot needs to be in memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "nanobragg/commands/refine/shots/shot_record.hpp"

namespace nanobragg::commands {

// What decides about the results, and how people call it.
struct RunIdentity {
  std::string digest;
  std::string words;  // of the command
};

// The folder "unfinished" in that of the results: a note of what it is of, and a file a shot and
// round. Files appear complete; several processes may write at a time.
class ShotStore {
 public:
  // Throws Error where shots of another run are kept there.
  ShotStore(const std::filesystem::path& results, RunIdentity identity);

  // Whether there was something to go on from.
  bool goes_on() const { return goes_on_; }
  // The run that these words began has ended: its shots are no longer kept.
  bool is_complete() const { return is_complete_; }
  std::optional<ShotRecord> find(int round, std::size_t number) const;
  // The same of one that is known to be there: network file systems may show it with a delay.
  // Throws Error.
  ShotRecord get(int round, std::size_t number) const;
  void put(int round, const ShotRecord& record);
  // Removes all that is kept.
  void remove() const;
  // The same, but keeps a note that this run has ended.
  void complete() const;

 private:
  std::filesystem::path file_of(int round, std::size_t number) const;
  std::string note(const char* state) const;

  std::filesystem::path folder_;
  RunIdentity identity_;
  bool goes_on_ = false, is_complete_ = false;
  bool has_note_ = false;  // that this run has begun
};

}  // namespace nanobragg::commands
