// The sums of lattice_sum.hpp for parallelepipeds of whole numbers of cells, in single precision.
// To be included only by files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "nanobragg/kernel/simd/amplitude_lookup.hpp"
#include "nanobragg/kernel/simd/fixed_point.hpp"
#include "nanobragg/kernel/simd/row_indices.hpp"
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
  using Rays = std::array<Ray, kVectors>;

  // `cells` are at least 1.
  FixedLatticeSum(const RowTask& task, const std::array<double, 3>& cells)
      : cells_(cells), covers_all_(has_short_phases(task, cells)), table_(task.squared_table) {}

  // Whether the phases of all pixels can be reduced: of some alone would be of no use, as a pixel
  // must not depend on those that share its vectors.
  bool covers_all() const { return covers_all_; }

  // Fills in Σ F_lattice², and Σ F²·F_lattice² with F² from the table, in the light of a source.
  // `exact(hkl)` is F_lattice² of one orientation.
  template <class Exact>
  HWY_INLINE void sum_lattice(Rays& rays, const RowIndices& lines, std::size_t source,
                              const Exact& exact) {
    sum<Amplitudes::one>(rays, lines, source, exact);
  }
  template <class Exact>
  HWY_INLINE void sum_with_table(Rays& rays, const RowIndices& lines, std::size_t source,
                                 const Exact& exact) {
    sum<Amplitudes::of_table>(rays, lines, source, exact);
  }

 private:
  enum class Amplitudes : std::uint8_t { one, of_table };
  using Phases = physics::SquareLattice::Phases<Narrow>;
  static constexpr std::size_t kBlock = 8;
  static constexpr std::size_t kSlots = kBlock * kVectors;
  static constexpr std::size_t kLanes = Narrow::lanes();
  static constexpr double kLeastPhase = 1e-4;

  using Block = RowIndices::Block;

  // Numbers of cells are whole, and the largest phases, with |q| = 2 sin θ/λ, small enough.
  static bool has_short_phases(const RowTask& task, const std::array<double, 3>& cells) {
    double largest_q = 0.0;
    for (const SourceConstants<double>& source : task.constants->sources) {
      largest_q = std::max(largest_q, 2.0 * source.inverse_wavelength_per_m);
    }
    const auto& [na, nb, nc] = cells;
    double longest = 0.0;
    for (const auto& [a, b, c] : task.constants->lattices) {
      longest = std::max({longest, na * length(a), nb * length(b), nc * length(c)});
    }
    const bool whole = std::ranges::all_of(cells, [](double n) { return n == std::floor(n); });
    return whole && largest_q * longest < 0.5 * kLargestFixed;
  }

  template <Amplitudes kAmplitudes, class Exact>
  HWY_INLINE void sum(Rays& rays, const RowIndices& lines, std::size_t source, const Exact& exact) {
    for (Ray& ray : rays) ray.sum = Wide(0.0);
    for (std::size_t from = 0; from < lines.orientations(); from += kBlock) {
      const Block block = lines.block(from, kBlock, source);
      keep<kAmplitudes>(rays, block);
      add<kAmplitudes>(rays, block, exact);
    }
  }

  // Fills slots: ray by ray, and for each the block.
  template <Amplitudes kAmplitudes>
  HWY_NOINLINE void keep(const Rays& rays, const Block& block) {
    const auto [na, nb, nc] = cells_;
    std::size_t slot = 0;
    for (const Ray& ray : rays) {
      if (ray.wanted.none()) continue;
      for (std::size_t i = 0; i < block.size(); ++i) {
        const Vec3<Wide> hkl = block.indices(ray, i);
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
  HWY_NOINLINE void add(Rays& rays, const Block& block, const Exact& exact) {
    std::size_t slot = 0;
    for (Ray& ray : rays) {
      if (ray.wanted.none()) continue;
      Narrow sum(0.0);
      for (std::size_t i = 0; i < block.size(); ++i) {
        Narrow squared = lattice_squared(phases_[slot]);
        // Lane by lane: what a pixel is must not depend on the pixels beside it.
        const Narrow::Mask accurate = are_accurate(phases_[slot]);
        if (!accurate.all()) [[unlikely]] {
          squared = select(accurate, squared, in_turns(exact(block.indices(ray, i))));
        }
        if constexpr (kAmplitudes == Amplitudes::of_table) {
          squared = squared * Narrow::load(squares_[slot]);
        }
        sum = sum + squared;
        ++slot;
      }
      ray.sum = ray.sum + in_order(sum);
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

  std::array<double, 3> cells_;
  bool covers_all_;
  FixedTable table_;
  std::array<Phases, kSlots> phases_;
  alignas(64) std::int32_t positions_[kSlots][kLanes];
  alignas(64) float squares_[kSlots][kLanes];
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
