// Refines the experiment that is shown against a measured image, beside the server.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/refine/shots/refine_shot.hpp"
#include "nanobragg/view/live_experiment.hpp"

namespace nanobragg::view {

enum class RefiningState : std::uint8_t { none, running, done, failed };

// What a page shows of it.
struct RefiningReport {
  RefiningState state = RefiningState::none;
  std::string image;    // its name
  std::string problem;  // why it failed
  std::size_t boxes = 0, steps = 0;
  std::vector<refine::StageReport> stages;
  std::optional<refine::ShotResult> result;  // of `done`
};

// Thread-safe. One refinement at a time.
class Refining {
 public:
  // `changed` is called once the live experiment is the refined one. Both outlive it.
  Refining(LiveExperiment& live, std::function<void()> changed);
  ~Refining();
  Refining(const Refining&) = delete;
  Refining& operator=(const Refining&) = delete;

  // Begins with the experiment as it stands, by the recipe "still" of `nanobragg refine
  // --experiment`, whose spots are those that it predicts. Throws UsageError where one runs, and
  // without a crystal.
  void begin(const commands::ObservedFrame& frame);
  // Ends it after the step that it is at; the experiment stays as it is.
  void stop();
  RefiningReport report() const;

 private:
  void run(const SharedScene& scene, const commands::ObservedFrame& frame);
  void refine(const SharedScene& scene, const commands::ObservedFrame& frame);

  LiveExperiment& live_;
  std::function<void()> changed_;
  mutable std::mutex mutex_;
  RefiningReport report_;
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace nanobragg::view
