// What a valid panel is.
#include "nanobragg/model/detector.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg {

void check(const PanelValues& values) {
  if (values.shape.size() == 0) throw Error("a detector panel without pixels");
  const double pixel = values.pixel_size.value();
  if (!(pixel > 0.0)) throw Error("impossible pixel size (it must be positive)");
  if (!(pixel <= limits::kLargestPixel_m)) {
    throw Error(fmt::format("impossible pixel size {:g} mm", 1e3 * pixel));
  }
  const double far = length(values.corner_m);
  if (!(far <= limits::kFarthest_m)) {
    throw Error(fmt::format("a detector panel {:g} m from the sample (at most {:g} m)", far,
                            limits::kFarthest_m));
  }
  for (const Vec3<double>& axis : {values.fast, values.slow, values.normal}) {
    if (!std::isfinite(dot(axis, axis)) || !(dot(axis, axis) > 0.0)) {
      throw Error("an axis of a detector panel has no direction");
    }
  }
  if (!std::isfinite(values.distance.value()) || !std::isfinite(values.close_distance.value())) {
    throw Error("a detector panel at an infinite distance");
  }
  if (values.close_distance.value() == 0.0) {
    throw Error("the plane of the detector passes through the sample", "",
                "give a distance above 0, or a smaller tilt");
  }
}

PanelFrame<double> placed_frame(const Detector& detector, std::size_t panel) {
  const PanelValues& p = *detector.panels[panel];
  const PanelFrame<double> now{p.corner_m, p.fast, p.slow, p.normal};
  const PanelMotion<double> motion = motion_of(detector, panel);
  if (motion == PanelMotion<double>{}) return now;
  return placed_before(now, motion, p.shape, p.pixel_size.value());
}

}  // namespace nanobragg
