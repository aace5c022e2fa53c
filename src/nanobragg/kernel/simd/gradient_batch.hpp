// Gradients of a batch of pixels on vectors of them. To be included only by files that are compiled
// for one instruction set each.
#pragma once

#include "nanobragg/kernel/adjoint/differentiate.hpp"
#include "nanobragg/kernel/simd/entry_points.hpp"
#include "nanobragg/kernel/simd/gradient_amplitudes.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

struct FullArithmetic {
  using Wide = NANOBRAGG_ISA::Wide;
  using Narrow = Wide;
  using Scalar = double;
  static constexpr bool kIsMixed = false;
  HWY_INLINE static Wide narrow(const Wide& x) { return x; }
  HWY_INLINE static Wide widen(const Wide& x) { return x; }
};

struct MixedArithmetic {
  using Wide = NANOBRAGG_ISA::Wide;
  using Narrow = NANOBRAGG_ISA::Narrow;
  using Scalar = float;
  static constexpr bool kIsMixed = true;
  HWY_INLINE static Narrow narrow(const Wide& x) { return to_single<1>(x); }
  HWY_INLINE static Wide widen(const Narrow& x) { return to_double<1>(x); }
};

template <class Arithmetic, class Cell>
void differentiate_with(const PixelBatch& batch, PixelSlopes& to) {
  Cell cell(*batch.constants, to.amplitudes);
  physics::with_lattice(batch.constants->plan.crystal.shape, [&](auto lattice) {
    differentiate_as<decltype(lattice), Arithmetic>(batch, cell, to);
  });
}

template <class Arithmetic>
void differentiate(const PixelBatch& batch, PixelSlopes& to) {
  if (batch.constants->plan.crystal.interpolation == Interpolation::tricubic) {
    differentiate_with<Arithmetic, TricubicSquares<Arithmetic>>(batch, to);
  } else if (to.amplitudes) {
    differentiate_with<Arithmetic, CollectedSquares<Arithmetic>>(batch, to);
  } else {
    differentiate_with<Arithmetic, NearestSquares<Arithmetic>>(batch, to);
  }
}

template <class Arithmetic, class Cell>
void add_weighted_with(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  Cell cell(*batch.constants, nullptr);
  physics::with_lattice(batch.constants->plan.crystal.shape, [&](auto lattice) {
    WeightedPass<decltype(lattice), Arithmetic, Cell>(batch, cell).run(weigher, inputs);
  });
}

template <class Arithmetic>
void add_weighted(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  if (batch.constants->plan.crystal.interpolation == Interpolation::tricubic) {
    add_weighted_with<Arithmetic, TricubicSquares<Arithmetic>>(batch, weigher, inputs);
  } else {
    add_weighted_with<Arithmetic, NearestSquares<Arithmetic>>(batch, weigher, inputs);
  }
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
