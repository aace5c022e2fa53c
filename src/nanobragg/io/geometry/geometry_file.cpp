// Tells the formats of geometry files apart.
#include "nanobragg/io/geometry/geometry_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/crystfel_geometry.hpp"
#include "nanobragg/io/geometry/dials_experiment.hpp"
#include "nanobragg/io/geometry/imgcif_geometry.hpp"
#include "nanobragg/io/geometry/mosflm_matrix.hpp"
#include "nanobragg/io/images/foreign_images.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::io {
namespace {

void check_holds_one(std::optional<std::size_t> experiment, const std::string& name) {
  if (!experiment) return;
  throw UsageError(fmt::format("-experiment with '{}' (it holds one)", name), "",
                   "DIALS .expt and NXmx files hold several");
}

bool is_json(std::string_view text) { return skip_space(text).starts_with('{'); }

// Whatever such a file is called, NXmx is what it holds.
GeometryFile read_hdf5(const std::filesystem::path& path, std::optional<std::size_t> experiment,
                       ExternalFiles external) {
  const ImageFormat& format = *find_format("x.nxs");
  if (format.read_geometry != nullptr) {
    return format.read_geometry(path, experiment.value_or(0), external);
  }
  throw UsageError(
      fmt::format("cannot read '{}' (this build has no {})", path.string(), format.name), "",
      fmt::format("build with the package {}", format.missing));
}

// The format's own signature (HDF5 File Format Specification, III.A). A pipe, which would lose what
// is looked at, holds none.
bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  if (beginning_of(path, kSignature.size()) != kSignature) return false;
  check_not_compressed(path, "HDF5");
  return true;
}

// The reader of NXmx files corrects placements itself, and warns.
void warn_of_detector_upstream(GeometryFile& file, const std::string& name) {
  double farthest = -std::numeric_limits<double>::infinity();
  for (const GeometryPanel& panel : file.panels) {
    const auto half = [](std::size_t pixels) { return static_cast<double>(pixels) / 2.0; };
    const Vec3<double> middle =
        panel.corner_m +
        panel.pixel_m * (half(panel.shape.fast) * panel.fast + half(panel.shape.slow) * panel.slow);
    farthest = std::max(farthest, dot(middle, file.beam_direction));
  }
  if (!(farthest < 0.0)) return;
  file.warnings.push_back(
      fmt::format("{}: the detector is between source and sample, {:.6g} mm before it: taken as it "
                  "stands",
                  name, -1e3 * farthest));
}

}  // namespace

PanelAxes checked_axes(const Vec3<double>& fast, const Vec3<double>& slow,
                       const std::string& where) {
  constexpr double kRight = 1e-4;
  const double lengths = length(fast) * length(slow);
  if (!(lengths > 0.0) || !std::isfinite(lengths)) {
    throw Error("a panel axis without direction", where);
  }
  if (std::abs(dot(fast, slow)) > kRight * lengths) {
    throw Error("the axes of a panel are not at right angles (pixels are square here)", where);
  }
  return {unit(fast), unit(slow)};
}

GeometryFile parse_geometry_file(std::string_view bytes, const std::string& name,
                                 std::optional<std::size_t> experiment) {
  if (trim(bytes).empty()) throw Error("empty file", name);
  refuse_foreign_image(bytes.substr(0, 4096), name);
  GeometryFile file;
  if (is_json(bytes)) {
    file = parse_dials_experiment(bytes, name, experiment);
  } else {
    check_holds_one(experiment, name);
    file = is_imgcif(bytes) ? parse_imgcif_geometry(bytes, name)
                            : parse_crystfel_geometry(bytes, name);
  }
  warn_of_detector_upstream(file, name);
  return file;
}

GeometryFile read_geometry_file(const std::filesystem::path& path,
                                std::optional<std::size_t> experiment, ExternalFiles external) {
  if (is_hdf5(path)) return read_hdf5(path, experiment, external);
  return parse_geometry_file(read_input(path), path.string(), experiment);
}

OrientationFile read_orientation_file(const std::filesystem::path& path,
                                      std::optional<std::size_t> experiment,
                                      ExternalFiles external) {
  const std::string name = path.string();
  if (is_hdf5(path)) {
    const GeometryFile file = read_hdf5(path, experiment, external);
    if (!file.reciprocal_axes) throw Error("no orientation (a ub_matrix in 1/angstrom)", name);
    return {*file.reciprocal_axes, file.warnings};
  }
  const std::string text = read_input(path);
  if (is_smv(path) || is_imgcif(text)) {
    throw Error("no orientation (the header of an image has none)", name,
                "-crystal reads .expt and NXmx files, and nine numbers of a matrix");
  }
  if (is_json(text)) {
    const GeometryFile file = parse_dials_experiment(text, name, experiment);
    if (!file.reciprocal_axes) {
      throw Error("an experiment without a crystal", name, "dials.index adds one");
    }
    return {*file.reciprocal_axes, file.warnings};
  }
  check_holds_one(experiment, name);
  const MosflmMatrix matrix = parse_mosflm_matrix(text, name);
  if (matrix.misset_deg) {
    throw Error("a whole file of MOSFLM (its matrix is times the wavelength)", name,
                "-mat takes it");
  }
  const Mat3<double> columns = transpose(matrix.elements);
  const Axes<double> axes{columns.row[0], columns.row[1], columns.row[2]};
  std::vector<std::string> warnings;
  if (!matrix.unread.empty()) {
    warnings.push_back(fmt::format("{}: numbers after the nine of the matrix are not read: {}",
                                   name, matrix.unread));
  }
  if (matrix.cell) {
    warnings.push_back(name + ": the cell after the matrix is not read: the matrix gives its own");
  }
  return {axes, warnings};
}

}  // namespace nanobragg::io
