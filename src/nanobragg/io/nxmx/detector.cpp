// Follows the chains of modules; older files say distance and beam centre alone.
#include "nanobragg/io/nxmx/detector.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/io/files/unit_names.hpp"
#include "nanobragg/io/nxmx/axis_chain.hpp"
#include "nanobragg/io/nxmx/placement.hpp"

namespace nanobragg::io::nxmx {
namespace {

using Indices = std::vector<std::size_t>;

// Whole numbers of a module, slowest first.
Indices indices(const Fields& fields, const std::string& path) {
  Indices out;
  for (const double x : fields.numbers(path)) {
    constexpr double kMost = 100000.0;
    if (!(x >= 0.0 && x <= kMost)) fields.refuse("an impossible number of pixels", path);
    out.push_back(static_cast<std::size_t>(x));
  }
  if (out.size() < 2) fields.refuse("too few numbers for two directions", path);
  return out;
}

Area with_directions_swapped(Area area) {
  for (Indices* of : {&area.origin, &area.size}) std::swap(of->back(), (*of)[of->size() - 2]);
  return area;
}

// Whether an area lies within images, whose last two directions are those of a module.
bool fits(const Area& area, const Indices& shape) {
  for (std::size_t back = 1; back <= 2; ++back) {
    const std::size_t end =
        area.origin[area.origin.size() - back] + area.size[area.size.size() - back];
    if (end > shape[shape.size() - back]) return false;
  }
  return true;
}

std::string in_words(const Indices& shape) { return fmt::format("{}", fmt::join(shape, " × ")); }

std::string detector_chain(const Fields& fields, const std::string& detector) {
  return dependency(fields, detector).value_or("");
}

// A module that does not say what it depends on stands on its offset, or on the detector.
Chain base_of(const Fields& fields, const std::string& path, const std::string& otherwise) {
  return read_chain(fields, dependency(fields, path).value_or(otherwise));
}

Module read_module(const Fields& fields, const std::string& module, const std::string& detector,
                   const ImageData& images) {
  const Link fast = read_link(fields, module + "/fast_pixel_direction");
  const Link slow = read_link(fields, module + "/slow_pixel_direction");
  const double pixel = fast.setting;
  constexpr double kSquare = 1e-6;
  if (!(pixel > 0.0) || std::abs(slow.setting - pixel) > kSquare * pixel) {
    fields.refuse(fmt::format("pixels of {:.6g} × {:.6g} mm (they must be square)", 1e3 * pixel,
                              1e3 * slow.setting),
                  module);
  }
  const std::string offset = module + "/module_offset";
  const bool has_offset = fields.exists(offset);
  const std::string otherwise = has_offset ? offset : detector_chain(fields, detector);
  const Chain base = base_of(fields, fast.path, otherwise);
  Vec3<double> corner = carried(base, fast.offset_m);
  if (has_offset) {
    Chain chain{read_link(fields, offset)};
    const Chain outer = base_of(fields, offset, detector_chain(fields, detector));
    chain.insert(chain.end(), outer.begin(), outer.end());
    corner = carried(chain, {});
  }
  const PanelAxes axes =
      checked_axes(from_crystfel(turned(base, fast.vector)),
                   from_crystfel(turned(base_of(fields, slow.path, otherwise), slow.vector)),
                   fields.where(module));
  const Area area = area_of(fields, module, images);
  const ImageShape shape{area.size[area.size.size() - 2], area.size.back()};
  if (shape.slow == 0 || shape.fast == 0) fields.refuse("a module without pixels", module);
  return {{module.substr(module.rfind('/') + 1), from_crystfel(corner), axes.fast, axes.slow, pixel,
           shape},
          area.origin};
}

// How many pixels a detector without modules has.
ImageShape shape_of_older(const Fields& fields, const DetectorPart& part) {
  const std::string specific = part.path + "/detectorSpecific/";
  const auto fast = fields.number(specific + "x_pixels_in_detector");
  const auto slow = fields.number(specific + "y_pixels_in_detector");
  const Indices& shape = part.images.shape;
  constexpr double kMost = 100000.0;
  if (!fast || !slow) {
    if (!part.images.is_known()) fields.refuse("no size of the detector", part.path);
    return {shape[shape.size() - 2], shape.back()};
  }
  if (!(*fast >= 1.0 && *slow >= 1.0 && *fast <= kMost && *slow <= kMost)) {
    fields.refuse("an impossible number of pixels", specific + "x_pixels_in_detector");
  }
  const ImageShape said{static_cast<std::size_t>(*slow), static_cast<std::size_t>(*fast)};
  if (part.images.is_known() &&
      (said.slow != shape[shape.size() - 2] || said.fast != shape.back())) {
    fields.refuse(fmt::format("a detector of {} × {} pixels (slow × fast), and images of {}",
                              said.slow, said.fast, in_words(shape)),
                  part.path);
  }
  return said;
}

double positive(const Fields& fields, const std::string& path) {
  const auto value = fields.quantity(path, metres_of);
  if (!value)
    fields.refuse("no NXdetector_module, and no " + path.substr(path.rfind('/') + 1),
                  path.substr(0, path.rfind('/')));
  if (!(*value > 0.0) || !std::isfinite(*value)) fields.refuse("it must be above 0", path);
  return *value;
}

// As EIGER detectors wrote it before they wrote modules: across the beam, the fast direction
// horizontal, rows downwards.
Module read_older(const Fields& fields, const DetectorPart& part) {
  const std::string& detector = part.path;
  const double pixel = positive(fields, detector + "/x_pixel_size");
  const double height = positive(fields, detector + "/y_pixel_size");
  constexpr double kSquare = 1e-6;
  if (std::abs(height - pixel) > kSquare * pixel) {
    fields.refuse(fmt::format("pixels of {:.6g} × {:.6g} mm (they must be square)", 1e3 * pixel,
                              1e3 * height),
                  detector);
  }
  const bool is_oldest = fields.exists(detector + "/detector_distance");
  const double distance =
      positive(fields, detector + (is_oldest ? "/detector_distance" : "/distance"));
  const auto centre = beam_centre(fields, detector, pixel);
  if (!centre) fields.refuse("no NXdetector_module, and no beam_center_x and _y", detector);
  fields.warn(
      fmt::format("{} has no NXdetector_module: placed by its distance and beam centre, "
                  "across the beam, with horizontal rows",
                  detector));
  const std::string swing = detector + "/goniometer/two_theta";
  if (fields.number(swing).value_or(0.0) != 0.0) {
    fields.refuse("the detector is swung out, about an axis that the file does not give", swing,
                  "a .expt or a .geom can say it");
  }
  const Vec3<double> fast{-1.0, 0.0, 0.0};
  const Vec3<double> slow{0.0, -1.0, 0.0};
  const Vec3<double> beam{0.0, 0.0, distance};
  const Vec3<double> corner = beam - centre->fast * pixel * fast - centre->slow * pixel * slow;
  return {{"", from_crystfel(corner), from_crystfel(fast), from_crystfel(slow), pixel,
           shape_of_older(fields, part)},
          {0, 0}};
}

// The pixel sizes of the detector stand beside the steps of its modules, which count.
void check_pixel_sizes(const Fields& fields, const DetectorPart& part) {
  const double step = part.modules.front().panel.pixel_m;
  for (const char* name : {"/x_pixel_size", "/y_pixel_size"}) {
    const std::string path = part.path + name;
    const auto size = fields.number(path);
    if (!size) continue;
    const auto unit = hdf5::attribute_text(fields.needed(path), "units");
    const auto factor = unit ? metres_of(*unit) : std::nullopt;
    constexpr double kClose = 1e-3;
    if (!factor || std::abs(*factor * *size - step) <= kClose * step) continue;
    fields.warn(fmt::format("{} is {:g} mm, the pixels of its modules are {:g} mm (taken)", path,
                            1e3 * *factor * *size, 1e3 * step));
  }
}

DetectorPart read_part(const Fields& fields, const std::string& entry, const std::string& path) {
  DetectorPart part{path, find_images(fields, entry, path), {}};
  const std::vector<std::string> modules = modules_of(fields, path);
  for (const std::string& module : modules) {
    part.modules.push_back(read_module(fields, module, path, part.images));
  }
  if (modules.empty()) {
    part.modules.push_back(read_older(fields, part));
  } else {
    check_placement(fields, part);
    check_pixel_sizes(fields, part);
  }
  return part;
}

// The detectors of a group, in its order, where one names several of these.
std::vector<std::string> grouped(const Fields& fields, const std::string& instrument,
                                 const std::vector<std::string>& detectors) {
  for (const std::string& group : fields.of_class(instrument, "NXdetector_group")) {
    std::vector<std::string> members;
    const auto names = fields.look(group + "/group_names");
    for (const std::string& name : names ? names->texts : std::vector<std::string>{}) {
      const std::string path = hdf5::joined(instrument, name);
      if (std::ranges::find(detectors, path) != detectors.end()) members.push_back(path);
    }
    if (members.size() > 1) return members;
  }
  return {};
}

}  // namespace

std::vector<std::string> detectors_of(const Fields& fields, const std::string& instrument) {
  std::vector<std::string> detectors = fields.of_class(instrument, "NXdetector");
  if (detectors.empty()) fields.first_of_class(instrument, "NXdetector");
  if (detectors.size() > 1) {
    const std::vector<std::string> group = grouped(fields, instrument, detectors);
    if (!group.empty()) {
      detectors = group;
    } else {
      // Those with modules first, as diodes and cameras have none.
      std::ranges::stable_sort(detectors, {}, [&](const std::string& path) {
        return fields.of_class(path, "NXdetector_module").empty();
      });
      fields.warn(fmt::format("{} is the detector; {} left out (no NXdetector_group joins them)",
                              detectors.front(),
                              fmt::join(detectors.begin() + 1, detectors.end(), ", ")));
      detectors.resize(1);
    }
  }
  return detectors;
}

std::vector<std::string> modules_of(const Fields& fields, const std::string& detector) {
  std::vector<std::string> modules = fields.of_class(detector, "NXdetector_module");
  std::ranges::stable_sort(modules, {}, [](const std::string& m) { return m.size(); });
  return modules;
}

Area area_of(const Fields& fields, const std::string& module, const ImageData& images) {
  const std::string stride = module + "/data_stride";
  if (fields.has_numbers(stride) &&
      std::ranges::any_of(fields.numbers(stride), [](double step) { return step != 1.0; })) {
    fields.refuse("a module of every second pixel or fewer (only steps of 1 are read)", stride);
  }
  Area area{{}, indices(fields, module + "/data_size")};
  const std::string origin = module + "/data_origin";
  area.origin = fields.exists(origin) ? indices(fields, origin) : Indices(area.size.size(), 0);
  if (!images.is_known() || fits(area, images.shape)) return area;
  const Area swapped = with_directions_swapped(area);
  const std::string says =
      fmt::format("{} has a data_size of {} at {} (slow × fast), and the images are {}", module,
                  in_words(area.size), in_words(area.origin), in_words(images.shape));
  if (!fits(swapped, images.shape)) {
    fields.refuse("a module that is not within the images", module, says);
  }
  fields.warn(says + ": taken as fast × slow, as older EIGER detectors write it");
  return swapped;
}

std::optional<double> read_sensor(const Fields& fields, const DetectorPart& part) {
  const std::string path = part.path + "/sensor_thickness";
  if (!fields.has_numbers(path)) return std::nullopt;
  const double thickness = fields.factor(path, metres_of) * fields.number(path).value_or(0.0);
  // Readers refuse 0, so that some writers have 1 nm in its place.
  constexpr double kNone = 2e-9;
  return thickness > kNone ? std::optional(thickness) : std::nullopt;
}

std::vector<DetectorPart> read_detectors(const Fields& fields, const std::string& entry,
                                         const std::string& instrument) {
  std::vector<DetectorPart> parts;
  for (const std::string& path : detectors_of(fields, instrument)) {
    parts.push_back(read_part(fields, entry, path));
  }
  return parts;
}

}  // namespace nanobragg::io::nxmx
