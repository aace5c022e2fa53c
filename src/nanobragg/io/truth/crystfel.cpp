// Words the text files of CrystFEL.
#include "nanobragg/io/truth/crystfel.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "nanobragg/base/units.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

// An axis on the panel in the words of CrystFEL: "+0.99x -0.01y +0.00z".
std::string axis(const Vec3<double>& v) {
  return fmt::format("{:+.9f}x {:+.9f}y {:+.9f}z", v.x, v.y, v.z);
}

struct Cell {
  std::array<double, 3> edges_A;
  std::array<double, 3> angles_deg;
};

Cell cell_of(const ImageDescription& image) {
  const Axes<double>& direct = image.lattice->direct;
  const auto angle = [](const Vec3<double>& u, const Vec3<double>& v) {
    return to_degree(Radian(std::acos(dot(unit(u), unit(v))))).value();
  };
  return {{length(direct.a), length(direct.b), length(direct.c)},
          {angle(direct.b, direct.c), angle(direct.c, direct.a), angle(direct.a, direct.b)}};
}

struct LatticeType {
  std::string_view name;
  char letter;
  char unique_axis;  // '*': there is none
};

// The highest symmetry that the edges and angles have. Hexagonal cells stand with c along the
// sixfold axis; other settings count as triclinic.
LatticeType lattice_type(const Cell& cell) {
  const auto& [edges, angles] = cell;
  const auto same = [](double x, double y) { return std::abs(x - y) < 1e-4 * y; };
  const bool ab = same(edges[0], edges[1]);
  const bool bc = same(edges[1], edges[2]);
  const bool ac = same(edges[0], edges[2]);
  const std::array right{same(angles[0], 90.0), same(angles[1], 90.0), same(angles[2], 90.0)};
  const int rights =
      static_cast<int>(right[0]) + static_cast<int>(right[1]) + static_cast<int>(right[2]);
  if (rights == 3 && ab && bc) return {"cubic", 'c', '*'};
  if (rights == 3 && (ab || bc || ac)) return {"tetragonal", 't', ab ? 'c' : bc ? 'a' : 'b'};
  if (rights == 3) return {"orthorhombic", 'o', '*'};
  if (rights == 2 && ab && same(angles[2], 120.0)) return {"hexagonal", 'h', 'c'};
  if (rights == 2) return {"monoclinic", 'm', !right[0] ? 'a' : !right[1] ? 'b' : 'c'};
  return {"triclinic", 'a', '*'};
}

std::string event_of(const SeriesRecord& record, std::size_t exposure) {
  return record.in_one_file() ? fmt::format("//{}", exposure) : "//";
}

const std::string& file_of(const SeriesRecord& record, std::size_t exposure) {
  return record.files[record.in_one_file() ? 0 : exposure];
}

}  // namespace

std::string crystfel_geometry(const ImageDescription& image, bool in_nxmx) {
  const Experiment& experiment = image.experiment;
  const Mat3<double> frame = mcstas_frame(experiment);
  const auto& panels = experiment.detector.panels;
  const double clen = (frame * panels.front()->corner_m).z;
  std::string text = "; geometry of images simulated by nanobragg\n";
  if (in_nxmx) {
    text +=
        "wavelength = /entry/instrument/beam/incident_wavelength A\n"
        "data = /entry/data/data\ndim0 = %\ndim1 = ss\ndim2 = fs\n"
        "mask = /entry/instrument/detector/pixel_mask\nmask_good = 0x0\nmask_bad = 0xffffffff\n";
  } else {
    text += fmt::format("wavelength = {:.9g} A\n",
                        to_angstrom(Metre(image.mean_wavelength_m())).value());
  }
  const double gain = image.readings ? image.readings->gain : 1.0;
  text += fmt::format("clen = {:.9g} m\nadu_per_photon = {:.9g}\n", clen, gain);
  if (image.readings) text += fmt::format("max_adu = {:.0f}\n", largest_valid(image));
  const PanelStack stack = stack_of(panels);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const PanelValues& panel = *panels[i];
    const double pixel = panel.pixel_size.value();
    const Vec3<double> corner = frame * panel.corner_m;
    const std::string name = fmt::format("p{}", i);
    text += fmt::format(
        "\n{0}/res = {1:.9g}\n"
        "{0}/min_fs = 0\n{0}/max_fs = {2}\n{0}/min_ss = {3}\n{0}/max_ss = {4}\n"
        "{0}/corner_x = {5:.6f}\n{0}/corner_y = {6:.6f}\n{0}/coffset = {7:.9g}\n"
        "{0}/fs = {8}\n{0}/ss = {9}\n",
        name, 1.0 / pixel, panel.shape.fast - 1, stack.first_row[i],
        stack.first_row[i] + panel.shape.slow - 1, corner.x / pixel, corner.y / pixel,
        corner.z - clen, axis(frame * panel.fast), axis(frame * panel.slow));
  }
  return text;
}

std::string crystfel_cell(const ImageDescription& image) {
  const Cell cell = cell_of(image);
  const LatticeType type = lattice_type(cell);
  std::string text = fmt::format(
      "CrystFEL unit cell file version 1.0\n\nlattice_type = {}\n"
      "centering = P\n",
      type.name);
  if (type.unique_axis != '*') text += fmt::format("unique_axis = {}\n", type.unique_axis);
  constexpr std::array<const char*, 3> kEdges{"a", "b", "c"};
  constexpr std::array<const char*, 3> kAngles{"al", "be", "ga"};
  text += '\n';
  for (std::size_t i = 0; i < 3; ++i)
    text += fmt::format("{} = {:.6f} A\n", kEdges[i], cell.edges_A[i]);
  for (std::size_t i = 0; i < 3; ++i) {
    text += fmt::format("{} = {:.6f} deg\n", kAngles[i], cell.angles_deg[i]);
  }
  return text;
}

std::string crystfel_list(const SeriesRecord& record) {
  std::string text;
  for (std::size_t i = 0; i < record.frames; ++i) {
    text += file_of(record, i);
    text += record.in_one_file() ? fmt::format(" {}\n", event_of(record, i)) : "\n";
  }
  return text;
}

std::string crystfel_solutions(const SeriesRecord& record) {
  std::string text;
  for (std::size_t i = 0; i < record.exposures.size(); ++i) {
    const ImageDescription& image = record.exposures[i];
    const Mat3<double> frame = mcstas_frame(image.experiment);
    text += fmt::format("{} {}", file_of(record, i), event_of(record, i));
    const Axes<double> axes = exposed_lattice(image).reciprocal;
    constexpr double kPerNanometre = 10.0;
    for (const Vec3<double>& reciprocal : {axes.a, axes.b, axes.c}) {
      const Vec3<double> v = kPerNanometre * (frame * reciprocal);
      text += fmt::format(" {:+.9f} {:+.9f} {:+.9f}", v.x, v.y, v.z);
    }
    const LatticeType type = lattice_type(cell_of(image));
    text += fmt::format(" 0.000 0.000 {}P{}\n", type.letter, type.unique_axis);
  }
  return text;
}

void write_geom(const std::filesystem::path& path, const DetectorImage& image) {
  write_file_atomically(path, crystfel_geometry(image.description, true));
}

void write_cell(const std::filesystem::path& path, const DetectorImage& image) {
  write_file_atomically(path, crystfel_cell(image.description));
}

}  // namespace nanobragg::io
