// Gradients of pixels, for one instruction set.
#include "nanobragg/kernel/differentiate.hpp"
#include "nanobragg/kernel/simd/pack.hpp"
#include "nanobragg/kernel/simd/rows.hpp"

namespace nanobragg::kernel {

// One register a number: a gradient keeps more of them at hand than there are.
using GradientPack = simd::NANOBRAGG_ISA::Pack<double, 1>;

template <>
struct Lanes<GradientPack> {
  static constexpr std::size_t count = GradientPack::lanes();
  static GradientPack load(const double* from) { return GradientPack::load(from); }
  static void store(const GradientPack& x, double* to) { x.store(to); }
};
static_assert(kGradientLanes % Lanes<GradientPack>::count == 0);

namespace simd::NANOBRAGG_ISA {

// Amplitudes at the nearest indices, which lanes share nearly always.
class NearestAmplitude {
 public:
  static constexpr bool kCollects = false;
  static constexpr bool kHasSlopes = false;
  struct Squared {
    GradientPack value;
  };

  explicit NearestAmplitude(const StructureFactors& f)
      : f_(f), squared_(f.default_amplitude() * f.default_amplitude()) {}

  Squared squared(const Vec3<GradientPack>& /*hkl*/, const Vec3<GradientPack>& nearest) {
    if (!f_.has_table()) return {GradientPack(squared_)};
    const auto shared = [&] {
      return (nearest.x == GradientPack(h_) && nearest.y == GradientPack(k_) &&
              nearest.z == GradientPack(l_))
          .all();
    };
    if (looked_up_ && shared()) return {GradientPack(squared_)};
    h_ = nearest.x.first();
    k_ = nearest.y.first();
    l_ = nearest.z.first();
    squared_ = look_up(h_, k_, l_);
    looked_up_ = true;
    if (shared()) return {GradientPack(squared_)};
    return {each_lane(nearest)};
  }

 private:
  double look_up(double h, double k, double l) const {
    const MillerBox& box = f_.box();
    const bool inside = h >= box.min.h && h <= box.max.h && k >= box.min.k && k <= box.max.k &&
                        l >= box.min.l && l <= box.max.l;
    double amplitude = f_.default_amplitude();
    if (inside) {
      const double row = (h - box.min.h) * (box.max.k - box.min.k + 1) + (k - box.min.k);
      const double position = row * (box.max.l - box.min.l + 1) + (l - box.min.l);
      amplitude = f_.table()[static_cast<std::size_t>(position)];
    }
    return amplitude * amplitude;
  }
  GradientPack each_lane(const Vec3<GradientPack>& nearest) const {
    constexpr std::size_t kLanes = GradientPack::lanes();
    double h[kLanes], k[kLanes], l[kLanes], squared[kLanes];
    nearest.x.store(h);
    nearest.y.store(k);
    nearest.z.store(l);
    for (std::size_t i = 0; i < kLanes; ++i) squared[i] = look_up(h[i], k[i], l[i]);
    return GradientPack::load(squared);
  }

  const StructureFactors& f_;
  double h_ = 0.0, k_ = 0.0, l_ = 0.0;
  double squared_;
  bool looked_up_ = false;
};

void differentiate(const GradientChunk& chunk) {
  const plan::CrystalSamples& crystal = chunk.constants->plan->crystal;
  NearestAmplitude cell(*crystal.structure_factors);
  physics::with_lattice(crystal.shape, [&](auto lattice) {
    Differentiation<decltype(lattice), GradientPack, NearestAmplitude>(chunk, cell).run();
  });
}

}  // namespace simd::NANOBRAGG_ISA
}  // namespace nanobragg::kernel
