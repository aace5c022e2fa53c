// How the numbers of crystal and detector follow from parameters, in any arithmetic.
#pragma once

#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/detector_placement.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/plan_inputs.hpp"
#include "nanobragg/plan/rays.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::plan {

// The cell of a crystal before missetting, and the rotation that takes the standard orientation of
// that cell to its own.
struct ReferenceFrame {
  CellParameters<double> cell;
  Mat3<double> orientation;
};
ReferenceFrame reference_frame(const CrystalValues& crystal);

template <class T>
CellParameters<T> cell_at(const ParameterValues<T>& v) {
  using Id = ParameterId;
  return {v[Id::cell_a],     v[Id::cell_b],    v[Id::cell_c],
          v[Id::cell_alpha], v[Id::cell_beta], v[Id::cell_gamma]};
}

// By what the largest mosaic spread of a crystal and those about single axes grow together.
template <class T>
T scale_of_spreads(const Mosaicity& mosaicity, const T& largest) {
  const double before = mosaicity.spread.value();
  return before > 0.0 ? T(largest / before) : T(1.0);
}

inline void set_cell(ParameterValues<double>& v, const CellParameters<double>& cell) {
  using Id = ParameterId;
  v[Id::cell_a] = cell.a;
  v[Id::cell_b] = cell.b;
  v[Id::cell_c] = cell.c;
  v[Id::cell_alpha] = cell.alpha;
  v[Id::cell_beta] = cell.beta;
  v[Id::cell_gamma] = cell.gamma;
}

// Å⁻¹, before missetting.
template <class T>
Axes<T> reciprocal_axes_at(const ReferenceFrame& frame, const CellParameters<T>& cell) {
  const auto& row = frame.orientation.row;
  const Mat3<T> orientation{{vec3_as<T>(row[0]), vec3_as<T>(row[1]), vec3_as<T>(row[2])}};
  return transform(standard_reciprocal_axes(cell),
                   [&](const Vec3<T>& v) { return orientation * v; });
}

// The numbers of a beamline that place the first panel: those it was placed from, with the distance
// along the beam, or the same for a panel that stands as it is (pivot beam, no tilt, swing about
// the spindle's axis).
DetectorPlacement<double> placement_of(const Experiment& experiment);

// That placement with the parameters at other values; with another origin, by its corner.
template <class T>
DetectorPlacement<T> placement_at(const Experiment& experiment, const ParameterValues<T>& v);

template <class T>
PanelInputs<T> panel_inputs(const Experiment& experiment, std::size_t panel,
                            const ParameterValues<T>& v);

}  // namespace nanobragg::plan
