// All numbers of a plan that the pixels of one panel need, in the arithmetic of the kernel.
#pragma once

#include <vector>

#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

// What one source of the beam means to every pixel.
template <class T>
struct SourceConstants {
  Vec3<T> incident;
  T wavelength_m, inverse_wavelength_per_m;
  T weight;
  physics::PolarisationFrame<T> frame;  // zero where any will do
};

// An unpolarised beam may have its axis anywhere, along the ray too.
template <class T>
SourceConstants<T> source_constants(const plan::Ray<T>& ray, const Vec3<T>& axis,
                                    const T& kahn_factor) {
  const Vec3<T> across = cross(axis, ray.incident);
  const bool has_frame = !vanishes(kahn_factor) || !vanishes(dot(across, across));
  return {ray.incident, ray.wavelength_m, T(1) / ray.wavelength_m, static_cast<T>(ray.weight),
          has_frame ? physics::polarisation_frame(ray.incident, axis)
                    : physics::PolarisationFrame<T>{}};
}

// Each number of the plan rounded once to T. The plan outlives this.
template <class T>
struct PanelConstants {
  explicit PanelConstants(const plan::PanelPlan& p)
      : plan(p),
        panel(physics::panel_geometry<T>(p)),
        lattice_size{{static_cast<T>(p.crystal.cells[0]), static_cast<T>(p.crystal.cells[1]),
                      static_cast<T>(p.crystal.cells[2])},
                     static_cast<T>(p.crystal.fudge),
                     axes_as<T>(p.crystal.lattice.reciprocal)},
        kahn_factor(static_cast<T>(p.beam.kahn_factor)),
        b_factor(static_cast<T>(p.crystal.b_factor)),
        resolution_limit_m(static_cast<T>(p.sampling.resolution_limit.value())),
        scale(static_cast<T>(
            physics::photons_of_sum(p.beam.fluence, p.crystal.continuous.blocks, p.steps))) {
    for (const plan::Ray<double>& source : p.beam.sources) {
      const plan::Ray<T> ray{vec3_as<T>(source.incident), static_cast<T>(source.wavelength_m),
                             source.weight};
      sources.push_back(source_constants(ray, vec3_as<T>(p.beam.polarisation_axis), kahn_factor));
    }
    for (const Axes<double>& axes : p.crystal.lattices) lattices.push_back(axes_as<T>(axes));
  }

  plan::PanelPlan plan;
  physics::PanelGeometry<T> panel;
  physics::LatticeSize<T> lattice_size;
  std::vector<SourceConstants<T>> sources;
  std::vector<Axes<T>> lattices;  // m; in the order of the plan
  T kahn_factor;
  T b_factor;  // Å²
  T resolution_limit_m;
  T scale;  // r_e²·Φ/steps
};

}  // namespace nanobragg::kernel
