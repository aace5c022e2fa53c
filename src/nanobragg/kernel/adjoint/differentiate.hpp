// Runs the gradient of a pixel over a batch of pixels, a number or a vector of them at a time.
#pragma once

#include "nanobragg/kernel/adjoint/active_inputs.hpp"
#include "nanobragg/kernel/adjoint/arithmetic.hpp"
#include "nanobragg/kernel/adjoint/pixel_gradient.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"

namespace nanobragg::kernel {

// Moves the derivatives of the pixels at hand to where they belong, and leaves 0.
template <class Lattice, class T>
NANOBRAGG_WHOLE void move_slopes(const GradientConstants& in, std::size_t first,
                                 plan::PlanInputs<T>& from, PixelSlopes& to) {
  for_each_active_input<Lattice>(
      in,
      [&](const std::size_t& number, T& slope) {
        Lanes<T>::store(slope, to.by_input[number] + first);
        slope = T(0);
      },
      plan::kInputPlaces, from);
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

// A pass of its own over the same pixels: Σ weight·slope.
template <class Lattice, class Arithmetic, class Cell>
class WeightedPass {
 public:
  using T = typename Arithmetic::Wide;

  WeightedPass(const PixelBatch& batch, Cell& cell)
      : batch_(batch), pixel_(*batch.constants, cell) {
    plan::for_each_input(totals_, [](Total& total) { total = Total(0); });
  }
  void run(const Weigher& weigher, double* inputs) {
    for (std::size_t first = 0; first < batch_.count; first += Lanes<T>::count) {
      const T photons =
          pixel_.photons(Lanes<T>::load(batch_.slow + first), Lanes<T>::load(batch_.fast + first),
                         batch_.active[first / kGroupPixels]);
      add(first, photons, weigher);
    }
    plan::for_each_input(totals_, [&](const Total& total) { *inputs++ += Lanes<T>::sum(total); });
  }

 private:
  NANOBRAGG_WHOLE void add(std::size_t first, const T& photons, const Weigher& weigher) {
    double found[Lanes<T>::count];
    Lanes<T>::store(photons, found);
    // Lanes beyond the end keep a weight of 0.
    double weights[Lanes<T>::count] = {};
    const std::size_t left = batch_.count - first;
    weigher.weigh(weigher.context, first, left < Lanes<T>::count ? left : Lanes<T>::count, found,
                  weights);
    const T weight = Lanes<T>::load(weights);
    for_each_active_input<Lattice>(
        *batch_.constants,
        [&](Total& total, T& slope) {
          Lanes<T>::add_product(total, weight, slope);
          slope = T(0);
        },
        totals_, pixel_.gradient());
  }

  using Total = typename Lanes<T>::Total;
  const PixelBatch& batch_;
  PixelGradient<Lattice, Arithmetic, Cell> pixel_;
  plan::PlanInputs<Total> totals_;
};

}  // namespace nanobragg::kernel
