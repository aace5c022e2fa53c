// One pixel as the C program computes it: layer, sub-pixel, source, spindle step, mosaic domain.
#pragma once

#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::reference {

// Keeps, from one pixel to the next, what the C program's variables keep.
class PixelLoop {
 public:
  PixelLoop(const plan::SamplingPlan& plan, std::size_t panel);

  // Expected photons of a pixel.
  double photons(PixelIndex pixel);
  std::size_t interpolation_fallbacks() const { return fallbacks_; }

 private:
  // Zero means "not computed yet", as in the C program.
  struct Factors {
    double solid_angle = 0.0;
    double capture = 0.0;
    double polarisation = 0.0;
  };

  void add_layer(PixelIndex pixel, int layer);
  void add_subpixel(PixelIndex pixel, int layer, PixelIndex sub);
  void update_factors(const Vec3<double>& diffracted, double distance, int layer);
  void add_source(const plan::SourceSample& source, Vec3<double>& diffracted);
  void add_spindle_step(std::size_t step, const Vec3<double>& scattering, double weight);
  void add_step(const Axes<double>& axes, const Vec3<double>& scattering, double weight);
  double cell_amplitude(const Vec3<double>& hkl, const Vec3<double>& rounded);
  void accumulate(double term);
  double scaled() const;
  bool has(compat::Quirk quirk) const { return plan_.quirks.has(quirk); }

  const plan::SamplingPlan& plan_;
  const PanelValues& panel_;
  const physics::LatticeSize lattice_size_;
  const double background_;
  Factors now_;       // of the sub-pixel at hand, or kept from an earlier one
  Factors at_first_;  // of the pixel's first sub-pixel and source; captures summed over layers
  double sum_ = 0.0;  // the running sum of the pixel
  Vec3<double> polarisation_axis_;  // made unit again at each use
  std::size_t orientation_ = 0;     // spindle step whose lattice is in place
  bool oriented_ = false;
  bool interpolating_;
  std::size_t fallbacks_ = 0;
};

}  // namespace nanobragg::kernel::reference
