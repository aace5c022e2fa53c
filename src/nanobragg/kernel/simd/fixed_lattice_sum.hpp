// The sums of lattice_sum.hpp for parallelepipeds of whole numbers of cells, in single precision.
// To be included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/kernel/simd/fixed_point.hpp"
#include "nanobragg/physics/lattice/square.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// With whole N, whole numbers do not matter in h and N·h: both are reduced by the bits of doubles,
// which rounds them to 2⁻³³. Where one of them is less than kLeastPhase, which leaves a relative
// error of 2·2⁻³³/kLeastPhase = 2.3e-6 in an intensity, the factor is computed exactly.
//
// Orientations are taken in blocks and stage by stage, with what is known of a block kept in memory
// in between: the instructions that a processor looks ahead are as many as one long chain of
// operations has, but several short ones, which overlap.
template <std::size_t kVectors>
class FixedLatticeSum {
 public:
  using Strip = std::array<Step, kVectors>;

  // `cells` are at least 1, scattering vectors at most `largest_q` (m⁻¹) long.
  FixedLatticeSum(std::span<const Axes<double>> lattices, const std::array<double, 3>& cells,
                  const SquaredTable& table, double largest_q)
      : lattices_(lattices), cells_(cells), table_(table) {
    const auto& [na, nb, nc] = cells;
    double longest = 0.0;
    for (const auto& [a, b, c] : lattices) {
      longest = std::max({longest, na * length(a), nb * length(b), nc * length(c)});
    }
    const bool whole = std::ranges::all_of(cells, [](double n) { return n == std::floor(n); });
    covers_all_ = whole && largest_q * longest < 0.5 * kLargestFixed;
  }

  // Whether the phases of all scattering vectors can be reduced: of some alone would be of no use,
  // as a pixel must not depend on those that share its vectors.
  bool covers_all() const { return covers_all_; }

  // Fills in Σ F_lattice², and Σ F²·F_lattice² with F² from the table, inside which the steps are.
  // `exact(q, axes)` is F_lattice² of one orientation.
  template <class Exact>
  HWY_INLINE void sum_lattice(Strip& steps, const Exact& exact) {
    sum<Amplitudes::one>(steps, exact);
  }
  template <class Exact>
  HWY_INLINE void sum_with_table(Strip& steps, const Exact& exact) {
    sum<Amplitudes::of_table>(steps, exact);
  }

 private:
  enum class Amplitudes : std::uint8_t { one, of_table };
  using Phases = physics::SquareLattice::Phases<Narrow>;
  static constexpr std::size_t kBlock = 8;
  static constexpr std::size_t kSlots = kBlock * kVectors;
  static constexpr std::size_t kLanes = Narrow::lanes();
  static constexpr double kLeastPhase = 1e-4;

  template <Amplitudes kAmplitudes, class Exact>
  HWY_INLINE void sum(Strip& steps, const Exact& exact) {
    for (Step& step : steps) step.sum = Wide(0.0);
    for (std::size_t from = 0; from < lattices_.size(); from += kBlock) {
      const auto block = lattices_.subspan(from, std::min(kBlock, lattices_.size() - from));
      keep<kAmplitudes>(steps, block);
      add<kAmplitudes>(steps, block, exact);
    }
  }

  // Fills slots: step by step, and for each the block.
  template <Amplitudes kAmplitudes>
  HWY_NOINLINE void keep(const Strip& steps, std::span<const Axes<double>> block) {
    const auto [na, nb, nc] = cells_;
    std::size_t slot = 0;
    for (const Step& step : steps) {
      if (step.wanted.none()) continue;
      const Vec3<Wide> q = step.scattering;
      for (const Axes<double>& axes : block) {
        const auto index = [&](const Vec3<double>& axis) {
          return axis.x * q.x + axis.y * q.y + axis.z * q.z;
        };
        const Vec3<Wide> hkl{index(axes.a), index(axes.b), index(axes.c)};
        const Parts h = parts_of(hkl.x);
        const Parts k = parts_of(hkl.y);
        const Parts l = parts_of(hkl.z);
        phases_[slot] = {
            {scaled_fraction(hkl.x * na), scaled_fraction(hkl.y * nb), scaled_fraction(hkl.z * nc)},
            {h.scaled_fraction, k.scaled_fraction, l.scaled_fraction}};
        if constexpr (kAmplitudes == Amplitudes::of_table) {
          table_.position(h.whole, k.whole, l.whole).store(positions_[slot]);
          // One behind: between the arithmetic of this one.
          if (slot > 0) look_up(slot - 1);
        }
        ++slot;
      }
    }
    if (kAmplitudes == Amplitudes::of_table && slot > 0) look_up(slot - 1);
  }

  HWY_INLINE void look_up(std::size_t slot) {
#pragma GCC unroll 16
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      squares_[slot][lane] = table_.at(positions_[slot][lane]);
    }
  }

  // Adds the slots to the sums.
  template <Amplitudes kAmplitudes, class Exact>
  HWY_NOINLINE void add(Strip& steps, std::span<const Axes<double>> block, const Exact& exact) {
    std::size_t slot = 0;
    for (Step& step : steps) {
      if (step.wanted.none()) continue;
      Narrow sum(0.0);
      for (const Axes<double>& axes : block) {
        Narrow squared = lattice_squared(phases_[slot]);
        // Lane by lane: what a pixel is must not depend on the pixels beside it.
        const Narrow::Mask accurate = are_accurate(phases_[slot]);
        if (!accurate.all()) [[unlikely]] {
          squared = select(accurate, squared, in_turns(exact(step.scattering, axes)));
        }
        if constexpr (kAmplitudes == Amplitudes::of_table) {
          squared = squared * Narrow::load(squares_[slot]);
        }
        sum = sum + squared;
        ++slot;
      }
      step.sum = step.sum + in_order(sum);
    }
  }

  // The factors of a sine that scaled fractions and the polynomial have too many are the same in
  // numerator and denominator.
  struct Sine {
    HWY_INLINE static Narrow sin_pi_over_x(const Narrow& x) {
      return physics::sin_pi_over_x_single_monic(square_of_scaled(x));
    }
  };
  HWY_INLINE static Narrow lattice_squared(const Phases& phases) {
    const auto fraction = physics::SquareLattice::quotient<Sine>(phases);
    const Narrow amplitude = fraction.numerator / fraction.denominator;
    return amplitude * amplitude;
  }
  // Compares floats by their bits, which is quicker.
  HWY_INLINE static Narrow::Mask are_accurate(const Phases& phases) {
    const auto square = [](const Narrow& x) { return bits_of(square_of_scaled(x)); };
    const auto& [n, d] = phases;
    const Words least = min(min(min(square(n.x), square(n.y)), min(square(n.z), square(d.x))),
                            min(square(d.y), square(d.z)));
    const Words::Mask enough = least > bits_of(Narrow(kLeastPhase * kLeastPhase));
    return Narrow::Mask::each(
        [&](std::size_t i) { return hn::RebindMask(Narrow::Tag(), enough[i]); });
  }

  std::span<const Axes<double>> lattices_;
  std::array<double, 3> cells_;
  bool covers_all_;
  FixedTable table_;
  std::array<Phases, kSlots> phases_;
  alignas(64) std::int32_t positions_[kSlots][kLanes];
  alignas(64) float squares_[kSlots][kLanes];
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
