// Reads by the registry of formats.
#include "nanobragg/batch/observed_image.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/raw_float.hpp"
#include "nanobragg/io/registry.hpp"

namespace nanobragg::batch {
namespace {

constexpr double kOverload = 65535.0;

const io::ImageFormat* readable_format(const std::filesystem::path& file) {
  const io::ImageFormat* format = io::find_format(file);
  return format && format->read ? format : nullptr;
}

Image<double> read_counts(const std::filesystem::path& file, ImageShape shape) {
  if (const io::ImageFormat* format = readable_format(file)) return format->read(file);
  const Image<float> floats = io::read_raw_float(file, shape);
  return {shape, {floats.pixels().begin(), floats.pixels().end()}};
}

}  // namespace

bool has_pedestal(const std::filesystem::path& file) {
  const io::ImageFormat* format = io::find_format(file);
  return format && format->name == "SMV";
}

ObservedImage read_observed(const std::filesystem::path& file, ImageShape shape,
                            const CountScale& scale) {
  ObservedImage out{read_counts(file, shape)};
  const ImageShape own = out.photons.shape();
  if (own != shape) {
    throw Error(fmt::format("observed image of {} x {} pixels (the detector has {} x {})", own.fast,
                            own.slow, shape.fast, shape.slow),
                file.string(), "-detpixels says how many the detector has");
  }
  const bool is_sixteen_bit = has_pedestal(file);
  for (double& pixel : out.photons.pixels()) {
    const bool usable = std::isfinite(pixel) && pixel >= 0.0;
    const bool overloaded = is_sixteen_bit && pixel >= kOverload;
    out.masked += usable ? 0 : 1;
    out.overloaded += overloaded ? 1 : 0;
    pixel = usable && !overloaded ? (pixel - scale.offset) / scale.gain
                                  : std::numeric_limits<double>::quiet_NaN();
  }
  if (out.masked + out.overloaded == own.size()) {
    throw Error("no pixel of the image can be used (all are negative, overloaded or not numbers)",
                file.string());
  }
  return out;
}

}  // namespace nanobragg::batch
