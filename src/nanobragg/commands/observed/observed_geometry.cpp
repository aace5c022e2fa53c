// Asks files and flags for the geometry of an image.
#include "nanobragg/commands/observed/observed_geometry.hpp"

#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::commands {
namespace {

using config::Settings;

bool is_raw(const ObservedFrame& frame) {
  const io::ImageFormat* const named = io::find_format(frame.file);
  return named != nullptr && named->name == io::kRawFloats;
}

}  // namespace

bool places_detector(const Settings& s) {
  const auto is_given = [&](auto... members) { return ((s.*members).has_value() || ...); };
  using S = Settings;
  return is_given(&S::geometry_file, &S::header_file, &S::experiment_file, &S::convention,
                  &S::fast_vector, &S::slow_vector, &S::normal_vector, &S::twotheta_axis,
                  &S::pix0_m, &S::pivot, &S::distance_mm, &S::close_distance_mm, &S::beam_x_mm,
                  &S::beam_y_mm, &S::close_x_mm, &S::close_y_mm, &S::org_x, &S::org_y,
                  &S::tilt_x_deg, &S::tilt_y_deg, &S::tilt_z_deg, &S::twotheta_deg, &S::pixel_mm);
}

OwnGeometry own_geometry(const ObservedFrame& frame) {
  if (is_raw(frame)) return {{}, "raw floats have no words for it"};
  const io::ImageFormat* const format = io::format_by_content(frame.file);
  if (format == nullptr || (format->name != "CBF" && format->name != "NXmx")) {
    return {{}, "its format has no words for it"};
  }
  try {
    const auto exposure = format->name == "NXmx" ? std::optional(frame.exposure) : std::nullopt;
    return {io::read_geometry_file(frame.file, exposure, frame.external), {}};
  } catch (const Error& error) {
    return {{}, error.problem()};
  }
}

bool is_smv(const ObservedFrame& frame) {
  const io::ImageFormat* const format = is_raw(frame) ? nullptr : io::format_by_content(frame.file);
  return format != nullptr && format->name == "SMV";
}

io::ObservedImage read_frame(const ObservedFrame& frame, std::optional<ImageShape> shape) {
  std::optional<io::ObservedImage> out;
  for_each_frame({.list = {frame}}, shape,
                 [&](const ObservedFrame&, io::ObservedImage image) { out = std::move(image); });
  return std::move(*out);
}

Settings with_pixels_of(Settings settings, const ObservedFrame& frame) {
  if (is_raw(frame) || settings.pixels_fast || settings.pixels_slow || settings.size_fast_mm ||
      settings.size_slow_mm || settings.geometry_file || settings.header_file ||
      settings.experiment_file) {
    return settings;
  }
  const ImageShape shape = read_frame(frame, std::nullopt).shape();
  settings.pixels_fast = static_cast<long>(shape.fast);
  settings.pixels_slow = static_cast<long>(shape.slow);
  return settings;
}

}  // namespace nanobragg::commands
