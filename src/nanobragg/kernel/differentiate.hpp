// Runs the gradient of a pixel over a batch of pixels, a number or a vector of them at a time.
#pragma once

#include "nanobragg/kernel/lanes.hpp"
#include "nanobragg/kernel/live_numbers.hpp"
#include "nanobragg/kernel/pixel_gradient.hpp"
#include "nanobragg/kernel/pixel_slopes.hpp"

namespace nanobragg::kernel {

// Moves the derivatives of the pixels at hand to where they belong, and leaves 0.
template <class Lattice, class T>
NANOBRAGG_WHOLE void move_slopes(const GradientConstants& in, std::size_t first,
                                 plan::PlanNumbers<T>& from, PixelSlopes& to) {
  for_each_live_number<Lattice>(
      in,
      [&](const std::size_t& number, T& slope) {
        Lanes<T>::store(slope, to.by_number[number] + first);
        slope = T(0);
      },
      plan::kNumbering, from);
}

template <class Lattice, class Arithmetic, class Cell>
void differentiate_as(const PixelBatch& batch, Cell& cell, PixelSlopes& to) {
  using T = typename Arithmetic::Wide;
  PixelGradient<Lattice, Arithmetic, Cell> pixel(*batch.constants, cell);
  for (std::size_t first = 0; first < batch.count; first += Lanes<T>::count) {
    if (to.amplitudes) to.amplitudes->move_to(first, Lanes<T>::count);
    const T photons =
        pixel.photons(Lanes<T>::load(batch.slow + first), Lanes<T>::load(batch.fast + first),
                      batch.active[first / kGroupPixels]);
    Lanes<T>::store(photons, to.photons + first);
    move_slopes<Lattice>(*batch.constants, first, pixel.gradient(), to);
  }
}

}  // namespace nanobragg::kernel
