// The charge of a photon that arrives near the edge of a pixel, shared with its neighbours.
#pragma once

#include <array>

#include "nanobragg/random/deviates.hpp"

namespace nanobragg::image::readout {

// Charge, in photons, by where it goes: slow −1, 0, 1, then fast −1, 0, 1.
using ChargeShares = std::array<std::array<double, 3>, 3>;

// A photon arrives anywhere in its pixel. Where it is nearer to an edge than w (0 to ½, of the
// pixel's width), the neighbour beyond takes a share that falls linearly from ½ at the edge to 0 at
// w; near a corner both shares multiply. No charge is lost. Along one axis the share s of one
// neighbour has ⟨s⟩ = w/4 and ⟨s²⟩ = w/12.
class ChargeSharing {
 public:
  explicit ChargeSharing(double width);

  // Of so many photons. Up to a thousand arrive one by one; the charge of more is a normal deviate
  // of the same means and covariances.
  ChargeShares share(double photons, NumberedDeviates deviates) const;

 private:
  static constexpr std::size_t kPlaces = 9;
  using Matrix = std::array<std::array<double, kPlaces>, kPlaces>;

  ChargeShares one_by_one(double photons, NumberedDeviates& deviates) const;

  double width_;
  std::array<double, kPlaces> mean_{};  // of one photon
  Matrix root_{};                       // lower triangle L of the covariance L·Lᵀ of one photon
};

}  // namespace nanobragg::image::readout
