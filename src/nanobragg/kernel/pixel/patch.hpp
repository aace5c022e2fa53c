// The pixels that one reflection of one orientation can reach in the light of one source.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/kernel/pixel/panel_constants.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::kernel {

struct Patch {
  MillerIndex reflection;
  double amplitude_squared;  // |F|², electrons²
  // The directions that it reaches are no farther from this one (λg + i for the reciprocal lattice
  // point g; |q − g| is the distance divided by λ).
  Vec3<double> centre;
  double radius_squared;
  PixelIndex first, last;  // both included

  std::size_t rows() const { return last.slow - first.slow + 1; }
  std::size_t columns() const { return last.fast - first.fast + 1; }
  std::size_t size() const { return rows() * columns(); }
};

// What a patch adds to its pixels. Everything that is pointed to outlives the task.
struct PatchTask {
  const PanelConstants<double>* constants;
  const SourceConstants<double>* source;
  const Axes<double>* axes;
  const Patch* patch;
};

// Σ over layers and sub-pixels of F²·F_lattice² and of the factors that are sampled with them,
// where the patch's reflection is the nearest: into `to`, a value a pixel, row by row.
using SumPatch = void (*)(const PatchTask& task, double* to);

}  // namespace nanobragg::kernel
