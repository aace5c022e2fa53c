// What a valid panel is.
#include "nanobragg/model/detector.hpp"

#include <cmath>

#include "nanobragg/base/error.hpp"

namespace nanobragg {

void check(const PanelValues& values) {
  if (values.shape.size() == 0) throw Error("a detector panel without pixels");
  if (!(values.pixel_size.value() > 0.0) || !std::isfinite(values.pixel_size.value())) {
    throw Error("impossible pixel size (it must be positive)");
  }
  if (!std::isfinite(dot(values.corner_m, values.corner_m))) {
    throw Error("a detector panel at an infinite distance");
  }
  if (values.close_distance.value() == 0.0) {
    throw Error("the plane of the detector passes through the sample", "",
                "give a distance above 0, or a smaller tilt");
  }
}

}  // namespace nanobragg
