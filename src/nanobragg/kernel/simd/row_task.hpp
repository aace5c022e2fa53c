// A row of pixels to render, as plain data: what crosses from code for every machine to code for
// one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/kernel/pixel/reachable_squares.hpp"

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

// The line that sub-pixels of a row stand on: pixel n at start + n·pixel (m).
struct PixelLine {
  Vec3<double> start, pixel;
  double pixel_size;      // |pixel|
  double along;           // start from the point of the line that is nearest to the sample
  double squared_across;  // of the way from the sample to there, m²
};

// Of a row: what its Miller indices take (row_indices.hpp), vectors times a, b, c of each
// orientation, and its lines.
struct AlongRow {
  std::span<const Vec3<double>> incident;  // source by source, divided by the wavelength
  std::span<const Vec3<double>> pixel;     // from one pixel to the next along fast, m²
  std::span<Vec3<double>> start;           // room for those of the row's start
  std::span<PixelLine> lines;              // room for those of some sub-pixels
};

inline Vec3<double> axis_products(const Axes<double>& axes, const Vec3<double>& v) {
  return {dot(axes.a, v), dot(axes.b, v), dot(axes.c, v)};
}

// Everything that is pointed to outlives the task.
struct RowTask {
  const PanelConstants<double>* constants;
  AmplitudeTable table;
  SquaredTable squared_table;
  AlongRow along_row;
  std::size_t slow;        // the row
  std::size_t begin, end;  // its pixels along the fast axis
};

struct RowResult {
  std::size_t interpolation_fallbacks;
};

// The most pixels that are rendered at a time.
inline constexpr std::size_t kMostPixelsOfStrip = 64;

// Renders the pixels begin … end − 1 of a row into `to`, which has one place for each, and room for
// a strip more.
using RenderRow = RowResult (*)(const RowTask& task, double* to);

}  // namespace nanobragg::kernel::simd
