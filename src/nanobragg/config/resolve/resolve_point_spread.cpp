// From micrometres to a shape and its width.
#include "nanobragg/config/resolve/resolve_point_spread.hpp"

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {

std::optional<PointSpread> resolve_point_spread(const Settings& settings,
                                                const std::optional<PointSpread>& base) {
  const auto& shape = settings.point_spread;
  const auto& width = settings.point_spread_um;
  if (width == 0.0) return std::nullopt;
  if (!shape && !width) return base;
  if (!shape && !base) {
    throw UsageError("-psf_fwhm without -psf (a width of no shape)", "",
                     "give -psf gauss or -psf fibre");
  }
  constexpr double kWidth_um = 46.0;  // that noisify takes
  PointSpread spread =
      base.value_or(PointSpread{PointSpreadShape::gauss, Metre(metres_from_um(kWidth_um))});
  if (shape) spread.shape = *shape;
  if (width) spread.full_width = Metre(metres_from_um(*width));
  check(spread);
  return spread;
}

}  // namespace nanobragg::config
