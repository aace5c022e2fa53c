// The parameters in groups, a file each: names, bounds, how an experiment holds the values, and
// when they have no effect.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::plan {

// A parameter has its row and a line in `read` and in `write`.
struct ParameterGroup {
  std::span<const Parameter> rows;  // in the order of ParameterId
  // The values with those of this group as the experiment has them.
  ParameterValues<double> (*read)(const Experiment& experiment, ParameterValues<double> values);
  // The experiment with the values of this group; what does not differ keeps every bit. Throws
  // Error where they make none.
  Experiment (*write)(Experiment experiment, const ParameterValues<double>& values);
  // As plan::why_without_effect(); empty for parameters of other groups.
  std::string (*why_without_effect)(ParameterId id, const Experiment& experiment);
};

constexpr ParameterId after(ParameterId id) {
  return static_cast<ParameterId>(static_cast<std::uint32_t>(id) + 1);
}
inline constexpr auto kLastParameter = static_cast<ParameterId>(kParameterCount - 1);

// Whether rows are those of all parameters from one to another, in the order of ParameterId.
constexpr bool are_rows_of(ParameterId first, ParameterId last, std::span<const Parameter> rows) {
  auto next = static_cast<std::uint32_t>(first);
  for (const Parameter& row : rows) {
    if (static_cast<std::uint32_t>(row.id) != next++) return false;
  }
  return next == static_cast<std::uint32_t>(last) + 1;
}

ParameterGroup crystal_parameters();  // and the spindle's
ParameterGroup detector_parameters();
ParameterGroup beam_parameters();
ParameterGroup background_parameters();

// The motions of a panel are rows of the detector's group, beside those of the whole experiment.
std::span<const Parameter> motion_rows();

// Units of the rows.
inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();
inline constexpr double kDegree = constants::kDegreesPerRadian;
inline constexpr double kRightAngle = constants::kPi / 2;
inline constexpr double kMilli = 1e3, kMicro = 1e6, kAngstrom = 1e10, kPercent = 1e2;
inline constexpr double kTenthDegree = 0.1 / kDegree;

// The same samples as before, spread over `range`.
inline SteppedRangeRequest respread(const SteppedRangeRequest& request, const SteppedRange& samples,
                                    double range) {
  if (range == samples.range) return request;
  const auto [count, new_range, step] = spread_over(samples, range);
  return {count, new_range, step};
}

}  // namespace nanobragg::plan
