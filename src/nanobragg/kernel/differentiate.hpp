// Runs the gradient of a pixel over a chunk of pixels, a number or a vector of them at a time.
#pragma once

#include <algorithm>
#include <array>

#include "nanobragg/kernel/gradient_chunk.hpp"
#include "nanobragg/kernel/lanes.hpp"
#include "nanobragg/kernel/pixel_gradient.hpp"

namespace nanobragg::kernel {

template <class Lattice, class Arithmetic, class Cell>
class Differentiation {
 public:
  using T = typename Arithmetic::Wide;

  Differentiation(const GradientChunk& chunk, Cell& cell)
      : chunk_(chunk), pixel_(*chunk.constants, cell) {
    plan::for_each_number(totals_, [](Total& total) { total = Total(0); });
  }
  void run() {
    for (std::size_t first = 0; first < chunk_.count; first += Lanes<T>::count) at(first);
    if (chunk_.weighted.numbers) add_totals();
  }

 private:
  void at(std::size_t first);
  NANOBRAGG_WHOLE void store_rows(std::size_t first) const;
  NANOBRAGG_WHOLE void add_weighted(std::size_t first);
  void add_totals() const;

  const GradientChunk& chunk_;
  PixelGradient<Lattice, Arithmetic, Cell> pixel_;
  using Total = typename Lanes<T>::Total;
  plan::PlanNumbers<Total> totals_;
};

template <class L, class A, class C>
void Differentiation<L, A, C>::at(std::size_t first) {
  const T photons =
      pixel_.photons(Lanes<T>::load(chunk_.slow + first), Lanes<T>::load(chunk_.fast + first),
                     chunk_.lights[first / kGradientLanes]);
  Lanes<T>::store(photons, chunk_.photons + first);
  if (chunk_.along.tangents) store_rows(first);
  chunk_.weighted.numbers ? add_weighted(first) : pixel_.clear();
}

template <class L, class A, class C>
void Differentiation<L, A, C>::store_rows(std::size_t first) const {
  const auto slopes = plan::flat(pixel_.gradient());
  for (std::size_t row = 0; row < chunk_.along.count; ++row) {
    const double* const tangent = chunk_.along.tangents + row * plan::kPlanNumbers;
    T along(0);
    for (std::size_t i = 0; i < plan::kPlanNumbers; ++i) {
      if (tangent[i] != 0.0) along = along + T(tangent[i]) * slopes[i];
    }
    Lanes<T>::store(along, chunk_.along.rows + row * chunk_.along.stride + first);
  }
}

template <class L, class A, class C>
void Differentiation<L, A, C>::add_weighted(std::size_t first) {
  // Lanes beyond the end keep a weight of 0.
  double weights[Lanes<T>::count] = {};
  const std::size_t left = chunk_.count - first;
  const std::size_t count = left < Lanes<T>::count ? left : Lanes<T>::count;
  chunk_.weighted.weigh(chunk_.weighted.context, first, count, chunk_.photons + first, weights);
  const T weight = Lanes<T>::load(weights);
  for_each_live_number<L>(
      *chunk_.constants,
      [&](Total& total, T& slope) {
        Lanes<T>::add_product(total, weight, slope);
        slope = T(0);
      },
      totals_, pixel_.gradient());
  if (chunk_.weighted.collect) {
    chunk_.weighted.settle(chunk_.weighted.collector, weights, Lanes<T>::count);
  }
}

template <class L, class A, class C>
void Differentiation<L, A, C>::add_totals() const {
  double* number = chunk_.weighted.numbers;
  plan::for_each_number(totals_, [&](const Total& total) { *number++ += Lanes<T>::sum(total); });
}

}  // namespace nanobragg::kernel
