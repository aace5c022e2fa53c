// Brings an image onto another shape.
#pragma once

#include "nanobragg/base/image.hpp"

namespace nanobragg::compare {

// Bilinear interpolation between pixel centres. Both images cover the same field; beyond the
// outermost centres the edge pixel continues. A pixel keeps its value: photons a pixel are not
// shared out anew, so that sums change with the number of pixels. The image's own shape gives the
// same pixels. Throws Error where either shape is empty.
Image<float> resample(ImageView<const float> image, ImageShape shape);

}  // namespace nanobragg::compare
