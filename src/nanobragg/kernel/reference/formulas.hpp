// What the loops over a pixel compute at each stage, one function a stage.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/kernel/reference/polarisation.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::reference {

// A layer of the sensor as a ray meets it: lengths in m, the cosine of the ray and the normal.
struct LayerOnPath {
  int number = 0;
  double thickness = 0.0, attenuation_per_m = 0.0, cosine = 1.0;
};

// A crystal seen at fractional indices.
struct LatticeAt {
  const plan::CrystalSamples& crystal;
  const physics::LatticeSize<double>& size;
  compat::QuirkSet quirks;
  Vec3<double> hkl, nearest;
};

// Its transform, and the three factors where it is their product.
struct LatticeFactor {
  double amplitude = 0.0;
  std::optional<Vec3<double>> along_axes;
};

// The amplitude asked for, and whether it is to be interpolated.
struct AmplitudeAt {
  const StructureFactors& table;
  Vec3<double> hkl, nearest;
  bool interpolated;
};

// One term of the sum of a pixel, by where it stands in each loop.
struct TermPlace {
  int layer = 0;
  PixelIndex sub;
  std::size_t source = 0, spindle_step = 0, domain = 0;
};

// What the last step multiplies; factors that are inside the sum already are 1.
struct LastStep {
  double sum = 0.0;
  double fluence = 0.0, steps = 1.0, blocks = 1.0;
  double capture = 1.0, polarisation = 1.0, solid_angle = 1.0;
};

// Which factors are taken once a pixel (the capture once a layer), from its first sub-pixel and
// source, where no flag asks for more; the others are taken again each time, and the last stays.
struct KeptFactors {
  bool solid_angle = true, capture = true, polarisation = true;
};

// The formulas as they are.
struct Formulas {
  static constexpr KeptFactors kept{};
  static Vec3<double> position(const physics::SensorPoint& point,
                               const physics::PanelGeometry<double>& panel) {
    return physics::position_of(point, panel);
  }
  static double solid_angle(const physics::PanelGeometry<double>& panel,
                            const Vec3<double>& position) {
    return physics::solid_angle_of(panel, length(position));
  }
  static double captured(const LayerOnPath& layer) {
    return physics::captured_fraction(layer.number, layer.thickness, layer.attenuation_per_m,
                                      layer.cosine);
  }
  static Vec3<double> scattering(const Vec3<double>& diffracted, const plan::Ray<double>& ray) {
    return physics::scattering_vector(diffracted, ray.incident, ray.wavelength_m);
  }
  static double polarisation(double kahn, const Vec3<double>& incident,
                             const Vec3<double>& diffracted, const Vec3<double>& axis) {
    return polarisation_by_azimuth(kahn, incident, diffracted, axis);
  }
  static Vec3<double> indices(const Axes<double>& axes, const Vec3<double>& scattering) {
    return {dot(axes.a, scattering), dot(axes.b, scattering), dot(axes.c, scattering)};
  }
  static Vec3<double> nearest(const Vec3<double>& hkl) { return physics::nearest_integers(hkl); }
  static LatticeFactor lattice(const LatticeAt& at) {
    const Vec3<double> offset = lattice_argument(at);
    return physics::with_lattice(at.crystal.shape, [&](auto shape) -> LatticeFactor {
      if constexpr (requires { shape.along_axes(offset, at.size); }) {
        const Vec3<double> along = shape.along_axes(offset, at.size);
        return {along.x * along.y * along.z, along};
      } else if constexpr (requires { shape.amplitude_by_quotient(offset, at.size); }) {
        if (at.quirks.has(compat::Quirk::round_peak)) {
          return {shape.amplitude_by_quotient(offset, at.size), {}};
        }
      }
      return {shape.amplitude(offset, at.size), {}};
    });
  }
  static double amplitude(const AmplitudeAt& at) {
    return at.interpolated ? physics::tricubic_amplitude(at.hkl, at.table)
                           : at.table.at(physics::nearest_index(at.nearest));
  }
  static double intensity(double cell, double lattice, const TermPlace&) {
    return cell * cell * lattice * lattice;
  }
  static double photons(const LastStep& last) {
    double photons =
        constants::kClassicalElectronRadiusSquared * last.fluence * last.sum / last.steps;
    photons *= last.blocks;  // 1 changes no bit, here and below
    photons *= last.capture;
    photons *= last.polarisation;
    return photons * last.solid_angle;
  }

  // For whole numbers of cells the grating is periodic, and the C program evaluates it at the index
  // itself, not at the offset from the nearest one: the same up to rounding.
  static Vec3<double> lattice_argument(const LatticeAt& at) {
    const bool at_index =
        at.crystal.shape == CrystalShape::square &&
        std::ranges::all_of(at.crystal.cells, [](double n) { return n == std::floor(n); });
    return at_index ? at.hkl : at.hkl - at.nearest;
  }
};

// The same, each of which may be another one: to see what a program computes that does otherwise.
struct ChangedFormulas {
  KeptFactors kept;
  std::function<decltype(Formulas::position)> position = Formulas::position;
  std::function<decltype(Formulas::solid_angle)> solid_angle = Formulas::solid_angle;
  std::function<decltype(Formulas::captured)> captured = Formulas::captured;
  std::function<decltype(Formulas::scattering)> scattering = Formulas::scattering;
  std::function<decltype(Formulas::polarisation)> polarisation = Formulas::polarisation;
  std::function<decltype(Formulas::indices)> indices = Formulas::indices;
  std::function<decltype(Formulas::nearest)> nearest = Formulas::nearest;
  std::function<decltype(Formulas::lattice)> lattice = Formulas::lattice;
  std::function<decltype(Formulas::amplitude)> amplitude = Formulas::amplitude;
  std::function<decltype(Formulas::intensity)> intensity = Formulas::intensity;
  std::function<decltype(Formulas::photons)> photons = Formulas::photons;
};

}  // namespace nanobragg::kernel::reference
