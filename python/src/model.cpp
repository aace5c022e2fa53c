// Crystal, beam and detector as Python values, in users' units.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "arrays.hpp"
#include "bindings.hpp"
#include "displacements.hpp"
#include "fields.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/plan/parametrisation.hpp"
#include "pickling.hpp"
#include "structure_factors.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

using Triple = std::array<double, 3>;
using Sextuple = std::array<double, 6>;

double degrees(double radians) { return to_degree(Radian(radians)).value(); }
double radians(double degrees) { return to_radian(Degree(degrees)).value(); }
double millimetres(Metre length) { return to_millimetre(length).value(); }

Triple triple(const Vec3<double>& v) { return {v.x, v.y, v.z}; }
Vec3<double> vector(const Triple& v) { return {v[0], v[1], v[2]}; }
template <class Convert>
Triple each(const Vec3<double>& v, Convert convert) {
  return {convert(v.x), convert(v.y), convert(v.z)};
}

using Rows = std::array<Triple, 3>;
Rows rows(const Axes<double>& axes) { return {triple(axes.a), triple(axes.b), triple(axes.c)}; }

Sextuple cell_of(const CrystalValues& crystal) {
  const auto cell = plan::reference_frame(crystal).cell;
  return {cell.a, cell.b, cell.c, degrees(cell.alpha), degrees(cell.beta), degrees(cell.gamma)};
}

void set_cell(CrystalValues& crystal, const Sextuple& c) {
  crystal.reciprocal_axes.reset();
  crystal.cell = {c[0], c[1], c[2], radians(c[3]), radians(c[4]), radians(c[5])};
}

void set_axes(CrystalValues& crystal, const Rows& axes) {
  crystal.cell.reset();
  crystal.reciprocal_axes = {vector(axes[0]), vector(axes[1]), vector(axes[2])};
  crystal.misset_rad = {};
}

std::string shape_name(const CrystalValues& crystal) {
  return std::string(kCrystalShapes[static_cast<std::size_t>(crystal.shape)].name);
}

void set_shape(CrystalValues& crystal, const std::string& name) {
  std::string known;
  for (const CrystalShapeInfo& row : kCrystalShapes) {
    if (row.name == name) {
      crystal.shape = row.shape;
      return;
    }
    known.append(known.empty() ? "" : ", ").append(row.name);
  }
  throw UsageError("unknown crystal shape '" + name + "'", "", "choose from " + known);
}

// In the order of their enumerations.
const std::vector<std::string> kMosaicShapes{"cap", "gauss"};
const std::vector<std::string> kDraws{"random", "even"};
const std::vector<std::string> kProfiles{"uniform", "gauss"};

Triple mosaic_spreads(const CrystalValues& crystal) {
  const auto& [x, y, z] = spreads_by_axis(crystal.mosaicity);
  return {degrees(x), degrees(y), degrees(z)};
}

void set_mosaic_spreads(CrystalValues& crystal, const Triple& to) {
  const double largest = std::max({to[0], to[1], to[2]});
  crystal.mosaicity.spread = Radian(radians(largest));
  crystal.mosaicity.relative_spreads.reset();
  if (to[0] == to[1] && to[1] == to[2] && crystal.mosaicity.correlations == Triple{}) return;
  crystal.mosaicity.relative_spreads = {to[0] / largest, to[1] / largest, to[2] / largest};
}

void add_mosaicity(Fields<CrystalValues>& fields) {
  using V = CrystalValues;
  fields
      .add(
          "mosaic_spread", [](const V& v) { return degrees(v.mosaicity.spread.value()); },
          [](V& v, double to) {
            v.mosaicity.spread = Radian(radians(to));
            v.mosaicity.relative_spreads.reset();
            v.mosaicity.correlations = {};
          },
          "largest turn of a mosaic domain, of the shape gauss the half width at half maximum, °")
      .add("mosaic_spread_abc", mosaic_spreads, set_mosaic_spreads,
           "half widths about a*, c × a* and c, of the shape gauss, °")
      .add(
          "mosaic_correlation", [](const V& v) -> Triple { return v.mosaicity.correlations; },
          [](V& v, const Triple& to) {
            if (!v.mosaicity.relative_spreads) v.mosaicity.relative_spreads = Triple{1.0, 1.0, 1.0};
            v.mosaicity.correlations = to;
          },
          "of the turns about the second and third of these axes (what the first leaves of it), "
          "the "
          "first and third, the first and second")
      .add(
          "mosaic_shape", [](const V& v) { return to_word(v.mosaicity.shape, kMosaicShapes); },
          [](V& v, const std::string& to) {
            v.mosaicity.shape = from_word<MosaicShape>(to, "mosaic shape", kMosaicShapes);
          },
          "how domains are turned: cap (by up to the spread) or gauss (by normal deviates)")
      .add(
          "mosaic_domains", [](const V& v) { return v.mosaicity.domains; },
          [](V& v, int to) { v.mosaicity.domains = to; }, "number of mosaic domains")
      .add(
          "mosaic_draw", [](const V& v) { return to_word(v.mosaicity.draw, kDraws); },
          [](V& v, const std::string& to) {
            v.mosaicity.draw = from_word<DomainDraw>(to, "draw of domains", kDraws);
          },
          "how domains are chosen: random (by the seed) or even (of the shape gauss)")
      .add(
          "mosaic_seed", [](const V& v) { return v.mosaicity.seed; },
          [](V& v, std::int64_t to) {
            v.mosaicity.seed = to;
            v.mosaicity.draw = DomainDraw::random;
          },
          "seed of the random turns of the domains; replacing it draws them at random")
      .add(
          "cell_spread", [](const V& v) { return 100.0 * v.cell_spread; },
          [](V& v, double to) { v.cell_spread = 0.01 * to; },
          "full width at half maximum of the lengths of the domains' cells, %");
}

void add_crystal_size(Fields<CrystalValues>& fields) {
  using V = CrystalValues;
  fields
      .add(
          "cells", [](const V& v) { return v.cells; }, [](V& v, const Triple& n) { v.cells = n; },
          "Na, Nb, Nc: cells along a, b, c, at least 1")
      .add(
          "blocks", [](const V& v) { return v.blocks; }, [](V& v, double to) { v.blocks = to; },
          "how many blocks of so many cells the beam meets: their intensities add up")
      .add("shape", shape_name, set_shape,
           "name of the shape: square, round, gauss, tophat, gauss_cells or tophat_cells")
      .add(
          "fudge", [](const V& v) { return v.fudge; }, [](V& v, double to) { v.fudge = to; },
          "scale of the width of the lattice transform");
}

void bind_crystal(py::module_& module) {
  py::class_<Crystal> crystal(module, "Crystal",
                              R"(A crystal: lattice, orientation, size, shape, mosaicity.

Immutable. Crystal(cell) stands in the standard orientation: a* along x, b* in the plane x-y.
Source: Busing & Levy (1967), Acta Cryst. 22, 457.)");
  using V = CrystalValues;
  Fields<V> fields(crystal);
  fields
      .add("cell", cell_of, set_cell,
           "a, b, c in Å, α, β, γ in °; replacing it takes the standard orientation")
      .add(
          "misset", [](const V& v) { return each(v.misset_rad, degrees); },
          [](V& v, const Triple& to) {
            v.misset_rad = {radians(to[0]), radians(to[1]), radians(to[2])};
          },
          "turns about x, then y, then z, °")
      .add(
          "reciprocal_axes", [](const V& v) { return rows(lattice_of(v).reciprocal); }, set_axes,
          "a*, b*, c* as rows, Å⁻¹, at spindle angle 0, misset; replacing them makes the misset 0")
      .add(
          "direct_axes", [](const V& v) { return rows(lattice_of(v).direct); },
          "a, b, c as rows, Å, at spindle angle 0, misset");
  add_crystal_size(fields);
  add_displacements(fields);
  add_mosaicity(fields);
  add_copies(crystal);
  crystal
      .def(py::init([](const Sextuple& cell, const py::kwargs& fields_given) {
             V values;
             set_cell(values, cell);
             return Fields<V>::replaced(values, fields_given);
           }),
           py::arg("cell"), "From a, b, c in Å and α, β, γ in °; other fields by their names.")
      .def(
          "replace",
          [](const Crystal& self, const py::kwargs& changes) {
            return Fields<V>::replaced(*self, changes);
          },
          "The same crystal with other values of the named fields. Raises Error for a crystal that "
          "cannot be.")
      .def("__repr__", [](const Crystal& self) {
        const Sextuple c = cell_of(*self);
        return fmt::format("<Crystal {:g} {:g} {:g} Å, {:g} {:g} {:g}°, {:g} × {:g} × {:g} cells>",
                           c[0], c[1], c[2], c[3], c[4], c[5], self->cells[0], self->cells[1],
                           self->cells[2]);
      });
}

// A row for each source: x, y, z in m, wavelength in Å, weight.
py::array_t<double> sources_of(const BeamValues& beam) {
  py::array_t<double> table({static_cast<py::ssize_t>(beam.sources.size()), py::ssize_t{5}});
  auto to = table.mutable_unchecked<2>();
  for (std::size_t i = 0; i < beam.sources.size(); ++i) {
    const Source& source = beam.sources[i];
    const std::array<double, 5> row{source.position_m.x, source.position_m.y, source.position_m.z,
                                    to_angstrom(source.wavelength).value(), source.weight};
    for (py::ssize_t j = 0; j < 5; ++j) {
      to(static_cast<py::ssize_t>(i), j) = row[static_cast<std::size_t>(j)];
    }
  }
  return table;
}

void set_sources(BeamValues& beam, const py::array_t<double>& table) {
  if (table.ndim() != 2 || table.shape(1) != 5) {
    throw UsageError(
        "sources are not a table of five columns (x, y, z in m, wavelength in Å, weight)");
  }
  const auto from = table.unchecked<2>();
  beam.sources.clear();
  for (py::ssize_t i = 0; i < table.shape(0); ++i) {
    beam.sources.push_back(
        {{from(i, 0), from(i, 1), from(i, 2)}, to_metre(Angstrom(from(i, 3))), from(i, 4)});
  }
}

void bind_beam(py::module_& module) {
  py::class_<Beam> beam(module, "Beam",
                        R"(The X-ray beam: direction, polarisation, spectrum, intensity.

Immutable. Source of the polarisation factor: Kahn et al. (1982), J. Appl. Cryst. 15, 330.)");
  using V = BeamValues;
  Fields<V>(beam)
      .add(
          "wavelength", [](const V& v) { return to_angstrom(v.wavelength).value(); },
          [](V& v, double to) { v.wavelength = to_metre(Angstrom(to)); }, "mean wavelength, Å")
      .add(
          "fluence", [](const V& v) { return v.fluence; }, [](V& v, double to) { v.fluence = to; },
          "photons/m² of the exposure")
      .add(
          "kahn_factor", [](const V& v) { return v.kahn_factor; },
          [](V& v, double to) { v.kahn_factor = to; }, "polarisation, -1 to 1; 0: unpolarised")
      .add(
          "polarised", [](const V& v) { return v.polarisation == Polarisation::kahn; },
          [](V& v, bool to) { v.polarisation = to ? Polarisation::kahn : Polarisation::off; },
          "whether polarisation, or its lack, changes intensities at all")
      .add("sources", sources_of, set_sources,
           "rows of x, y, z in m, wavelength in Å, weight; they replace divergence and bandwidth; "
           "empty: none are listed")
      .add(
          "line_width", [](const V& v) { return 100.0 * v.line_width; },
          [](V& v, double to) { v.line_width = 0.01 * to; },
          "full width at half maximum of each of them, relative to its photon energy, %: of spots "
          "in closed form")
      .add(
          "dispersion_shape", [](const V& v) { return to_word(v.dispersion_profile, kProfiles); },
          [](V& v, const std::string& to) {
            v.dispersion_profile = from_word<Profile>(to, "shape of a dispersion", kProfiles);
          },
          "what the bandwidth is: uniform (a range) or gauss (a full width at half maximum)")
      .add(
          "divergence_shape", [](const V& v) { return to_word(v.divergence.profile, kProfiles); },
          [](V& v, const std::string& to) {
            v.divergence.profile = from_word<Profile>(to, "shape of a divergence", kProfiles);
          },
          "what divergences are: uniform (ranges) or gauss (full widths at half maximum)")
      .add(
          "direction", [](const V& v) { return triple(v.direction); }, "unit vector of travel")
      .add(
          "polarisation_axis", [](const V& v) { return triple(v.polarisation_axis); },
          "unit vector of the electric field");
  add_copies(beam);
  beam.def(
          "replace",
          [](const Beam& self, const py::kwargs& changes) {
            return Fields<V>::replaced(*self, changes);
          },
          "The same beam with other values of the named fields. Raises Error for a beam that "
          "cannot "
          "be.")
      .def("__repr__", [](const Beam& self) {
        return fmt::format("<Beam {:g} Å, {:g} photons/m²>", to_angstrom(self->wavelength).value(),
                           self->fluence);
      });
}

using Shape = std::pair<std::size_t, std::size_t>;

Panel make_panel(const Shape& shape, double pixel_size, const Triple& corner, const Triple& fast,
                 const Triple& slow, const Triple& beam) {
  const auto metres = [](double mm) { return to_metre(Millimetre(mm)).value(); };
  const auto axes = io::checked_axes(vector(fast), vector(slow), "fast and slow");
  io::GeometryFile file;
  file.panels = {{.name = {},
                  .corner_m = {metres(corner[0]), metres(corner[1]), metres(corner[2])},
                  .fast = axes.fast,
                  .slow = axes.slow,
                  .pixel_m = metres(pixel_size),
                  .shape = {shape.first, shape.second}}};
  file.beam_direction = unit(vector(beam));
  return config::panels_of(file).front();
}

Detector make_detector(const std::vector<Panel>& panels, const std::string& curvature,
                       const std::string& pixel_model) {
  if (panels.empty()) throw UsageError("a detector without panels");
  if (curvature != "flat" && curvature != "spherical") {
    throw UsageError("unknown curvature '" + curvature + "'", "", "flat or spherical");
  }
  if (pixel_model != "area" && pixel_model != "point") {
    throw UsageError("unknown pixel model '" + pixel_model + "'", "", "area or point");
  }
  Detector detector;
  detector.panels = panels;
  detector.curvature = curvature == "flat" ? Curvature::flat : Curvature::spherical;
  detector.pixel_model = pixel_model == "area" ? PixelModel::area : PixelModel::point;
  return detector;
}

void bind_detector(py::module_& module) {
  const auto mm = [](double m) { return millimetres(Metre(m)); };
  py::class_<Panel> panel(module, "Panel", "A flat grid of square pixels; immutable.");
  add_copies(panel);
  panel
      .def(py::init(&make_panel), py::arg("shape"), py::arg("pixel_size"), py::arg("corner"),
           py::arg("fast"), py::arg("slow"), py::arg("beam") = Triple{1.0, 0.0, 0.0},
           R"(From its pixels (slow, fast), their size and corner in mm, and the axes.

beam: direction of travel, along which the distance counts. Raises Error for axes that are not at
right angles, and a panel that passes through the sample.)")
      .def_property_readonly(
          "shape", [](const Panel& p) { return std::pair(p->shape.slow, p->shape.fast); },
          "pixels along slow, fast")
      .def_property_readonly(
          "pixel_size", [](const Panel& p) { return millimetres(p->pixel_size); }, "mm")
      .def_property_readonly(
          "corner", [mm](const Panel& p) { return each(p->corner_m, mm); },
          "corner of the first pixel, relative to the sample, mm")
      .def_property_readonly(
          "fast", [](const Panel& p) { return triple(p->fast); }, "unit vector of the fast axis")
      .def_property_readonly(
          "slow", [](const Panel& p) { return triple(p->slow); }, "unit vector of the slow axis")
      .def_property_readonly(
          "normal", [](const Panel& p) { return triple(p->normal); },
          "unit vector, away from the sample")
      .def_property_readonly(
          "distance", [](const Panel& p) { return millimetres(p->distance); },
          "of the plane from the sample, along the beam, mm")
      .def_property_readonly(
          "close_distance", [](const Panel& p) { return millimetres(p->close_distance); },
          "of the plane from the sample, along the normal, mm");
  py::class_<Detector> detector(
      module, "Detector", "Panels of pixels; immutable. Experiment.with_values() moves them.");
  add_copies(detector);
  detector
      .def(py::init(&make_detector), py::arg("panels"), py::arg("curvature") = "flat",
           py::arg("pixel_model") = "area",
           "From panels, which count every photon at their surface.")
      .def_property_readonly(
          "panels", [](const Detector& d) { return d.panels; }, "list of Panel")
      .def_property_readonly(
          "curvature",
          [](const Detector& d) { return d.curvature == Curvature::flat ? "flat" : "spherical"; },
          "flat, or spherical: every pixel at the distance of the panel")
      .def_property_readonly(
          "pixel_model",
          [](const Detector& d) { return d.pixel_model == PixelModel::area ? "area" : "point"; },
          "area: pixels seen obliquely; point: the inverse square of the distance alone")
      .def("__repr__", [](const Detector& d) {
        const PanelValues& first = *d.panels.front();
        return fmt::format(
            "<Detector of {} panel{}, the first {} × {} pixels (slow × fast) at "
            "{:g} mm>",
            d.panels.size(), d.panels.size() == 1 ? "" : "s", first.shape.slow, first.shape.fast,
            millimetres(first.distance));
      });
}

}  // namespace

void bind_model(py::module_& module) {
  bind_crystal(module);
  bind_beam(module);
  bind_detector(module);
  bind_structure_factors(module);
}

}  // namespace nanobragg::python
