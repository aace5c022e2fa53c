// Holds a description against what else is said of the detector.
#include "nanobragg/config/resolve/named_detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/sensor_words.hpp"

namespace nanobragg::config {
namespace {

// By which a pixel size of a file may differ: files round it.
constexpr double kRounding = 1e-3;

bool is_near(double a, double b) { return std::abs(a - b) <= kRounding * b; }

std::string in_words(ImageShape shape) {
  return fmt::format("{} × {} pixels", shape.fast, shape.slow);
}

[[noreturn]] void refuse(const std::string& what, const DetectorDescription& detector,
                         const std::string& why, const std::string& hint) {
  throw UsageError(fmt::format("{} with -detector {} ({})", what, detector.source, why), "", hint);
}

ImageShape stack_shape(const DetectorDescription& detector) {
  const std::size_t panels = std::max<std::size_t>(detector.panels.size(), 1);
  return {panels * detector.panel_shape.slow, detector.panel_shape.fast};
}

constexpr const char* kOther =
    "leave one of them out, or describe another detector in a .toml file";

void check_pixels(const Settings& given, const DetectorDescription& detector) {
  const ImageShape asked{
      given.pixels_slow ? static_cast<std::size_t>(*given.pixels_slow) : detector.outline.slow,
      given.pixels_fast ? static_cast<std::size_t>(*given.pixels_fast) : detector.outline.fast};
  if (given.size_fast_mm || given.size_slow_mm) {
    refuse("-detsize", detector, "which has a size", kOther);
  }
  const bool is_divided = detector.modules || !detector.panels.empty();
  if (is_divided && asked != detector.outline) {
    refuse(fmt::format("-detpixels of {}", in_words(asked)), detector,
           fmt::format("its modules fill {}", in_words(detector.outline)),
           "-roi renders a part of it");
  }
}

// Several panels stand in their own places.
void check_several(const Settings& given, const DetectorDescription& detector) {
  if (detector.panels.empty()) return;
  const compat::Base mode = value(given, &Settings::compat).base;
  if (mode != compat::Base::physical) {
    refuse(fmt::format("-compat {}", word_of(mode)), detector,
           "the reference has one panel, and it has several", "leave out -compat");
  }
  const double pixel_mm = given.pixel_mm.value_or(*detector.defaults.pixel_mm);
  if (pixel_mm != *detector.defaults.pixel_mm) {
    refuse(fmt::format("-pixel {:g}", pixel_mm), detector,
           fmt::format("whose panels stand where those with pixels of {:g} mm do",
                       *detector.defaults.pixel_mm),
           kOther);
  }
}

// The sensor of the description as flags change it.
Settings with_sensor_flags(Settings defaults, const Settings& given) {
  const bool is_changed = given.sensor || given.thickness_um || given.absorption_depth_um;
  if (!is_changed || !defaults.sensor) return defaults;
  SensorWords words = parse_sensor(*defaults.sensor);
  defaults.sensor.reset();
  if (given.sensor) return defaults;
  if (given.absorption_depth_um) {
    constexpr double kMicrometres = 1e6;
    defaults.thickness_um = kMicrometres * words.thickness.value();
    return defaults;
  }
  if (*given.thickness_um > 0.0) {
    words.thickness = Metre(metres_from_um(*given.thickness_um));
    defaults.sensor = to_words(words);
  }
  return defaults;
}

}  // namespace

Settings with_detector(const Settings& given, const DetectorDescription& detector) {
  check_pixels(given, detector);
  check_several(given, detector);
  Settings defaults = with_sensor_flags(detector.defaults, given);
  // A file that places the detector says all of this.
  const bool is_placed =
      given.geometry_file || given.header_file || given.close_distance_mm || given.pix0_m;
  if (is_placed) defaults.distance_mm.reset();
  if (given.geometry_file) {
    defaults.pixel_mm.reset();
    defaults.pixels_fast.reset();
    defaults.pixels_slow.reset();
  }
  // Expected photons are not read out.
  if (given.noise == false) {
    defaults = overlaid({}, defaults,
                        [](const Option& option) { return option.group != Group::read_out; });
  }
  Settings out = overlaid(defaults, given);
  // The thickness has become that of the described material.
  if (defaults.sensor && !given.sensor) out.thickness_um.reset();
  return out;
}

void check_same_detector(const Settings& given, const DetectorDescription& detector,
                         const HeaderGeometry& header) {
  // A mask is one of the stack of panels.
  const ImageShape stack = stack_shape(detector);
  if (header.shape && *header.shape != detector.outline && *header.shape != stack) {
    refuse(fmt::format("an image of {}", in_words(*header.shape)), detector,
           fmt::format("which has {}", in_words(detector.outline)), kOther);
  }
  if (header.pixel_m && !given.pixel_mm && !is_near(*header.pixel_m, detector.pixel_m)) {
    refuse(fmt::format("an image of pixels of {:g} mm", 1e3 * *header.pixel_m), detector,
           fmt::format("whose pixels have {:g} mm", 1e3 * detector.pixel_m),
           "-pixel says which it is");
  }
}

void check_same_detector(const DetectorDescription& detector, const io::GeometryFile& geometry) {
  const std::size_t panels = std::max<std::size_t>(detector.panels.size(), 1);
  if (geometry.panels.size() != panels) {
    refuse(fmt::format("-geometry of {} panels", geometry.panels.size()), detector,
           fmt::format("which has {}", panels), kOther);
  }
  for (const io::GeometryPanel& panel : geometry.panels) {
    if (panel.shape == detector.panel_shape && is_near(panel.pixel_m, detector.pixel_m)) continue;
    refuse(fmt::format("-geometry with a panel of {} of {:g} mm", in_words(panel.shape),
                       1e3 * panel.pixel_m),
           detector,
           fmt::format("whose panels have {} of {:g} mm", in_words(detector.panel_shape),
                       1e3 * detector.pixel_m),
           kOther);
  }
}

io::GeometryFile described_geometry(const DetectorDescription& detector,
                                    const DetectorFrame& whole) {
  const PlacedDetector<double>& placed = whole.placed;
  const auto in_lab = [&](const Vec3<double>& v) {
    return v.x * placed.fast + v.y * placed.slow + v.z * placed.normal;
  };
  io::GeometryFile geometry;
  geometry.format = "description of a detector";
  geometry.beam_direction = whole.vectors.beam;
  geometry.polarisation_axis = whole.vectors.polarisation_axis;
  geometry.spindle_axis = whole.vectors.spindle_axis;
  for (const DescribedPanel& panel : detector.panels) {
    geometry.panels.push_back({.name = "",
                               .corner_m = placed.corner + in_lab(panel.corner_m),
                               .fast = in_lab(panel.fast),
                               .slow = in_lab(panel.slow),
                               .pixel_m = whole.size.pixel,
                               .shape = detector.panel_shape});
  }
  return geometry;
}

std::shared_ptr<const Image<std::uint16_t>> mask_of_gaps(const DetectorDescription& detector) {
  if (!detector.modules) return nullptr;
  const ImageShape panel = detector.panel_shape;
  auto mask = std::make_shared<Image<std::uint16_t>>(stack_shape(detector));
  for (std::size_t slow = 0; slow < mask->shape().slow; ++slow) {
    for (std::size_t fast = 0; fast < panel.fast; ++fast) {
      const bool measures = detector.modules->measures({slow % panel.slow, fast});
      (*mask)[{slow, fast}] = measures ? 1 : 0;
    }
  }
  return mask;
}

}  // namespace nanobragg::config
