// The way back through the amplitudes that an anisotropic B leaves.
#pragma once

#include <memory>
#include <optional>

#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// F' = F·exp(−¼ Σ βij hi hj): from derivatives by F' to those by F and by β. Thread-safe.
class DisplacementGradient {
 public:
  // `given` are the amplitudes of the experiment, those of the samples are displaced. `wanted` are
  // the derivatives by amplitudes that are left to others.
  DisplacementGradient(const plan::CrystalSamples& crystal,
                       std::shared_ptr<const StructureFactors> given,
                       kernel::AmplitudeGradient wanted);

  bool is_absent() const { return !beta_.has_value(); }
  // What a kernel has to find.
  kernel::AmplitudeGradient needed() const {
    return is_absent() ? wanted_ : kernel::AmplitudeGradient::computed;
  }
  // Of what a kernel found.
  void apply_to(kernel::PixelSlopes& slopes) const;

 private:
  std::optional<SymmetricTensor<double>> beta_;
  std::shared_ptr<const StructureFactors> displaced_, given_;
  kernel::AmplitudeGradient wanted_;
};

}  // namespace nanobragg::image
