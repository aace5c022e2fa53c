// Cell, orientation, size, shape and mosaicity of the crystal.
#include "nanobragg/config/resolve/resolve_crystal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/crystal_in_beam.hpp"
#include "nanobragg/config/resolve/resolve_disorder.hpp"
#include "nanobragg/config/resolve/resolve_mosaicity.hpp"
#include "nanobragg/config/resolve/skewed_cell.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/geometry/mosflm_matrix.hpp"
#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

std::optional<CellParameters<double>> resolve_cell(const Settings& settings) {
  if (!settings.cell) return std::nullopt;
  // Edges that are missing equal the first, angles that are missing are right.
  const std::vector<double>& given = *settings.cell;
  const auto edge = [&](std::size_t i) {
    return i < given.size() && given[i] > 0.0 ? given[i] : given[0];
  };
  const auto angle = [&](std::size_t i) {
    return i < given.size() && given[i] > 0.0 ? radians_from_degrees(given[i]) : constants::kPi / 2;
  };
  const CellParameters<double> cell{given[0], edge(1), edge(2), angle(3), angle(4), angle(5)};
  try {
    check(cell);
  } catch (const Error& error) {
    // It is the command line that gives this cell.
    throw UsageError(error.problem(), "-cell: " + error.where(), error.hint());
  }
  return cell;
}

// The axes of a file of MOSFLM, and what else it says.
struct FileAxes {
  Axes<double> axes;  // Å⁻¹
  io::MosflmMatrix matrix;
};

// Lengths do not count beside a cell: the axes give directions then.
void check_axes(const Axes<double>& axes, const std::optional<CellParameters<double>>& cell,
                const std::string& file) {
  try {
    CrystalValues alone;
    alone.reciprocal_axes = axes;
    alone.cell = cell;
    check(alone);
  } catch (const Error& error) {
    const std::string where = error.where().empty() ? file : file + ": " + error.where();
    throw Error(error.problem(), where, error.hint());
  }
}

std::optional<FileAxes> axes_of(const Inputs& inputs, Metre lambda,
                                const std::optional<CellParameters<double>>& cell) {
  if (!inputs.matrix) return std::nullopt;
  FileAxes file{.axes = {}, .matrix = *inputs.matrix};
  // The matrix of MOSFLM is in units of 1/λ.
  const Mat3<double> columns = transpose(file.matrix.elements);
  const double scale = 1e-10 / lambda.value();
  file.axes = transform(Axes<double>{columns.row[0], columns.row[1], columns.row[2]},
                        [&](const auto& v) { return scale * v; });
  check_axes(file.axes, cell, *inputs.settings.matrix_file);
  return file;
}

std::string in_words(const CellParameters<double>& cell) {
  constexpr double deg = constants::kDegreesPerRadian;
  return fmt::format("{:.4g} {:.4g} {:.4g} Å, {:.4g} {:.4g} {:.4g}°", cell.a, cell.b, cell.c,
                     cell.alpha * deg, cell.beta * deg, cell.gamma * deg);
}

// How two cells differ: each edge as a ratio, the angles by the largest difference.
struct CellDifference {
  std::array<double, 3> ratios;
  double angle;

  CellDifference(const CellParameters<double>& x, const CellParameters<double>& y)
      : ratios{x.a / y.a, x.b / y.b, x.c / y.c},
        angle(std::max({std::abs(x.alpha - y.alpha), std::abs(x.beta - y.beta),
                        std::abs(x.gamma - y.gamma)})) {}

  double mean() const { return std::cbrt(ratios[0] * ratios[1] * ratios[2]); }
  double largest() const {
    return std::ranges::max(ratios, {}, [](double r) { return std::abs(r - 1.0); }) - 1.0;
  }
  // Within what refinements change.
  bool is_small() const { return std::abs(largest()) < kEdge && angle < kAngle; }
  // One cell is the other, larger or smaller.
  bool is_scale() const {
    return angle < kAngle && std::ranges::all_of(ratios, [&](double r) {
             return std::abs(r / mean() - 1.0) < kEdge;
           });
  }

 private:
  static constexpr double kEdge = 0.01;
  static constexpr double kAngle = 1.0 / constants::kDegreesPerRadian;
};

// The largest angle, in degrees, between the columns of MOSFLM's U and the frame that they are: x
// along a*, z across a* and b* (Busing & Levy 1967, Acta Cryst. 22, 457).
double degrees_between(const Mat3<double>& rotation, const Axes<double>& axes) {
  const Mat3<double> columns = transpose(rotation);
  const Vec3<double> x = unit(axes.a);
  const Vec3<double> z = unit(cross(axes.a, axes.b));
  double largest = 0.0;
  const std::array frame{x, cross(z, x), z};
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const double sine = length(cross(frame[i], columns.row[i]));
    largest = std::max(largest, std::atan2(sine, dot(frame[i], columns.row[i])));
  }
  return largest * constants::kDegreesPerRadian;
}

// A file of MOSFLM holds its cell twice: in the nine numbers, times the wavelength, and in words.
std::vector<std::string> matrix_warnings(const FileAxes& file, const std::string& name,
                                         Metre lambda,
                                         const std::optional<CellParameters<double>>& given) {
  std::vector<std::string> warnings;
  const auto& misset = file.matrix.misset_deg;
  if (misset && length(*misset) > 0.0) {
    warnings.push_back(
        fmt::format("{}: its missetting angles {:g} {:g} {:g}° are not applied "
                    "(-misset would)",
                    name, misset->x, misset->y, misset->z));
  }
  if (!file.matrix.unread.empty()) {
    warnings.push_back(fmt::format("{}: numbers after the nine of the matrix are not read: {}",
                                   name, file.matrix.unread));
  }
  // The digits of the file make less.
  constexpr double kTurned = 0.1;
  const double turned =
      file.matrix.rotation ? degrees_between(*file.matrix.rotation, file.axes) : 0.0;
  if (!(turned <= kTurned)) {
    warnings.push_back(
        fmt::format("{}: its matrix U (lines 5 to 7) is {:.3g}° from the nine numbers, which are "
                    "taken",
                    name, turned));
  }
  if (!file.matrix.cell) return warnings;
  const CellParameters<double>& own = *file.matrix.cell;
  const CellParameters<double> used =
      given.value_or(cell_of(make_lattice<double>(file.axes, std::nullopt)));
  const CellDifference difference(used, own);
  if (difference.is_small()) return warnings;
  const std::string differs = fmt::format(
      "{}: its own cell is {}, and {} {} ({:+.0f} %)", name, in_words(own),
      given ? "-cell is"
            : fmt::format("its nine numbers make, at {:g} Å,", to_angstrom(lambda).value()),
      in_words(used), 100.0 * difference.largest());
  warnings.push_back(!given && difference.is_scale()
                         ? fmt::format("{}: the matrix seems to be of {:.5g} Å (-lambda)", differs,
                                       to_angstrom(lambda).value() / difference.mean())
                         : differs);
  return warnings;
}

// Nothing where the setting is not drawn at random.
std::optional<std::int64_t> seed_of_random_setting(const Settings& settings, std::int64_t seed) {
  if (!settings.misset_random.value_or(false)) return std::nullopt;
  return settings.misset_seed.value_or(seed);
}

// A random setting is drawn as a rotation of the whole sphere, and applied as angles. The cap of
// "90" is in radians, as in the reference: several turns, so every angle occurs.
Vec3<double> resolve_misset(const Settings& settings, std::int64_t seed) {
  constexpr float kWholeSphere = 90.0F;
  if (const auto of_setting = seed_of_random_setting(settings, seed)) {
    UniformStream stream(*of_setting);
    return xyz_angles_rad(random_rotation(kWholeSphere, stream));
  }
  const Vec3<double> degrees = settings.misset_deg.value_or(Vec3<double>{});
  return {radians_from_degrees(degrees.x), radians_from_degrees(degrees.y),
          radians_from_degrees(degrees.z)};
}

// How the reference makes spots of two shapes is a quirk.
CrystalShape shape_of_flag(CrystalShape shape, compat::QuirkSet quirks) {
  if (quirks.has(Quirk::spots_of_volume)) return shape;
  if (shape == CrystalShape::gauss) return CrystalShape::gauss_cells;
  return shape == CrystalShape::tophat ? CrystalShape::tophat_cells : shape;
}

// The reference takes whole numbers of cells.
double cells_from_flag(const std::optional<double>& given, compat::QuirkSet quirks) {
  const double n = given.value_or(1.0);
  return quirks.has(Quirk::whole_cells) ? std::max(1.0, std::floor(n)) : n;
}

// A width of the crystal that the beam may clip.
struct Width {
  double metres;
  bool clipped;
};

Width width(const std::optional<double>& mm, double beamsize) {
  const double metres = metres_from_mm(mm.value_or(0.0));
  return {std::min(metres, beamsize), beamsize < metres};
}

struct Size {
  std::array<double, 3> cells;
  bool clipped;
};

// Widths in mm win over numbers of cells; the beam clips the width (y) and the height (z).
Size resolve_size(const Settings& settings, const Lattice<double>& lattice,
                  compat::QuirkSet quirks) {
  const double beamsize = metres_from_mm(value(settings, &Settings::beamsize_mm));
  const Width x{metres_from_mm(settings.size_x_mm.value_or(0.0)), false};
  const Width y = width(settings.size_y_mm, beamsize);
  const Width z = width(settings.size_z_mm, beamsize);
  std::array<double, 3> cells = flagged_cells(settings, quirks);
  const auto fill = [](double& n, const Width& w, const Vec3<double>& edge) {
    if (w.metres > 0.0) n = std::max(1.0, std::ceil(w.metres / length(1e-10 * edge)));
  };
  fill(cells[0], x, lattice.direct.a);
  fill(cells[1], y, lattice.direct.b);
  fill(cells[2], z, lattice.direct.c);
  return {cells, y.clipped || z.clipped};
}

double product(const std::array<double, 3>& cells) { return cells[0] * cells[1] * cells[2]; }

}  // namespace

std::array<double, 3> flagged_cells(const Settings& settings, compat::QuirkSet quirks) {
  return {cells_from_flag(settings.cells_a, quirks), cells_from_flag(settings.cells_b, quirks),
          cells_from_flag(settings.cells_c, quirks)};
}

ResolvedCrystal resolve_crystal(const Inputs& inputs, Metre lambda) {
  const Settings& settings = inputs.settings;
  const compat::QuirkSet quirks = inputs.quirks;
  if (!settings.cell && !settings.matrix_file && !inputs.axes) {
    throw UsageError("no unit cell", "", "give -cell a b c alpha beta gamma, or -mat FILE");
  }
  CrystalValues values;
  values.cell = resolve_cell(settings);
  std::vector<std::string> warnings;
  if (inputs.axes) {
    values.reciprocal_axes = inputs.axes;
  } else if (const auto file = axes_of(inputs, lambda, values.cell)) {
    values.reciprocal_axes = file->axes;
    warnings = matrix_warnings(*file, *settings.matrix_file, lambda, values.cell);
  }
  // The reference skews the axes and then imposes the cell's lengths on them.
  if (!values.reciprocal_axes && values.cell && quirks.has(Quirk::skewed_triclinic_cell)) {
    values.reciprocal_axes = skewed_reciprocal_axes(*values.cell);
  }
  values.misset_rad = resolve_misset(settings, inputs.seed);
  values.shape = shape_of_flag(value(settings, &Settings::shape), quirks);
  values.fudge = value(settings, &Settings::fudge);
  values = with_disorder(values, settings);
  values.cell_spread = 0.01 * value(settings, &Settings::cell_spread_percent);
  values.mosaicity = resolve_mosaicity(settings, seed_of_random_setting(settings, inputs.seed));
  // The number of cells follows from the lattice, so the lattice must be possible first.
  const Crystal of_one_cell(values);
  const Size size = resolve_size(settings, lattice_of(*of_one_cell), quirks);
  values.cells = size.cells;
  if (const auto edges = crystal_edges(settings)) {
    if (quirks.has(Quirk::water_scaling) && settings.water_um.value_or(0.0) > 0.0) {
      throw UsageError(
          "-crystal_size with -water in reference mode (whose water stands in the sum "
          "over steps, and would be multiplied)",
          "", "take -background water:LENGTH");
    }
    const Metre beam(metres_from_mm(value(settings, &Settings::beamsize_mm)));
    const double block_A3 = lattice_of(*of_one_cell).volume * product(values.cells);
    values.blocks = blocks_in_beam(*edges, beam, 1e-30 * block_A3);
  }

  if (size.clipped) {
    warnings.push_back("the beam is smaller than the crystal: the crystal is clipped to -beamsize");
  }
  if (useless_domains(settings)) warnings.emplace_back(kUselessDomains);
  return {Crystal(values), warnings};
}

ResolvedCrystal with_crystal_flags(const Crystal& base, const Inputs& inputs) {
  const Settings& s = inputs.settings;
  CrystalValues values = *base;
  if (s.misset_deg || s.misset_random) values.misset_rad = resolve_misset(s, inputs.seed);
  if (s.misset_random) {
    values.mosaicity.setting_seed = seed_of_random_setting(s, inputs.seed);
  }
  const std::array<double, 3> cells = flagged_cells(s, inputs.quirks);
  const std::array given{s.cells_a.has_value(), s.cells_b.has_value(), s.cells_c.has_value()};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (given.at(i)) values.cells.at(i) = cells.at(i);
  }
  // A crystal of many blocks keeps its volume.
  if (values.blocks != 1.0) values.blocks *= product(base->cells) / product(values.cells);
  if (s.shape) values.shape = shape_of_flag(*s.shape, inputs.quirks);
  values.fudge = s.fudge.value_or(values.fudge);
  values = with_disorder(values, s);
  if (s.cell_spread_percent) values.cell_spread = 0.01 * *s.cell_spread_percent;
  const bool has_domains = take_mosaicity_flags(s, values);
  std::vector<std::string> warnings;
  if (!has_domains && s.mosaic_domains.value_or(0) > 1) warnings.emplace_back(kUselessDomains);
  return {Crystal(values), warnings};
}

}  // namespace nanobragg::config
