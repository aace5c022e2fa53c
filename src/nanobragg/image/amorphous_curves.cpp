// Tabulates the curves.
#include "nanobragg/image/amorphous_curves.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "nanobragg/base/units.hpp"

namespace nanobragg::image {

namespace {

constexpr double kPerAngstrom = 1e-10;  // of what is given per metre

// sin θ/λ (Å⁻¹) of the pixel of a detector that is farthest from the beam, with a wavelength in m.
double largest_stol(const plan::DetectorSamples& detector, const Vec3<double>& incident,
                    double wavelength_m) {
  double largest = 0.0;
  for (const PanelValues& panel : detector.panels) {
    if (detector.curvature == Curvature::spherical) return kPerAngstrom / wavelength_m;
    const double size = panel.pixel_size.value();
    for (const double fast : {0.0, static_cast<double>(panel.shape.fast)}) {
      for (const double slow : {0.0, static_cast<double>(panel.shape.slow)}) {
        // Rays are absorbed somewhat farther out than where they enter.
        const Vec3<double> corner =
            panel.corner_m + fast * size * panel.fast + slow * size * panel.slow;
        const double sine = physics::sine_of_half_angle(incident, unit(corner));
        largest = std::max(largest, sine);
      }
    }
  }
  return std::min(1.0, 1.02 * largest) / wavelength_m * kPerAngstrom;
}

}  // namespace

physics::ValueAndSlope EvenCurve::at(double x) const {
  const double place = std::max(x / step_, 0.0);
  const std::size_t first =
      std::clamp<std::size_t>(static_cast<std::size_t>(place), 1, values_.size() - 3) - 1;
  const double t = place - static_cast<double>(first);  // of rows at 0, 1, 2 and 3
  const double* const y = &values_[first];
  // Newton's form of the cubic.
  const double d1 = y[1] - y[0];
  const double d2 = (y[2] - 2.0 * y[1] + y[0]) / 2.0;
  const double d3 = (y[3] - 3.0 * y[2] + 3.0 * y[1] - y[0]) / 6.0;
  const double value = y[0] + t * (d1 + (t - 1.0) * (d2 + (t - 2.0) * d3));
  const double slope =
      d1 + (2.0 * t - 1.0) * d2 + ((t - 1.0) * (t - 2.0) + t * (2.0 * t - 3.0)) * d3;
  return {value, slope / step_};
}

// The rays that are summed over, and how their wavelengths change.
struct AmorphousCurves::Beam {
  std::span<const plan::Ray<double>> rays;
  std::span<const plan::RayTangent> tangents;  // empty: no derivatives

  static Beam of(const AmorphousScene& scene, const plan::SampleTangents* tangents) {
    const bool integrated = scene.sampling.smearing == Smearing::integrated;
    Beam beam{integrated ? scene.beam.normal.lines : scene.beam.sources, {}};
    if (tangents) beam.tangents = integrated ? tangents->lines : tangents->rays;
    return beam;
  }
};

AmorphousCurves::AmorphousCurves(const AmorphousScene& scene)
    : AmorphousCurves(scene, Beam::of(scene, nullptr)) {}
AmorphousCurves::AmorphousCurves(const AmorphousScene& scene, const plan::SampleTangents& tangents)
    : AmorphousCurves(scene, Beam::of(scene, &tangents)) {}

AmorphousCurves::AmorphousCurves(const AmorphousScene& scene, const Beam& beam) {
  double total = 0.0;
  Vec3<double> direction;
  for (const plan::Ray<double>& ray : beam.rays) {
    total += ray.weight;
    wavelength_m_ += ray.weight * ray.wavelength_m;
    direction = direction + ray.weight * ray.incident;
  }
  wavelength_m_ /= total;
  incident_ = unit(direction);
  for (std::size_t i = 0; i < beam.tangents.size(); ++i) {
    wavelength_slope_ += beam.rays[i].weight * beam.tangents[i].by_wavelength / total;
  }
  if (scene.amorphous.slabs.empty()) return;

  const double step = largest_stol(scene.detector, incident_, wavelength_m_) / (kRows - 3);
  std::vector<double> sum(kRows), by_bandwidth(kRows);
  for (const AmorphousSlab& slab : scene.amorphous.slabs) {
    const double thickness = slab.thickness.value();
    const double scale =
        physics::slab_photons(slab.material, scene.amorphous.beam_area_m2, scene.beam.fluence) /
        total;
    std::vector<double> by_thickness(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      const double stol = static_cast<double>(row) * step;
      for (std::size_t i = 0; i < beam.rays.size(); ++i) {
        const auto& [incident, wavelength, weight] = beam.rays[i];
        const double own = stol * wavelength_m_ / wavelength;
        const auto [value, slope] = physics::intensity_at(*slab.material.table, own);
        by_thickness[row] += scale * weight * value;
        if (beam.tangents.empty()) continue;
        by_bandwidth[row] -=
            thickness * scale * weight * slope * own / wavelength * beam.tangents[i].by_bandwidth;
      }
      sum[row] += thickness * by_thickness[row];
    }
    if (!beam.tangents.empty()) by_thickness_.emplace_back(std::move(by_thickness), step);
  }
  sum_ = EvenCurve(std::move(sum), step);
  if (!beam.tangents.empty()) by_bandwidth_ = EvenCurve(std::move(by_bandwidth), step);
}

}  // namespace nanobragg::image
