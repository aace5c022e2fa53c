// All numbers of a plan that the pixels of one panel need, in the arithmetic of the kernel.
#pragma once

#include <vector>

#include "nanobragg/physics/factors.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

template <class T>
struct Source {
  Vec3<T> incident;
  T wavelength_m;
  T weight;
};

// Each number of the plan rounded once to T.
template <class T>
struct PanelConstants {
  PanelConstants(const plan::SamplingPlan& p, std::size_t panel_index)
      : plan(p),
        panel(physics::panel_geometry<T>(p, panel_index)),
        lattice_size{{static_cast<T>(p.crystal.cells[0]), static_cast<T>(p.crystal.cells[1]),
                      static_cast<T>(p.crystal.cells[2])},
                     static_cast<T>(p.crystal.fudge),
                     axes_as<T>(p.crystal.lattice.reciprocal)},
        polarisation_axis(vec3_as<T>(p.beam.polarisation_axis)),
        kahn_factor(static_cast<T>(p.beam.kahn_factor)),
        b_factor(static_cast<T>(p.crystal.b_factor)),
        resolution_limit_m(static_cast<T>(p.sampling.resolution_limit.value())),
        scale(static_cast<T>(physics::photons_of_sum(p))),
        water(static_cast<T>(physics::water_photons(p))) {
    for (const plan::SourceSample& source : p.beam.sources) {
      sources.push_back({vec3_as<T>(source.incident), static_cast<T>(source.wavelength_m),
                         static_cast<T>(source.weight)});
    }
    for (const Axes<double>& axes : p.crystal.lattices) lattices.push_back(axes_as<T>(axes));
  }

  const plan::SamplingPlan& plan;
  physics::PanelGeometry<T> panel;
  physics::LatticeSize<T> lattice_size;
  std::vector<Source<T>> sources;
  std::vector<Axes<T>> lattices;  // m; in the order of the plan
  Vec3<T> polarisation_axis;
  T kahn_factor;
  T b_factor;  // Å²
  T resolution_limit_m;
  T scale;  // r_e²·Φ/steps
  T water;  // photons/sr
};

}  // namespace nanobragg::kernel
