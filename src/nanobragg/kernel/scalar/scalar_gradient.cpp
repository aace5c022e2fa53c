// The amplitudes of gradients: at the nearest index or interpolated, and whether they are wanted.
#include "nanobragg/kernel/scalar/scalar_gradient.hpp"

#include "nanobragg/base/dual.hpp"
#include "nanobragg/kernel/differentiate.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::kernel::scalar {
namespace {

struct SquaredAmplitude {
  double value;
  Vec3<double> by_hkl;  // where it is interpolated
};

// What the table does not hold is no one's to refine.
void collect_at(MillerIndex index, double by_amplitude, const StructureFactors& f,
                const WeightedSums& to) {
  if (!f.has_table() || !f.box().contains(index)) return;
  to.collect(to.collector, f.position(index), &by_amplitude, 1);
}

template <bool kCollect>
class NearestAmplitude {
 public:
  static constexpr bool kCollects = kCollect;
  static constexpr bool kHasSlopes = false;

  NearestAmplitude(const StructureFactors& f, const WeightedSums& to) : f_(f), to_(to) {}
  SquaredAmplitude squared(const Vec3<double>& /*hkl*/, const Vec3<double>& nearest) const {
    const double amplitude = f_.at(physics::nearest_index(nearest));
    return {amplitude * amplitude, {}};
  }
  void collect(const Vec3<double>& /*hkl*/, const Vec3<double>& nearest, double by_squared) {
    const MillerIndex index = physics::nearest_index(nearest);
    collect_at(index, 2.0 * f_.at(index) * by_squared, f_, to_);
  }

 private:
  const StructureFactors& f_;
  const WeightedSums& to_;
};

template <bool kCollect>
class TricubicAmplitude {
 public:
  static constexpr bool kCollects = kCollect;
  static constexpr bool kHasSlopes = true;

  TricubicAmplitude(const StructureFactors& f, const WeightedSums& to) : f_(f), to_(to) {}
  SquaredAmplitude squared(const Vec3<double>& hkl, const Vec3<double>& /*nearest*/) const {
    if (!physics::can_interpolate(hkl, f_.box())) {
      return {f_.default_amplitude() * f_.default_amplitude(), {}};
    }
    using Slopes = Dual<double, 3>;
    const Vec3<Slopes> at{Slopes::variable(hkl.x, 0), Slopes::variable(hkl.y, 1),
                          Slopes::variable(hkl.z, 2)};
    const Slopes f = physics::tricubic_amplitude(at, f_);
    const Slopes squared = f * f;
    return {squared.value, {squared.slope[0], squared.slope[1], squared.slope[2]}};
  }
  void collect(const Vec3<double>& hkl, const Vec3<double>& /*nearest*/, double by_squared) {
    if (!physics::can_interpolate(hkl, f_.box())) return;
    const double by_amplitude = 2.0 * physics::tricubic_amplitude(hkl, f_) * by_squared;
    physics::for_each_tricubic_weight(hkl, [&](MillerIndex index, double weight) {
      collect_at(index, by_amplitude * weight, f_, to_);
    });
  }

 private:
  const StructureFactors& f_;
  const WeightedSums& to_;
};

template <class Cell>
void run(const GradientChunk& chunk) {
  const plan::CrystalSamples& crystal = chunk.constants->plan->crystal;
  Cell cell(*crystal.structure_factors, chunk.weighted);
  physics::with_lattice(crystal.shape, [&](auto lattice) {
    Differentiation<decltype(lattice), PlainArithmetic, Cell>(chunk, cell).run();
  });
}

}  // namespace

void differentiate(const GradientChunk& chunk) {
  const bool nearest = chunk.constants->plan->crystal.interpolation == Interpolation::nearest;
  if (chunk.weighted.collect) {
    nearest ? run<NearestAmplitude<true>>(chunk) : run<TricubicAmplitude<true>>(chunk);
  } else {
    nearest ? run<NearestAmplitude<false>>(chunk) : run<TricubicAmplitude<false>>(chunk);
  }
}

}  // namespace nanobragg::kernel::scalar
