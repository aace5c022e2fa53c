// Lets photons arrive, or draws where the charge of many goes.
#include "nanobragg/image/readout/charge_sharing.hpp"

#include <cmath>

#include "nanobragg/random/normal_deviate.hpp"

namespace nanobragg::image::readout {
namespace {

constexpr double kOneByOne = 1000.0;

using Axis = std::array<double, 3>;

// How one photon at a place of 0 to 1 along an axis shares its charge.
Axis shares_at(double place, double width) {
  const double below = place < width ? 0.5 * (1.0 - place / width) : 0.0;
  const double above = 1.0 - place < width ? 0.5 * (1.0 - (1.0 - place) / width) : 0.0;
  return {below, 1.0 - below - above, above};
}

// Means, and means of products, along one axis: a photon shares with one neighbour at most.
Axis means(double width) { return {width / 4.0, 1.0 - width / 2.0, width / 4.0}; }
std::array<Axis, 3> products(double width) {
  const double square = width / 12.0;
  const double with_own = width / 4.0 - square;
  const double own = 1.0 - width + 2.0 * square;
  return {Axis{square, with_own, 0.0}, Axis{with_own, own, with_own}, Axis{0.0, with_own, square}};
}

}  // namespace

ChargeSharing::ChargeSharing(double width) : width_(width) {
  const Axis mean = means(width);
  const auto product = products(width);
  for (std::size_t i = 0; i < kPlaces; ++i) mean_[i] = mean[i / 3] * mean[i % 3];
  // Cholesky's decomposition. The charge is conserved, so that the last row, and of a width of 0
  // every row, has no variance of its own.
  constexpr double kNothing = 1e-15;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = product[i / 3][j / 3] * product[i % 3][j % 3] - mean_[i] * mean_[j];
      for (std::size_t k = 0; k < j; ++k) rest -= root_[i][k] * root_[j][k];
      if (i == j) {
        root_[i][i] = rest > kNothing ? std::sqrt(rest) : 0.0;
      } else {
        root_[i][j] = root_[j][j] > 0.0 ? rest / root_[j][j] : 0.0;
      }
    }
  }
}

ChargeShares ChargeSharing::one_by_one(double photons, NumberedDeviates& deviates) const {
  ChargeShares charge{};
  const auto is_inside = [&](double place) { return place >= width_ && 1.0 - place >= width_; };
  for (double n = 0.0; n < photons; n += 1.0) {
    const double slow_place = deviates.next();
    const double fast_place = deviates.next();
    if (is_inside(slow_place) && is_inside(fast_place)) {
      charge[1][1] += 1.0;
      continue;
    }
    const Axis slow = shares_at(slow_place, width_);
    const Axis fast = shares_at(fast_place, width_);
    for (std::size_t i = 0; i < kPlaces; ++i) charge[i / 3][i % 3] += slow[i / 3] * fast[i % 3];
  }
  return charge;
}

ChargeShares ChargeSharing::share(double photons, NumberedDeviates deviates) const {
  if (photons <= kOneByOne) return one_by_one(photons, deviates);
  std::array<double, kPlaces> z{};
  for (double& deviate : z) deviate = draw_normal(deviates);
  ChargeShares charge{};
  for (std::size_t i = 0; i < kPlaces; ++i) {
    double scatter = 0.0;
    for (std::size_t k = 0; k <= i; ++k) scatter += root_[i][k] * z[k];
    charge[i / 3][i % 3] = photons * mean_[i] + std::sqrt(photons) * scatter;
  }
  return charge;
}

}  // namespace nanobragg::image::readout
