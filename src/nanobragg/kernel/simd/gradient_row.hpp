// Gradients of a chunk of pixels on vectors of them. To be included only by files that are compiled
// for one instruction set each.
#pragma once

#include "nanobragg/kernel/differentiate.hpp"
#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/kernel/simd/rows.hpp"

namespace nanobragg::kernel {

template <>
struct Lanes<simd::NANOBRAGG_ISA::Wide> {
  using Wide = simd::NANOBRAGG_ISA::Wide;
  static constexpr std::size_t count = Wide::lanes();
  static Wide load(const double* from) { return Wide::load(from); }
  static void store(const Wide& x, double* to) { x.store(to); }
};
static_assert(kGradientLanes % Lanes<simd::NANOBRAGG_ISA::Wide>::count == 0);

namespace simd::NANOBRAGG_ISA {

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

// |F|² at the nearest indices. Without a table all are the same.
template <class Arithmetic>
class NearestSquares {
 public:
  static constexpr bool kCollects = false;
  static constexpr bool kHasSlopes = false;
  struct Squared {
    typename Arithmetic::Narrow value;
  };

  explicit NearestSquares(const GradientConstants& in)
      : amplitudes_(amplitude_table(*in.plan->crystal.structure_factors)),
        cache_(amplitudes_),
        constant_(Arithmetic::narrow(cache_.constant())),
        squares_(in.squares.table()) {}

  HWY_INLINE Squared squared(const Vec3<Wide>& /*hkl*/, const Vec3<Wide>& nearest) {
    if (cache_.is_constant()) return {constant_};
    if constexpr (Arithmetic::kIsMixed) {
      if (squares_.squares) return {gathered_squares(squares_, nearest)};
    }
    return {Arithmetic::narrow(cache_.squared(nearest))};
  }

 private:
  AmplitudeTable amplitudes_;
  AmplitudeCache cache_;
  typename Arithmetic::Narrow constant_;
  SquaredTable squares_;
};

template <class Arithmetic>
void differentiate(const GradientChunk& chunk) {
  NearestSquares<Arithmetic> cell(*chunk.constants);
  physics::with_lattice(chunk.constants->plan->crystal.shape, [&](auto lattice) {
    Differentiation<decltype(lattice), Arithmetic, NearestSquares<Arithmetic>>(chunk, cell).run();
  });
}

}  // namespace simd::NANOBRAGG_ISA
}  // namespace nanobragg::kernel
