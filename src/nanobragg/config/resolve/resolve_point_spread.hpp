// The point spread of the detector, resolved from flags.
#pragma once

#include <optional>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/point_spread.hpp"

namespace nanobragg::config {

// `base` where no flag says anything of it; nothing for a width of 0. Throws UsageError for a width
// without a shape.
std::optional<PointSpread> resolve_point_spread(const Settings& settings,
                                                const std::optional<PointSpread>& base);

}  // namespace nanobragg::config
