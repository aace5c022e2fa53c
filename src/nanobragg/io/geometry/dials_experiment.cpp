// Walks through the models of one experiment.
#include "nanobragg/io/geometry/dials_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/files/json_node.hpp"
#include "nanobragg/io/geometry/dials_left_out.hpp"
#include "nanobragg/io/geometry/dials_models.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

using Node = JsonNode;
using Matrix = Mat3<double>;

Matrix rotation(const Vec3<double>& axis, double angle_rad) {
  const auto turned = [&](const Vec3<double>& v) { return rotate_about(v, axis, angle_rad); };
  return transpose(Matrix{{turned({1, 0, 0}), turned({0, 1, 0}), turned({0, 0, 1})}});
}

double radians(double degrees) { return degrees / constants::kDegreesPerRadian; }

// Where a group or panel stands: columns along its axes, and its origin in mm.
struct Frame {
  Vec3<double> fast{1, 0, 0}, slow{0, 1, 0}, normal{0, 0, 1}, origin;

  Vec3<double> turned(const Vec3<double>& v) const {
    return v.x * fast + v.y * slow + v.z * normal;
  }
};

Frame placed(const Node& node, const Frame& parent) {
  Frame frame;
  frame.fast = parent.turned(node["fast_axis"].vector());
  frame.slow = parent.turned(node["slow_axis"].vector());
  frame.normal = cross(frame.fast, frame.slow);
  frame.origin = parent.origin + parent.turned(node["origin"].vector());
  return frame;
}

// Both ends are good. Unset where there is none, or an end is NaN.
std::optional<std::array<double, 2>> trusted_range(const Node& panel) {
  const auto range = panel.find("trusted_range");
  if (!range) return std::nullopt;
  const std::array ends{range->at(0).number_or_infinity(), range->at(1).number_or_infinity()};
  return ends[1] > ends[0] ? std::optional(ends) : std::nullopt;
}

GeometryPanel panel_of(const Node& node, const Frame& parent) {
  const Frame frame = placed(node, parent);
  const PanelAxes axes =
      checked_axes(from_imgcif(frame.fast), from_imgcif(frame.slow), node.where());
  const auto pixel = node["pixel_size"].numbers(2);
  const auto size = node["image_size"].numbers(2);
  constexpr double kSquare = 1e-6;
  if (!(pixel[0] > 0.0) || std::abs(pixel[0] - pixel[1]) > kSquare * pixel[0]) {
    throw Error(fmt::format("pixels of {} × {} mm (they must be square)", pixel[0], pixel[1]),
                node.where());
  }
  constexpr double kMost = 100000.0;
  if (!(size[0] >= 1.0 && size[1] >= 1.0 && size[0] <= kMost && size[1] <= kMost)) {
    throw Error("impossible image_size", node.where());
  }
  if (size[0] != std::floor(size[0]) || size[1] != std::floor(size[1])) {
    throw Error(fmt::format("image_size of {:g} × {:g} (not whole numbers)", size[0], size[1]),
                node.where());
  }
  const auto name = node.find("name");
  return {name ? name->text() : "",
          1e-3 * from_imgcif(frame.origin),
          axes.fast,
          axes.slow,
          1e-3 * pixel[0],
          {static_cast<std::size_t>(size[1]), static_cast<std::size_t>(size[0])},
          trusted_range(node)};
}

// Groups of detectors are nested a few deep.
constexpr int kDeepestGroup = 32;

// Fills in the panels of a group and of the groups in it.
void place_group(const Node& group, const Frame& parent, const Node& panels,
                 std::vector<std::optional<GeometryPanel>>& placed_panels, int depth = 0) {
  if (depth > kDeepestGroup) {
    throw Error(fmt::format("groups of panels in one another more than {} times", kDeepestGroup),
                group.where());
  }
  if (const auto panel = group.find("panel")) {
    const std::size_t i = panel->index();
    if (i >= placed_panels.size()) throw Error(fmt::format("no panel {}", i), group.where());
    placed_panels[i] = panel_of(panels.at(i), parent);
    return;
  }
  const Frame frame = placed(group, parent);
  const Node children = group["children"];
  for (std::size_t i = 0; i < children.size(); ++i) {
    place_group(children.at(i), frame, panels, placed_panels, depth + 1);
  }
}

std::vector<GeometryPanel> panels_of(const Node& detector) {
  const Node panels = detector["panels"];
  std::vector<std::optional<GeometryPanel>> found(panels.size());
  if (const auto hierarchy = detector.find("hierarchy")) {
    place_group(*hierarchy, {}, panels, found);
  }
  std::vector<GeometryPanel> list;
  for (std::size_t i = 0; i < found.size(); ++i) {
    list.push_back(found[i] ? *found[i] : panel_of(panels.at(i), {}));
  }
  if (list.empty()) throw Error("a detector without panels", detector.where());
  return list;
}

// Rectangles that measure nothing: first and last + 1 along fast, then along slow.
std::shared_ptr<const Image<std::uint16_t>> mask_of(const Node& detector,
                                                    const std::vector<GeometryPanel>& list) {
  std::vector<ImageShape> shapes;
  for (const GeometryPanel& panel : list) shapes.push_back(panel.shape);
  const PanelStack stack = checked_stack(shapes, detector.where());
  bool any_rectangle = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto rectangles = detector["panels"].at(i).find("mask");
    any_rectangle = any_rectangle || (rectangles && rectangles->size() > 0);
  }
  if (!any_rectangle) return nullptr;
  check_described_mask(stack.shape, detector.where());
  auto mask = std::make_shared<Image<std::uint16_t>>(stack.shape);
  std::ranges::fill(mask->pixels(), std::uint16_t{1});
  bool any = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto rectangles = detector["panels"].at(i).find("mask");
    for (std::size_t r = 0; rectangles && r < rectangles->size(); ++r) {
      const auto edge = rectangles->at(r).numbers(4);
      const auto clipped = [&](double x, std::size_t most) {
        return static_cast<std::size_t>(std::clamp(x, 0.0, static_cast<double>(most)));
      };
      const std::size_t end_slow = clipped(edge[3], list[i].shape.slow);
      const std::size_t end_fast = clipped(edge[2], list[i].shape.fast);
      for (std::size_t slow = clipped(edge[1], end_slow); slow < end_slow; ++slow) {
        for (std::size_t fast = clipped(edge[0], end_fast); fast < end_fast; ++fast) {
          mask->view()[{stack.first_row[i] + slow, fast}] = 0;
          any = true;
        }
      }
    }
  }
  if (!any) return nullptr;
  return mask;
}

void read_beam(const Node& beam, GeometryFile& file) {
  const Vec3<double> to_source = from_imgcif(beam["direction"].vector());
  if (!(length(to_source) > 0.0)) throw Error("a beam without direction", beam.where());
  file.beam_direction = -unit(to_source);
  if (const auto wavelength = beam.find("wavelength")) {
    if (!(wavelength->number() > 0.0)) throw Error("impossible wavelength", wavelength->where());
    file.wavelength_m = 1e-10 * wavelength->number();
  } else if (const auto range = beam.find("wavelength_range")) {
    const auto ends = range->numbers(2);
    file.warnings.push_back(
        fmt::format("{}: a beam of {} to {} Å without weights: give -lambda or -spectrum",
                    range->where(), ends[0], ends[1]));
  }
  if (const auto probe = beam.find("probe"); probe && probe->text() != "x-ray") {
    file.warnings.push_back(fmt::format("{}: '{}' scatters otherwise than the X-rays taken",
                                        probe->where(), probe->text()));
  }
  // The electric field is in the plane to which the normal is given, across the beam.
  if (const auto normal = beam.find("polarization_normal")) {
    const Vec3<double> field = cross(from_imgcif(normal->vector()), file.beam_direction);
    if (length(field) > 0.0) file.polarisation_axis = unit(field);
  }
  // The fraction of the intensity with its field in that plane; Kahn's factor is the difference of
  // the two fractions.
  if (const auto fraction = beam.find("polarization_fraction")) {
    const double p = fraction->number();
    if (!(p >= 0.0 && p <= 1.0)) {
      throw Error(fmt::format("a polarization_fraction of {:g} (it is from 0 to 1)", p),
                  fraction->where());
    }
    file.kahn_factor = 2.0 * p - 1.0;
  }
}

// Throws Error for what does not only turn.
Matrix turn_of(const Node& node) {
  constexpr double kRounding = 1e-3;
  const Matrix matrix = node.matrix();
  const Matrix product = matrix * transpose(matrix);
  const Matrix identity = Matrix::identity();
  bool turns = determinant(matrix) > 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    turns = turns && length(product.row[i] - identity.row[i]) <= kRounding;
  }
  if (!turns) throw Error("nine numbers that are not a rotation", node.where());
  return matrix;
}

struct Goniometer {
  Vec3<double> axis{1, 0, 0};
  Matrix fixed = Matrix::identity();
  Matrix setting = Matrix::identity();
};

// Of several axes the first is the nearest to the crystal.
Goniometer goniometer_of(const Node& node) {
  Goniometer result;
  if (const auto axes = node.find("axes")) {
    const std::vector<double> angles = node["angles"].numbers(axes->size());
    const std::size_t scanned = node["scan_axis"].index();
    result.axis = axes->at(scanned).vector();
    for (std::size_t i = 0; i < axes->size(); ++i) {
      if (i == scanned) continue;
      const Vec3<double> axis = unit(axes->at(i).vector());
      const Matrix turn = rotation(axis, radians(angles[i]));
      Matrix& side = i < scanned ? result.fixed : result.setting;
      side = turn * side;
    }
    return result;
  }
  result.axis = node["rotation_axis"].vector();
  if (const auto fixed = node.find("fixed_rotation")) result.fixed = turn_of(*fixed);
  if (const auto setting = node.find("setting_rotation")) result.setting = turn_of(*setting);
  return result;
}

void read_scan(const Node& scan, GeometryFile& file) {
  std::vector<double> start_and_width;
  if (const auto properties = scan.find("properties")) {
    // The start of each image; the width of a single one stands beside it.
    if (const auto starts = properties->find("oscillation")) {
      start_and_width = starts->numbers(1);
      if (start_and_width.size() > 1) start_and_width[1] -= start_and_width[0];
      const auto width = properties->find("oscillation_width");
      if (start_and_width.size() == 1 && width) start_and_width.push_back(width->numbers(1)[0]);
    }
  } else if (const auto oscillation = scan.find("oscillation")) {
    start_and_width = oscillation->numbers(2);
  }
  if (!start_and_width.empty()) file.phi_rad = radians(start_and_width[0]);
  if (start_and_width.size() > 1) file.oscillation_rad = radians(start_and_width[1]);
}

void read_crystal(const Node& crystal, const Goniometer& goniometer, GeometryFile& file) {
  const Matrix turn = goniometer.setting * goniometer.fixed;
  const auto axis = [&](const char* key) { return from_imgcif(turn * crystal[key].vector()); };
  const Axes<double> direct{axis("real_space_a"), axis("real_space_b"), axis("real_space_c")};
  const double volume = dot(direct.a, cross(direct.b, direct.c));
  if (!(volume > 0.0))
    throw Error("the axes of the crystal do not span a right-handed cell", crystal.where());
  file.reciprocal_axes =
      Axes<double>{cross(direct.b, direct.c) / volume, cross(direct.c, direct.a) / volume,
                   cross(direct.a, direct.b) / volume};
}

Node choose(const Node& experiments, std::optional<std::size_t> chosen) {
  const std::size_t count = experiments.size();
  if (chosen && *chosen >= count) {
    throw UsageError(fmt::format("-experiment {} (there are {})", *chosen, count),
                     experiments.where(), "they count from 0");
  }
  if (!chosen && count > 1) {
    throw UsageError(fmt::format("{} experiments in one file", count), experiments.where(),
                     "choose one with -experiment, from 0");
  }
  return experiments.at(chosen.value_or(0));
}

// Corrections that an imageset names are files of their own.
void warn_of_imageset(const Node& root, const Node& experiment, GeometryFile& file) {
  const auto imageset = model_of(root, experiment, "imageset");
  if (!imageset) return;
  for (const char* key : {"mask", "dx", "dy"}) {
    const auto named = imageset->find(key);
    if (named && !named->text().empty()) {
      file.warnings.push_back(fmt::format("{}: '{}' is left out", named->where(), named->text()));
    }
  }
}

}  // namespace

GeometryFile parse_dials_experiment(std::string_view text, const std::string& name,
                                    std::optional<std::size_t> experiment) {
  const auto json = parse_json(text, name);
  const Node root(json.get(), name + ":");
  if (!root.find("experiment")) {
    throw Error("JSON without experiments (DIALS calls them \"experiment\")", name);
  }
  const Node chosen = choose(root["experiment"], experiment);
  GeometryFile file;
  file.format = "DIALS experiment";
  const auto detector = model_of(root, chosen, "detector");
  const auto beam = model_of(root, chosen, "beam");
  if (!detector || !beam) throw Error("an experiment without detector or beam", chosen.where());
  file.panels = panels_of(*detector);
  file.mask = mask_of(*detector, file.panels);
  warn_of_panels(*detector, file.warnings);
  read_beam(*beam, file);
  warn_of_numbers(*beam, {{"divergence", 0.0}, {"sigma_divergence", 0.0}}, "-divergence gives one",
                  file.warnings);
  warn_of_numbers(*beam, {{"flux", 0.0}}, "-flux, -exposure and -beamsize give one", file.warnings);
  warn_of_numbers(*beam, {{"transmission", 1.0}}, "-fluence gives what reaches the sample",
                  file.warnings);
  Goniometer goniometer;
  if (const auto node = model_of(root, chosen, "goniometer")) {
    goniometer = goniometer_of(*node);
    const Vec3<double> axis = from_imgcif(goniometer.setting * goniometer.axis);
    if (!(length(axis) > 0.0)) throw Error("a spindle without direction", node->where());
    file.spindle_axis = unit(axis);
  }
  if (const auto scan = model_of(root, chosen, "scan")) read_scan(*scan, file);
  const auto crystal = model_of(root, chosen, "crystal");
  if (crystal) {
    read_crystal(*crystal, goniometer, file);
    warn_of_numbers(*crystal, {{"mosaicity", 0.0}, {"ML_half_mosaicity_deg", 0.0}},
                    "-mosaic_spread gives one", file.warnings);
    warn_of_numbers(*crystal, {{"ML_domain_size_ang", 0.0}}, "-N or -xtalsize gives a size",
                    file.warnings);
  }
  warn_of_changes(crystal, "crystal", "A_at_scan_points", file.warnings);
  warn_of_changes(beam, "beam", "s0_at_scan_points", file.warnings);
  warn_of_changes(model_of(root, chosen, "goniometer"), "goniometer",
                  "setting_rotation_at_scan_points", file.warnings);
  warn_of_imageset(root, chosen, file);
  return file;
}

}  // namespace nanobragg::io
