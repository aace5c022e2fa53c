// Takes the derivatives by amplitudes apart.
#include "nanobragg/image/displacement_gradient.hpp"

#include <utility>

namespace nanobragg::image {

DisplacementGradient::DisplacementGradient(const plan::CrystalSamples& crystal,
                                           std::shared_ptr<const StructureFactors> given,
                                           kernel::AmplitudeGradient wanted)
    : beta_(crystal.continuous.motions.displacement),
      displaced_(crystal.structure_factors),
      given_(std::move(given)),
      wanted_(wanted) {
  if (!displaced_->has_table()) beta_.reset();  // every amplitude is 0
}

void DisplacementGradient::apply_to(kernel::PixelSlopes& slopes) const {
  if (is_absent() || slopes.is_dark || !slopes.amplitudes) return;
  slopes.is_of_stages = true;
  const auto& rows = plan::kInputPlaces.crystal.motions.displacement;
  for (auto& entry : slopes.amplitudes->entries()) {
    const MillerIndex index = displaced_->box().index_at(entry.position);
    const SymmetricTensor<double> products = index_products(index);
    const double by_exponent = -0.25 * displaced_->table()[entry.position];
    for (std::size_t k = 0; k < kTensorElements; ++k) {
      const double by_beta = by_exponent * products[k];
      for (std::size_t i = 0; i < entry.by_pixel.size(); ++i) {
        slopes.by_input[rows[k]][entry.first + i] += by_beta * entry.by_pixel[i];
      }
    }
    // What lies beyond the table of the experiment is no amplitude of it.
    const bool is_given = given_->has_table() && given_->box().contains(index);
    const double factor = is_given ? displacement_of_amplitude(*beta_, index) : 0.0;
    entry.position = is_given ? given_->position(index) : 0;
    for (double& slope : entry.by_pixel) slope *= factor;
  }
  const bool is_wanted = wanted_ == kernel::AmplitudeGradient::computed && given_->has_table();
  if (!is_wanted) slopes.amplitudes->clear();
}

}  // namespace nanobragg::image
