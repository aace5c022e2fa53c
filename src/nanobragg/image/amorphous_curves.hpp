// What the slabs of amorphous matter in a beam scatter, against the scattering angle.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "nanobragg/physics/amorphous.hpp"
#include "nanobragg/plan/inputs_at.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// A function of sin θ/λ, tabulated evenly and read by the cubic through four rows.
class EvenCurve {
 public:
  EvenCurve() = default;
  // Values from 0 on.
  EvenCurve(std::vector<double> values, double step) : values_(std::move(values)), step_(step) {}

  bool is_absent() const { return values_.empty(); }
  // From 0 to a little beyond the last row.
  physics::ValueAndSlope at(double x) const;

 private:
  std::vector<double> values_;
  double step_ = 1.0;
};

// What the curves of a plan's panels are made from.
struct AmorphousScene {
  const plan::BeamSamples& beam;
  const plan::DetectorSamples& detector;
  const Sampling& sampling;
  const plan::AmorphousSamples& amorphous;
};

// Of a plan, or of the view of one panel: all of its panels have the same curves.
template <class Plan>
AmorphousScene scene_of(const Plan& plan) {
  return {plan.beam, plan.detector, plan.sampling, plan.amorphous};
}

// Photons a steradian, before polarisation and capture, of all rays of the beam together. The
// argument is sin θ/λ of the mean wavelength, and θ is measured from the mean direction: a
// divergence of δ shifts what single rays scatter by δ to either side, which cancels but for
// δ²/8 times the second derivative of the curve by the angle.
// Rows stand 1/kRows of the largest argument apart: where tables are smooth, the error is of the
// fourth order of that; at a corner of a table, an eighth of it times the change of slope.
class AmorphousCurves {
 public:
  static constexpr std::size_t kRows = 8192;

  explicit AmorphousCurves(const AmorphousScene& scene);
  // The same, with what derivatives need.
  AmorphousCurves(const AmorphousScene& scene, const plan::SampleTangents& tangents);

  bool are_absent() const { return sum_.is_absent(); }
  // Of the beam, where the curves are absent too.
  double wavelength_m() const { return wavelength_m_; }
  // ∂(mean wavelength)/∂(the beam's): of listed wavelengths 0, else all are in proportion to it.
  double wavelength_slope() const { return wavelength_slope_; }
  const Vec3<double>& incident() const { return incident_; }

  const EvenCurve& sum() const { return sum_; }
  const EvenCurve& by_bandwidth() const { return by_bandwidth_; }
  // By the thickness of each slab, photons/m.
  const std::vector<EvenCurve>& by_thickness() const { return by_thickness_; }

 private:
  struct Beam;
  AmorphousCurves(const AmorphousScene& scene, const Beam& beam);

  double wavelength_m_ = 0.0;
  double wavelength_slope_ = 0.0;
  Vec3<double> incident_;
  EvenCurve sum_, by_bandwidth_;
  std::vector<EvenCurve> by_thickness_;
};

}  // namespace nanobragg::image
