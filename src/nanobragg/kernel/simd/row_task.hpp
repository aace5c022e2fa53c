// A row of pixels to render, as plain data: what crosses from code for every machine to code for
// one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nanobragg/kernel/reachable_squares.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::simd {

// The table of amplitudes; null where every amplitude is the default. Indices are whole numbers in
// doubles, as the vectors hold them.
struct AmplitudeTable {
  const double* amplitudes = nullptr;
  double min[3] = {};
  double max[3] = {};
  double size_k = 0.0;
  double size_l = 0.0;
  double default_amplitude = 0.0;
};

// The amplitudes outlive the table.
AmplitudeTable amplitude_table(const StructureFactors& amplitudes);

// What a source means to every row.
struct Source {
  Vec3<double> incident;
  double inverse_wavelength_per_m;
  double weight;
  physics::PolarisationFrame<double> frame;
};

// Vectors times a, b, c of each orientation, for Miller indices along a row (row_lines.hpp).
struct AxisProducts {
  std::span<const Vec3<double>> incident;  // source by source, divided by the wavelength
  std::span<const Vec3<double>> pixel;     // from one pixel to the next along fast, m²
  std::span<Vec3<double>> start;           // room for those of the row's start
};

inline Vec3<double> axis_products(const Axes<double>& axes, const Vec3<double>& v) {
  return {dot(axes.a, v), dot(axes.b, v), dot(axes.c, v)};
}

// Everything that is pointed to outlives the task.
struct RowTask {
  const plan::SamplingPlan* plan;
  const PanelValues* panel;
  std::span<const Source> sources;
  physics::LatticeSize<double> lattice_size;
  AmplitudeTable table;
  SquaredTable squared_table;
  AxisProducts products;
  double scale;            // photons an electron²
  double background;       // electrons²
  std::size_t slow;        // the row
  std::size_t begin, end;  // its pixels along the fast axis
};

struct RowResult {
  std::size_t interpolation_fallbacks;
};

// Renders the pixels begin … end − 1 of a row into `to`, which has one place for each.
using RenderRow = RowResult (*)(const RowTask& task, double* to);

}  // namespace nanobragg::kernel::simd
