// What commands say whose work is shared by several runs, or done in several.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "nanobragg/commands/shard.hpp"
#include "options.hpp"

namespace nanobragg::app {

struct SharedWork {
  std::string shard;       // "2/8"
  std::string stop_after;  // "50min"
};

// --shard, of which `what` is done, and --stop-after.
void describe_shared_work(Options& app, SharedWork& work, const std::string& what);

// The second of eight, for example; all of it for an empty text. Throws UsageError.
commands::Shard parse_shard(const std::string& text);

// Asks to stop at a signal, or when its time is over.
class StopRule {
 public:
  // An empty text: there is no end. Throws UsageError.
  explicit StopRule(const std::string& stop_after);
  bool operator()() const;
  std::string reason() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool is_over() const { return end_ && Clock::now() >= *end_; }

  std::string words_;
  std::optional<Clock::time_point> end_;
};

}  // namespace nanobragg::app
