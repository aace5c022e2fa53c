// A range that is sampled in steps, as a user asks for it: any of count, range and step.
#pragma once

#include <optional>

namespace nanobragg {

// Range and step in the unit of what is sampled; plan/stepped_range.hpp fills in what is not given.
struct SteppedRangeRequest {
  std::optional<int> count;
  std::optional<double> range;
  std::optional<double> step;
};

}  // namespace nanobragg
