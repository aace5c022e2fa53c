// The mistakes that programs of this kind are likely to make, each as a change of our simulation.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

// One mistake. The functions are where it acts; empty ones change nothing.
struct Mistake {
  std::string name;
  std::string does;  // what a program that makes it does, a clause
  std::function<config::Settings(config::Settings)> settings = {};
  std::function<plan::SamplingPlan(plan::SamplingPlan, const config::Job&)> plan = {};
  std::function<PixelIndex(PixelIndex)> pixel = {};
  // Keys that such a program prints as if it had not made the mistake.
  std::vector<std::string> shown_right = {};
};

// The closed list of mistakes that can be made with these settings.
std::vector<Mistake> plausible_mistakes(const config::Settings& settings);

}  // namespace nanobragg::commands
