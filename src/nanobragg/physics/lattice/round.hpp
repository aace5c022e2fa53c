// The lattice transform of an ellipsoid.
#pragma once

#include <cmath>
#include <type_traits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/sin_pi.hpp"

namespace nanobragg::physics {

// The transform below as its power series, 1 − x²/10 + x⁴/280 − …: where single precision would be
// lost to cancellation. Within 6e-9 for |x| ≤ 1.
template <class T>
constexpr T sphere_transform_near_zero(const T& x) {
  const T u = x * x;
  T p = T(1.0 / 1330560.0);
  p = p * u + T(-1.0 / 15120.0);
  p = p * u + T(1.0 / 280.0);
  p = p * u + T(-1.0 / 10.0);
  return p * u + T(1.0);
}

// 3(sin x/x − cos x)/x², 1 at x = 0: the transform of a sphere (Rayleigh 1911; Guinier & Fournet
// 1955). Cancellation costs about 1e-16·(3/x²) relative below x = 1, and all from 1e-8 down.
template <class T>
constexpr T sphere_transform_by_quotient(const T& x, const T& sine, const T& cosine) {
  return select(x == T(0), T(1), T(T(3.0) * (sine / x - cosine) / (x * x)));
}
// The same for x ≥ 0, within 4e-12 of itself before its first zero.
template <class T>
constexpr T sphere_transform(const T& x, const T& sine, const T& cosine) {
  const T value = sphere_transform_by_quotient(x, sine, cosine);
  const auto is_near = x < T(0.01);
  if (is_nowhere(is_near)) return value;
  return select(is_near, sphere_transform_near_zero(x), value);
}
template <class T>
constexpr T sphere_transform(const T& x) {
  using std::cos;
  using std::sin;
  if constexpr (std::is_same_v<T, float>) {
    if (x < 1.0F) return sphere_transform_near_zero(x);
  }
  return sphere_transform(x, T(sin(x)), T(cos(x)));
}

// The same at πz for vectors of numbers, but for its sign: sin πz and cos πz from z less
// the nearest whole number, whose parity is the sign of both. As accurate as above.
template <class T>
constexpr T signless_sphere_transform(const T& z) {
  using std::round;
  const T y = z - round(z);
  return sphere_transform(T(T(constants::kPi) * z), T(y * sin_pi_over_x_double(y)),
                          cos_pi_double(y));
}

// The sphere's transform S and S′(x)/x at x = πz, but for the sign of both (above). The latter is
// smooth through 0: 3(sin x/x − S)/x², by its series −1/5 + x²/70 − … below x = 0.3, where it is
// within 2e-11.
template <class T>
struct SphereSlopes {
  T value, slope_by_x;
};
template <class T>
constexpr SphereSlopes<T> signless_sphere_slopes(const T& z) {
  using std::round;
  const T x = T(constants::kPi) * z;
  const T u = x * x;
  T near = T(1.0 / 166320.0);
  near = near * u + T(-1.0 / 2520.0);
  near = near * u + T(1.0 / 70.0);
  near = near * u + T(-1.0 / 5.0);
  const auto is_near = x < T(0.3);
  const T far = select(is_near, T(1), x);
  const T y = z - round(z);
  const T inverse = T(1) / far;
  const T three_by_square = T(3) * inverse * inverse;
  const T sinc = y * sin_pi_over_x_double(y) * inverse;
  const T value = three_by_square * (sinc - cos_pi_double(y));
  return {select(is_near, sphere_transform_near_zero(x), value),
          select(is_near, near, T(three_by_square * (sinc - value)))};
}

// For vectors: beside their type.
constexpr double inverse_sqrt(double x) { return 1.0 / std::sqrt(x); }

// S² in single precision, from what is reduced in double: S(x) = −3√(1 + t²) t² cos(x + atan t),
// t = 1/x, so that near its zeros no digits cancel. The phase is within 3.5e-12 of half turns from
// z = 1.4 on, before the first zero, and within 4e-10 from kNearest on; nearer to 0, S is a
// polynomial, within 1.3e-9 of itself (both by the Remez exchange).
template <class T>
struct ReducedSphere {
  static constexpr double kNearest = 0.8;

  T phase;    // z + atan(t)/π − ½ less the nearest whole number
  T inverse;  // 1/z
  T square;   // z²

  template <class F>
  constexpr auto map(const F& f) const {
    return ReducedSphere<decltype(f(phase))>{f(phase), f(inverse), f(square)};
  }
};
template <class T>
constexpr ReducedSphere<T> reduced_sphere(const T& square) {
  using std::round;
  const T inverse = inverse_sqrt(square);
  const T u = inverse * inverse;
  T p = T(-7.0827282045865045e-8);
  p = p * u + T(1.1483317999305648e-6);
  p = p * u + T(-1.5030475256585358e-5);
  p = p * u + T(0.00020802430516468166);
  p = p * u + T(-0.0034219930268418776);
  p = p * u + T(0.10132118360345417);
  const T phase = inverse * p + (square * inverse + T(-0.5));
  return {phase - round(phase), inverse, square};
}
template <class T>
constexpr T sphere_transform_squared(const ReducedSphere<T>& r) {
  using constants::kPi;
  constexpr double kHeight = 9.0 / (kPi * kPi * kPi * kPi);
  const T u = r.inverse * r.inverse;
  const T root = u * (r.phase * sin_pi_over_x_single(r.phase));
  const T far = root * root * (T(kHeight) + T(kHeight / (kPi * kPi)) * u);
  const auto is_far = r.inverse < T(1.0 / ReducedSphere<T>::kNearest);
  if (is_nowhere(!is_far)) return far;
  T p = T(-0.00048569788554684887);
  p = p * r.square + T(0.0070904368474409819);
  p = p * r.square + T(-0.063569935957202592);
  p = p * r.square + T(0.34788740371981061);
  p = p * r.square + T(-0.98696031037190196);
  p = p * r.square + T(0.99999999872615866);
  return select(is_far, far, T(p * p));
}

// Na·Nb·Nc·c·S(π√(fudge·ρ)), ρ = Δh²Na² + Δk²Nb² + Δl²Nc², with the sphere's transform S and the
// constant c = 0.7236… of the reference: the square root of the volume ratio of sphere and cube, so
// that spots keep their integral.
struct RoundLattice {
  static constexpr double kVolumeCorrection = 0.723601254558268;

  template <class T, class S>
  static constexpr T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    const T root = root_of(offset, crystal);
    if constexpr (std::is_same_v<T, S>)
      return height<T>(crystal) * sphere_transform(T(T(constants::kPi) * root));
    else
      return height<T>(crystal) * signless_sphere_transform(root);
  }
  // As the C program computes it: it loses the peak within 1e-8 of the reciprocal lattice point.
  static constexpr double amplitude_by_quotient(const Vec3<double>& offset,
                                                const LatticeSize<double>& crystal) {
    const double x = constants::kPi * root_of(offset, crystal);
    return height<double>(crystal) * sphere_transform_by_quotient(x, std::sin(x), std::cos(x));
  }

  // F_lattice² of offsets in double precision, the rest in single: within 2.5e-6 of itself or 1e-16
  // of its maximum.
  class Mixed {
   public:
    explicit Mixed(const LatticeSize<double>& crystal)
        : radius_(crystal, std::sqrt(crystal.fudge)) {
      const double height = kVolumeCorrection * peak_of(crystal);
      scale_ = height * height;
    }

    template <class T>
    using Reduced = ReducedSphere<T>;
    template <class T>
    constexpr T squared_radius(const Vec3<T>& offset) const {
      return radius_.squared(offset);
    }
    template <class T>
    static constexpr Reduced<T> reduced(const T& squared_radius) {
      return reduced_sphere(squared_radius);
    }
    // To be multiplied by scale().
    template <class T>
    static constexpr T squared(const Reduced<T>& r) {
      return sphere_transform_squared(r);
    }
    double scale() const { return scale_; }

   private:
    CellsRadius radius_;
    double scale_;
  };

  static constexpr bool kUsesFudge = true;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static constexpr LatticeSlopes<T> slopes(const Vec3<T>& offset,
                                           const LatticeSize<double>& crystal) {
    using std::sqrt;
    const auto& [na, nb, nc] = crystal.cells;
    const auto squared = [](const T& x, double n) { return x * x * (n * n); };
    const T rho = squared(offset.x, na) + squared(offset.y, nb) + squared(offset.z, nc);
    const auto [transform, slope_by_x] = signless_sphere_slopes(T(sqrt(rho * crystal.fudge)));
    const T height(na * nb * nc * kVolumeCorrection);
    const T value = height * transform;
    // By ρ: S′·dx/dρ = S′/x·π²·fudge/2.
    constexpr double kHalfPiSquared = constants::kPi * constants::kPi / 2;
    const T by_rho = height * slope_by_x * (kHalfPiSquared * crystal.fudge);
    const auto by_offset = [&](const T& delta, double n) { return by_rho * delta * (2 * n * n); };
    const auto by_cells = [&](const T& delta, double n) {
      return value / n + by_rho * delta * delta * (2 * n);
    };
    return {value,
            {by_offset(offset.x, na), by_offset(offset.y, nb), by_offset(offset.z, nc)},
            {by_cells(offset.x, na), by_cells(offset.y, nb), by_cells(offset.z, nc)},
            height * slope_by_x * rho * kHalfPiSquared,
            {T(0), T(0), T(0)}};
  }

  // See spot_radius(): |sin x/x − cos x| ≤ √(1 + 1/x²), so that |S(x)| ≤ 3√2/x² for x ≥ 1; the
  // ellipsoid of x stands inside the box of its half axes.
  static constexpr double spot_radius(double smallest, const LatticeSize<double>& crystal) {
    const double peak = kVolumeCorrection * peak_of(crystal);
    if (peak <= smallest) return 0.0;
    const double x = std::fmax(1.0, std::sqrt(3.0 * std::sqrt(2.0) * peak / smallest));
    const double cells = x / (constants::kPi * std::sqrt(crystal.fudge));
    const auto& [na, nb, nc] = crystal.cells;
    const auto& [a, b, c] = crystal.reciprocal;
    return cells * (length(a) / na + length(b) / nb + length(c) / nc);
  }

 private:
  template <class T, class S>
  static constexpr T height(const LatticeSize<S>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    return na * nb * nc * T(kVolumeCorrection);
  }
  template <class T, class S>
  static constexpr T root_of(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    using std::sqrt;
    const auto& [na, nb, nc] = crystal.cells;
    const T rho = offset.x * offset.x * na * na + offset.y * offset.y * nb * nb +
                  offset.z * offset.z * nc * nc;
    return sqrt(rho * crystal.fudge);
  }
};

}  // namespace nanobragg::physics
