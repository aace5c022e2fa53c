// Follows the chains of an NXmx file.
#include "nanobragg/io/nxmx/geometry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/nxmx/hdf5_tree.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

using hdf5::Handle;

struct Unit {
  const char* name;
  double factor;  // to m and radians
};
constexpr auto kLengths = std::to_array<Unit>({{"m", 1.0},
                                               {"metre", 1.0},
                                               {"meter", 1.0},
                                               {"mm", 1e-3},
                                               {"millimetre", 1e-3},
                                               {"millimeter", 1e-3},
                                               {"um", 1e-6},
                                               {"micron", 1e-6},
                                               {"nm", 1e-9},
                                               {"angstrom", 1e-10},
                                               {"Angstrom", 1e-10},
                                               {"A", 1e-10}});
constexpr auto kAngles = std::to_array<Unit>({{"deg", 1.0 / constants::kDegreesPerRadian},
                                              {"degree", 1.0 / constants::kDegreesPerRadian},
                                              {"degrees", 1.0 / constants::kDegreesPerRadian},
                                              {"rad", 1.0},
                                              {"radian", 1.0},
                                              {"radians", 1.0}});

// A link of a chain: a turn about an axis or a step along it, then an offset.
struct Link {
  std::string path;
  bool rotates = false;
  Vec3<double> vector;  // unit
  Vec3<double> offset_m;
  std::vector<double> setting;  // m or radians, of the first exposure first
  std::string depends_on;       // full path; empty at the end of the chain
};

class Reader {
 public:
  Reader(const std::filesystem::path& path, std::size_t exposure)
      : name_(path.string()),
        file_(hdf5::open_file(path, hdf5::Access::read)),
        exposure_(exposure) {}

  GeometryFile read() {
    const std::string entry = needed("/", "NXentry");
    const std::string instrument = needed(entry, "NXinstrument");
    GeometryFile out;
    out.format = "NXmx file";
    read_detector(needed(instrument, "NXdetector"), out);
    for (const std::string& group : {instrument, entry}) read_beam(group, out);
    if (const auto sample = hdf5::child_of_class(file_, entry, "NXsample")) {
      if (!out.wavelength_m) read_beam(*sample, out);
      read_goniometer(*sample, out);
      read_orientation(*sample, out);
    }
    if (exposure_ >= exposures_) refuse_exposure(exposures_, entry);
    return out;
  }

 private:
  [[noreturn]] void refuse(const std::string& problem, const std::string& path) const {
    throw Error(problem, name_ + ": " + path);
  }

  std::string needed(const std::string& group, const std::string& nx_class) const {
    if (auto found = hdf5::child_of_class(file_, group, nx_class)) return *found;
    refuse("no " + nx_class + " (not an NXmx file?)", group);
  }

  // What a number in these units is in m or radians.
  template <std::size_t N>
  double factor(const std::array<Unit, N>& units, const std::string& path,
                const char* attribute = "units") const {
    const std::string name = hdf5::find_attribute_text(file_, path, attribute).value_or("");
    for (const Unit& unit : units) {
      if (name == unit.name) return unit.factor;
    }
    refuse(fmt::format("cannot read the unit '{}'", name), path);
  }

  Vec3<double> vector(const std::string& path, const char* attribute) const {
    const std::vector<double> v = hdf5::attribute_numbers(file_, path, attribute);
    if (v.size() != 3) refuse(fmt::format("{} numbers for {}", v.size(), attribute), path);
    if (!std::isfinite(v[0] + v[1] + v[2])) refuse(std::string(attribute) + " is not finite", path);
    return {v[0], v[1], v[2]};
  }

  Link link(const std::string& path) const {
    Link out;
    out.path = path;
    if (!hdf5::exists(file_, path)) refuse("no such axis", path);
    const auto type = hdf5::find_attribute_text(file_, path, "transformation_type");
    if (type != "rotation" && type != "translation") refuse("neither turns nor moves", path);
    out.rotates = type == "rotation";
    const Vec3<double> direction = vector(path, "vector");
    const hdf5::Numbers setting = hdf5::read_numbers(file_, path);
    if (setting.values.empty()) refuse("no setting of this axis", path);
    const double unit_of_setting = out.rotates ? factor(kAngles, path) : factor(kLengths, path);
    for (const double x : setting.values) {
      if (!std::isfinite(x)) refuse("a setting that is not finite", path);
      out.setting.push_back(unit_of_setting * x);
    }
    if (length(direction) > 0.0) {
      out.vector = unit(direction);
    } else if (out.setting.front() != 0.0) {
      refuse("an axis without direction", path);
    }
    if (!hdf5::attribute_numbers(file_, path, "offset").empty()) {
      const bool own = hdf5::find_attribute_text(file_, path, "offset_units").has_value();
      out.offset_m =
          factor(kLengths, path, own ? "offset_units" : "units") * vector(path, "offset");
    }
    out.depends_on = dependency(path, hdf5::find_attribute_text(file_, path, "depends_on"));
    return out;
  }

  // The full path of what `path` depends on.
  static std::string dependency(const std::string& path, const std::optional<std::string>& on) {
    if (!on || on->empty() || *on == ".") return "";
    return on->front() == '/' ? *on : path.substr(0, path.rfind('/') + 1) + *on;
  }

  // The links from here to the laboratory.
  std::vector<Link> chain(std::string path) const {
    std::vector<Link> links;
    constexpr std::size_t kMost = 100;
    for (; !path.empty(); path = links.back().depends_on) {
      if (links.size() == kMost) refuse("a chain of axes without an end", path);
      links.push_back(link(path));
    }
    return links;
  }

  static Vec3<double> carried(const std::vector<Link>& links, Vec3<double> point) {
    for (const Link& l : links) {
      point = l.rotates ? rotate_about(point, l.vector, l.setting.front())
                        : point + l.setting.front() * l.vector;
      point = point + l.offset_m;
    }
    return point;
  }

  static Vec3<double> turned(const std::vector<Link>& links, const Vec3<double>& v) {
    return carried(links, v) - carried(links, {});
  }

  // Whole numbers of a module, slowest first.
  std::vector<std::size_t> indices(const std::string& path) const {
    std::vector<std::size_t> out;
    for (const double x : hdf5::read_numbers(file_, path).values) {
      constexpr double kMost = 100000.0;
      if (!(x >= 0.0 && x <= kMost)) refuse("an impossible number of pixels", path);
      out.push_back(static_cast<std::size_t>(x));
    }
    if (out.size() < 2) refuse("too few numbers for two directions", path);
    return out;
  }

  GeometryPanel panel(const std::string& module) const {
    const Link fast = link(module + "/fast_pixel_direction");
    const Link slow = link(module + "/slow_pixel_direction");
    const double pixel = fast.setting.front();
    constexpr double kSquare = 1e-6;
    if (!(pixel > 0.0) || std::abs(slow.setting.front() - pixel) > kSquare * pixel) {
      refuse(fmt::format("pixels of {:.6g} × {:.6g} mm (they must be square)", 1e3 * pixel,
                         1e3 * slow.setting.front()),
             module);
    }
    const std::vector<Link> base = chain(fast.depends_on);
    const std::string offset = module + "/module_offset";
    const Vec3<double> corner =
        hdf5::exists(file_, offset) ? carried(chain(offset), {}) : carried(base, fast.offset_m);
    const PanelAxes axes =
        checked_axes(from_crystfel(turned(base, fast.vector)),
                     from_crystfel(turned(base, slow.vector)), name_ + ": " + module);
    const auto size = indices(module + "/data_size");
    const ImageShape shape{size[size.size() - 2], size.back()};
    if (shape.slow == 0 || shape.fast == 0) refuse("a module without pixels", module);
    return {module.substr(module.rfind('/') + 1),
            from_crystfel(corner),
            axes.fast,
            axes.slow,
            pixel,
            shape};
  }

  void read_detector(const std::string& detector, GeometryFile& out) const {
    std::vector<std::string> modules;
    for (const std::string& path : hdf5::children(file_, detector)) {
      if (hdf5::find_attribute_text(file_, path, "NX_class") == "NXdetector_module") {
        modules.push_back(path);
      }
    }
    if (modules.empty()) refuse("no NXdetector_module", detector);
    // In the order of their names, with numbers in that of numbers: module2 before module10.
    std::ranges::stable_sort(modules, {}, [](const std::string& m) { return m.size(); });
    for (const std::string& module : modules) out.panels.push_back(panel(module));
    out.mask = mask(detector + "/pixel_mask", modules, out.panels);
  }

  // Pixels whose mask is not 0 see nothing.
  std::shared_ptr<const Image<std::uint16_t>> mask(const std::string& path,
                                                   const std::vector<std::string>& modules,
                                                   const std::vector<GeometryPanel>& panels) const {
    if (!hdf5::exists(file_, path)) return nullptr;
    const hdf5::Numbers bits = hdf5::read_numbers(file_, path);
    std::vector<ImageShape> shapes;
    for (const GeometryPanel& p : panels) shapes.push_back(p.shape);
    const PanelStack stack = stack_of(shapes);
    auto out = std::make_shared<Image<std::uint16_t>>(stack.shape);
    bool any = false;
    for (std::size_t i = 0; i < panels.size(); ++i) {
      const auto origin = indices(modules[i] + "/data_origin");
      // Where the module begins in the mask, and the distance between its rows there.
      std::size_t begin = 0;
      if (origin.size() != bits.shape.size())
        refuse("another number of directions than data_origin", path);
      for (std::size_t d = 0; d < origin.size(); ++d) begin = begin * bits.shape[d] + origin[d];
      const std::size_t row = bits.shape.back();
      const auto& [slow_pixels, fast_pixels] = shapes[i];
      if (origin.back() + fast_pixels > row ||
          begin + (slow_pixels - 1) * row + fast_pixels > bits.values.size()) {
        refuse("smaller than the modules", path);
      }
      for (std::size_t slow = 0; slow < slow_pixels; ++slow) {
        for (std::size_t fast = 0; fast < fast_pixels; ++fast) {
          const bool sees = bits.values[begin + slow * row + fast] == 0.0;
          out->view()[{stack.first_row[i] + slow, fast}] = sees ? 1 : 0;
          any = any || !sees;
        }
      }
    }
    return any ? out : nullptr;
  }

  void read_beam(const std::string& group, GeometryFile& out) {
    const auto beam = hdf5::child_of_class(file_, group, "NXbeam");
    if (!beam || out.wavelength_m) return;
    const std::string wavelength = *beam + "/incident_wavelength";
    if (hdf5::exists(file_, wavelength)) {
      const std::vector<double> values = hdf5::read_numbers(file_, wavelength).values;
      const double value = of_exposure(values, wavelength);
      if (!(value > 0.0) || !std::isfinite(value)) refuse("no positive wavelength", wavelength);
      out.wavelength_m = factor(kLengths, wavelength) * value;
    }
    const std::string stokes = *beam + "/incident_polarisation_stokes";
    if (!hdf5::exists(file_, stokes)) return;
    const std::vector<double> s = hdf5::read_numbers(file_, stokes).values;
    if (s.size() < 4 || !(s[0] > 0.0)) return;
    // The field of linearly polarised light stands at half the angle of (S1, S2) from x.
    const double angle = std::atan2(s[2], s[1]) / 2.0;
    out.kahn_factor = std::hypot(s[1], s[2]) / s[0];
    out.polarisation_axis = from_crystfel({std::cos(angle), std::sin(angle), 0.0});
  }

  // The axis whose settings differ from exposure to exposure; without one, the crystal's own.
  void read_goniometer(const std::string& sample, GeometryFile& out) {
    const auto on = hdf5::find_text(file_, sample + "/depends_on");
    const std::vector<Link> links = chain(dependency(sample + "/depends_on", on));
    const auto moves = [&](const Link& l) {
      return l.rotates &&
             (l.setting.back() != l.setting.front() || hdf5::exists(file_, l.path + "_end"));
    };
    for (std::size_t i = 0; i < links.size(); ++i) {
      const Link& l = links[i];
      if (!l.rotates || (out.spindle_axis && !moves(l))) continue;
      const std::vector<Link> outer(links.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                    links.end());
      out.spindle_axis = from_crystfel(turned(outer, l.vector));
      out.phi_rad = of_exposure(l.setting, l.path);
      out.oscillation_rad = width(l);
      if (moves(l)) return;
    }
  }

  std::optional<double> width(const Link& axis) const {
    const std::string end = axis.path + "_end";
    if (hdf5::exists(file_, end)) {
      const auto ends = hdf5::read_numbers(file_, end).values;
      if (!ends.empty()) return factor(kAngles, axis.path) * ends.front() - axis.setting.front();
    }
    if (axis.setting.size() > 1) return axis.setting[1] - axis.setting[0];
    return std::nullopt;
  }

  void read_orientation(const std::string& sample, GeometryFile& out) {
    const std::string path = sample + "/ub_matrix";
    if (!hdf5::exists(file_, path)) return;
    if (hdf5::find_attribute_text(file_, path, "units") != "1/angstrom") return;
    constexpr std::size_t kNumbers = 9;
    const std::vector<double> values = hdf5::read_numbers(file_, path).values;
    if (values.empty() || values.size() % kNumbers != 0) refuse("no matrices of 3 × 3", path);
    const double* const m = &values[kNumbers * row_of_exposure(values.size() / kNumbers, path)];
    const auto column = [&](std::size_t i) { return from_crystfel({m[i], m[i + 3], m[i + 6]}); };
    const Axes<double> axes{column(0), column(1), column(2)};
    if (!(dot(axes.a, cross(axes.b, axes.c)) > 0.0)) {
      refuse("the axes of the crystal span no right-handed cell", path);
    }
    out.reciprocal_axes = axes;
  }

  double of_exposure(const std::vector<double>& values, const std::string& path) {
    if (values.empty()) refuse("no numbers", path);
    return values[row_of_exposure(values.size(), path)];
  }

  // One row may stand for all exposures.
  std::size_t row_of_exposure(std::size_t rows, const std::string& path) {
    if (rows == 1) return 0;
    if (exposure_ >= rows) refuse_exposure(rows, path);
    exposures_ = rows;
    return exposure_;
  }

  [[noreturn]] void refuse_exposure(std::size_t count, const std::string& path) const {
    throw UsageError(
        fmt::format("-experiment {} (there {})", exposure_,
                    count == 1 ? "is one exposure" : fmt::format("are {} exposures", count)),
        name_ + ": " + path, "they count from 0");
  }

  std::string name_;
  Handle file_;
  std::size_t exposure_;
  std::size_t exposures_ = 1;  // as the longest list says that was read
};

}  // namespace

GeometryFile read_nxmx_geometry(const std::filesystem::path& path, std::size_t exposure) {
  return hdf5::naming(path, [&] { return Reader(path, exposure).read(); });
}

}  // namespace nanobragg::io
