// One pixel as the C program computes it: layer, sub-pixel, source, spindle step, mosaic domain.
#pragma once

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/reference/formulas.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/panel_geometry.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::reference {

// Keeps, from one pixel to the next, what the C program's variables keep. F is Formulas or
// ChangedFormulas, which outlive it as the plan does.
template <class F>
class PixelLoop {
 public:
  PixelLoop(const plan::PanelPlan& plan, const F& formulas);

  // Expected photons of a pixel.
  double photons(PixelIndex pixel);
  // The same, with a record of what was computed.
  PixelRecord record(PixelIndex pixel, StepSelection steps);
  // Whether further pixels change nothing that later ones depend on.
  bool settled() const;
  std::size_t interpolation_fallbacks() const { return kept_.fallbacks; }

 private:
  // Zero means "not computed yet", as in the C program.
  struct Factors {
    double solid_angle = 0.0;
    double capture = 0.0;
    double polarisation = 0.0;
  };

  // From one pixel to the next.
  struct Kept {
    Vec3<double> polarisation_axis;  // made unit again at each use
    bool interpolating;
    std::size_t orientation = 0;  // spindle step whose lattice is in place
    bool oriented = false;
    std::size_t fallbacks = 0;  // of the interpolation
  };

  void add_layer(PixelIndex pixel, int layer);
  void add_subpixel(PixelIndex pixel, int layer, PixelIndex sub);
  void update_factors(double cosine, const Vec3<double>& front, int layer);
  double first_polarisation(const Vec3<double>& diffracted) const;
  void add_source(const plan::Ray<double>& source, Vec3<double>& diffracted);
  void add_spindle_step(std::size_t step, const Vec3<double>& scattering, double weight);
  // A lattice in place of that of a spindle step and a mosaic domain.
  struct Orientation {
    std::size_t spindle_step, domain;
    const Axes<double>& axes;
  };
  void add_step(const Orientation& at, const Vec3<double>& scattering, double weight);
  double cell_amplitude(const Vec3<double>& hkl, const Vec3<double>& rounded);
  double accumulate(double term);
  double scaled();

  SourceRecord record_of(const plan::Ray<double>& source, const Vec3<double>& diffracted,
                         const Vec3<double>& scattering) const;
  bool has(compat::Quirk quirk) const { return plan_.quirks.has(quirk); }

  const plan::PanelPlan& plan_;
  const F& formulas_;
  TermPlace at_;
  const physics::PanelGeometry<double> panel_;
  const physics::LatticeSize<double> lattice_size_;
  const double water_;  // photons/sr
  Factors now_;         // of the sub-pixel at hand, or kept from an earlier one
  Factors at_first_;    // of the pixel's first sub-pixel and source; captures summed over layers
  double water_polarisation_ = 1.0;
  double sum_ = 0.0;  // the running sum of the pixel
  Kept kept_;
  PixelRecorder* recorder_ = nullptr;  // null: nothing is taken down
};

}  // namespace nanobragg::kernel::reference
