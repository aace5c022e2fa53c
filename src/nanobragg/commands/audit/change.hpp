// One thing that a program may do otherwise, as a change of our simulation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/audit/explain.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/kernel/reference/formulas.hpp"
#include "nanobragg/model/detector_placement.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

using kernel::reference::ChangedFormulas;
using Vector = Vec3<double>;

// How the detector is placed: the numbers, what turns it, and what becomes of it then.
struct Placing {
  DetectorPlacement<double> in;
  std::function<Vector(const Vector&)> tilt, swing;
  std::function<void(PlacedDetector<double>&)> after;
};

// The functions are where the change acts, in the order of the computation; empty ones change
// nothing.
struct Change {
  audit::ChangeKind kind = audit::ChangeKind::mistake;
  std::string name = {};
  std::string does = {};  // what a program does that makes it, a clause
  std::function<config::Settings(config::Settings)> settings = {};
  std::optional<compat::Quirk> quirk = {};  // switched
  std::function<void(Placing&)> placing = {};
  std::function<void(plan::SamplingPlan&)> plan = {};
  std::function<void(ChangedFormulas&)> formulas = {};
  std::function<PixelIndex(PixelIndex)> pixel = {};
  // The name of a simpler change: where that gives the same, this one says nothing more.
  std::string implied_by = {};
  // Keys that such a program prints as if it had not made the change.
  std::vector<std::string> shown_right = {};
};

// The run that changes are made of.
struct Scene {
  const config::Settings& settings;  // given, with what files add
  compat::QuirkSet quirks;
  const config::Job& job;
  const plan::SamplingPlan& plan;
  std::vector<double> source_weights;  // of a list, as it gives them
};

// Gathers changes; the name says which function is meant.
class Changes {
 public:
  Change& settings(std::string name, std::string does, decltype(Change::settings) f) {
    Change& change = add(std::move(name), std::move(does));
    change.settings = std::move(f);
    return change;
  }
  void placing(std::string name, std::string does, decltype(Change::placing) f) {
    add(std::move(name), std::move(does)).placing = std::move(f);
  }
  Change& plan(std::string name, std::string does, decltype(Change::plan) f) {
    Change& change = add(std::move(name), std::move(does));
    change.plan = std::move(f);
    return change;
  }
  void formulas(std::string name, std::string does, decltype(Change::formulas) f) {
    add(std::move(name), std::move(does)).formulas = std::move(f);
  }
  Change& add(std::string name, std::string does) {
    list_.push_back({.name = std::move(name), .does = std::move(does)});
    return list_.back();
  }
  std::vector<Change> take() { return std::move(list_); }

 private:
  std::vector<Change> list_;
};

}  // namespace nanobragg::commands
