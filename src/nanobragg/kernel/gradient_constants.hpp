// What the gradients of a panel's pixels are computed from.
#pragma once

#include <cstddef>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/water.hpp"
#include "nanobragg/plan/numbers_of.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

// What is pointed to is not owned, and outlives this.
struct GradientConstants {
  GradientConstants(const plan::SamplingPlan& p, const plan::SampleTangents& t,
                    std::size_t panel_index)
      : plan(&p),
        tangents(&t),
        panel(&p.detector.panels[panel_index]),
        lattice_size{p.crystal.cells, p.crystal.fudge, p.crystal.lattice.reciprocal},
        scale(constants::kClassicalElectronRadiusSquared * p.beam.fluence / p.steps),
        background(physics::water_background(p.water_m, p.beam.fluence)),
        points_a_layer(static_cast<std::size_t>(p.sampling.oversample) *
                       static_cast<std::size_t>(p.sampling.oversample)) {}

  const plan::SamplingPlan* plan;
  const plan::SampleTangents* tangents;
  const PanelValues* panel;
  physics::LatticeSize<double> lattice_size;
  double scale;                // r_e²·Φ/steps
  double background;           // electrons²
  std::size_t points_a_layer;  // sub-pixels
};

// Whether a condition, on a number or on each lane of a vector, holds nowhere.
inline bool is_nowhere(bool condition) { return !condition; }

}  // namespace nanobragg::kernel
