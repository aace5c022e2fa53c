// The amplitudes of gradients: at the nearest index or interpolated, and whether they are wanted.
#include "nanobragg/kernel/scalar/scalar_gradient.hpp"

#include "nanobragg/base/dual.hpp"
#include "nanobragg/kernel/adjoint/differentiate.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::kernel::scalar {
namespace {

struct SquaredAmplitude {
  double value;
  Vec3<double> by_hkl;  // where it is interpolated
};

// What the table does not hold cannot be refined.
void add_slope(MillerIndex index, double by_amplitude, const StructureFactors& f,
               AmplitudeSlopes& to) {
  if (!f.has_table() || !f.box().contains(index)) return;
  to.add(f.position(index), &by_amplitude);
}

template <bool kCollect>
class NearestAmplitude {
 public:
  static constexpr bool kCollects = kCollect;
  static constexpr bool kHasSlopes = false;
  using Squared = SquaredAmplitude;

  NearestAmplitude(const StructureFactors& f, AmplitudeSlopes* to) : f_(f), to_(to) {}
  Squared squared(const Vec3<double>& /*hkl*/, const Vec3<double>& nearest) {
    last_ = physics::nearest_index(nearest);
    const double amplitude = f_.at(last_);
    return {amplitude * amplitude, {}};
  }
  void collect(double by_squared) { add_slope(last_, 2.0 * f_.at(last_) * by_squared, f_, *to_); }

 private:
  const StructureFactors& f_;
  AmplitudeSlopes* to_;
  MillerIndex last_{};  // looked up
};

template <bool kCollect>
class TricubicAmplitude {
 public:
  static constexpr bool kCollects = kCollect;
  static constexpr bool kHasSlopes = true;
  using Squared = SquaredAmplitude;

  TricubicAmplitude(const StructureFactors& f, AmplitudeSlopes* to) : f_(f), to_(to) {}
  Squared squared(const Vec3<double>& hkl, const Vec3<double>& /*nearest*/) {
    last_ = hkl;
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
  void collect(double by_squared) {
    if (!physics::can_interpolate(last_, f_.box())) return;
    const double by_amplitude = 2.0 * physics::tricubic_amplitude(last_, f_) * by_squared;
    physics::for_each_tricubic_weight(last_, [&](MillerIndex index, double weight) {
      add_slope(index, by_amplitude * weight, f_, *to_);
    });
  }

 private:
  const StructureFactors& f_;
  AmplitudeSlopes* to_;
  Vec3<double> last_{};  // looked up
};

template <class Cell>
void run(const PixelBatch& batch, PixelSlopes& to) {
  const plan::CrystalSamples& crystal = batch.constants->plan.crystal;
  Cell cell(*crystal.structure_factors, to.amplitudes);
  physics::with_lattice(crystal.shape, [&](auto lattice) {
    differentiate_as<decltype(lattice), PlainArithmetic>(batch, cell, to);
  });
}

}  // namespace

void differentiate(const PixelBatch& batch, PixelSlopes& to) {
  const bool nearest = batch.constants->plan.crystal.interpolation == Interpolation::nearest;
  if (to.amplitudes) {
    nearest ? run<NearestAmplitude<true>>(batch, to) : run<TricubicAmplitude<true>>(batch, to);
  } else {
    nearest ? run<NearestAmplitude<false>>(batch, to) : run<TricubicAmplitude<false>>(batch, to);
  }
}

}  // namespace nanobragg::kernel::scalar
