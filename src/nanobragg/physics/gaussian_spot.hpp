// A reflection of which everything that smears it is normally distributed: where its scattering
// lies in reciprocal space, and what of it a pixel sees. Derived in docs/physics.md, "Spots in
// closed form".
#pragma once

#include <array>
#include <cmath>
#include <optional>

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/turn_spreads.hpp"

namespace nanobragg::physics {

// A symmetric matrix.
template <class T>
struct Symmetric3 {
  T xx{}, yy{}, zz{}, xy{}, xz{}, yz{};

  constexpr Vec3<T> operator*(const Vec3<T>& v) const {
    return {xx * v.x + xy * v.y + xz * v.z, xy * v.x + yy * v.y + yz * v.z,
            xz * v.x + yz * v.y + zz * v.z};
  }
};

// to + scale·v vᵀ.
template <class T>
constexpr Symmetric3<T> with_square(const Symmetric3<T>& to, const T& scale, const Vec3<T>& v) {
  return {to.xx + scale * v.x * v.x, to.yy + scale * v.y * v.y, to.zz + scale * v.z * v.z,
          to.xy + scale * v.x * v.y, to.xz + scale * v.x * v.z, to.yz + scale * v.y * v.z};
}

template <class T>
constexpr T determinant(const Symmetric3<T>& m) {
  return m.xx * (m.yy * m.zz - m.yz * m.yz) - m.xy * (m.xy * m.zz - m.yz * m.xz) +
         m.xz * (m.xy * m.yz - m.yy * m.xz);
}

// Of a positive definite matrix.
template <class T>
constexpr Symmetric3<T> inverse(const Symmetric3<T>& m) {
  const T scale = T(1) / determinant(m);
  return {scale * (m.yy * m.zz - m.yz * m.yz), scale * (m.xx * m.zz - m.xz * m.xz),
          scale * (m.xx * m.yy - m.xy * m.xy), scale * (m.xz * m.yz - m.xy * m.zz),
          scale * (m.xy * m.yz - m.xz * m.yy), scale * (m.xy * m.xz - m.xx * m.yz)};
}

// Standard deviations of what smears reflections.
template <class T>
struct Smearing {
  std::array<T, 3> size;  // of the blocks' F_lattice² along a*, b*, c*, in Miller indices
  T mosaic{};             // turns about any axis, rad, or at most so much, …
  std::optional<TurnSpreads<T>> turns;  // … about the axes of the crystal's frame
  T cell{};                             // of the length of the domains' cells, relative
  T energy{};                           // of photons, relative
  T horizontal{};                       // of the incident direction, rad, along …
  T vertical{};
  Vec3<double> horizontal_axis, vertical_axis;  // … these
};

// A line of the beam.
struct Line {
  Vec3<double> incident;          // unit vector
  double wavenumber_per_A = 0.0;  // 1/λ, mean
};

// A reflection as one line of the beam sees it, at one angle φ₀ of the spindle: the numbers that
// the density follows from. Å⁻¹.
template <class T>
struct SpotNumbers {
  Vec3<T> point;            // g, of the reflection
  Symmetric3<T> precision;  // inverse of the covariance
  // The part of a displacement t across g that is along a straight line: straight·t + twist·(g × t)
  // for g of length 1.
  Symmetric3<T> straight;
  T twist{};
  T spectral_share{};  // of the variance along g, that is the spectrum's
  T height{};          // of the normal density in its middle, Å³
};

// Two unit vectors across g, which with it are right-handed.
template <class T>
struct Across {
  Vec3<T> first, second;
};
template <class T>
Across<T> across(const Vec3<T>& g) {
  const Vec3<T> radial = unit(g);
  const Vec3<double> other =
      plain(radial.x) * plain(radial.x) < 0.4 ? Vec3{1.0, 0.0, 0.0} : Vec3{0.0, 1.0, 0.0};
  const Vec3<T> first = unit(cross(radial, vec3_as<T>(other)));
  return {first, cross(radial, first)};
}

// S = C(C + turned·I)⁻¹ in the plane across g, for the covariance C of straight displacements.
template <class T>
Symmetric3<T> straight_part(const Symmetric3<T>& covariance, const T& turned, const Vec3<T>& g) {
  const auto& [first, second] = across(g);
  const T xx = dot(first, covariance * first);
  const T xy = dot(first, covariance * second);
  const T yy = dot(second, covariance * second);
  const T divisor = (xx + turned) * (yy + turned) - xy * xy;
  const T of_first = (xx * (yy + turned) - xy * xy) / divisor;
  const T of_second = (yy * (xx + turned) - xy * xy) / divisor;
  const T of_both = xy * turned / divisor;
  // As squares of first + second, first and second.
  Symmetric3<T> out;
  out = with_square(out, of_both, Vec3<T>(first + second));
  out = with_square(out, T(of_first - of_both), first);
  return with_square(out, T(of_second - of_both), second);
}

// S = C A⁻¹ there, for the covariance A of all displacements: where turns differ between the axes,
// no longer symmetric.
template <class T>
void set_straight_part(const Symmetric3<T>& covariance, const Symmetric3<T>& all, const Vec3<T>& g,
                       SpotNumbers<T>& to) {
  const auto& [first, second] = across(g);
  const Vec3<T> of_first = all * first;
  const T xx = dot(first, of_first);
  const T xy = dot(second, of_first);
  const T yy = dot(second, all * second);
  const T divisor = xx * yy - xy * xy;
  const Vec3<T> c_first = covariance * first;
  const T cxx = dot(first, c_first);
  const T cxy = dot(second, c_first);
  const T cyy = dot(second, covariance * second);
  const T sxx = (cxx * yy - cxy * xy) / divisor;
  const T sxy = (cxy * xx - cxx * xy) / divisor;
  const T syx = (cxy * yy - cyy * xy) / divisor;
  const T syy = (cyy * xx - cxy * xy) / divisor;
  const T mean = T(0.5) * (sxy + syx);
  to.straight = with_square(to.straight, mean, Vec3<T>(first + second));
  to.straight = with_square(to.straight, T(sxx - mean), first);
  to.straight = with_square(to.straight, T(syy - mean), second);
  to.twist = T(0.5) * (syx - sxy);
}

// covariance + Σ wwᵀ of turns about the axes e of the crystal's frame, w = Σ ηᵢ Rᵢ (eᵢ × g) for
// each column R of the root of their correlations.
template <class T>
Symmetric3<T> with_turns(Symmetric3<T> covariance, const TurnSpreads<T>& turns,
                         const Axes<T>& reciprocal, const Vec3<T>& g) {
  const Axes<T> frame = crystal_frame(reciprocal);
  const auto& [of_x, of_y, of_z] = root_of(turns.correlations);
  const Vec3<T> x = turns.widths[0] * cross(frame.a, g);
  const Vec3<T> y = turns.widths[1] * cross(frame.b, g);
  const Vec3<T> z = turns.widths[2] * cross(frame.c, g);
  const auto add = [&](const T& along_x, const T& along_y, const T& along_z) {
    covariance = with_square(covariance, T(1.0), Vec3<T>(along_x * x + along_y * y + along_z * z));
  };
  add(of_x.x, of_y.x, of_z.x);
  add(of_x.y, of_y.y, of_z.y);
  add(of_x.z, of_y.z, of_z.z);
  return covariance;
}

// `reciprocal`: a*, b*, c* at φ₀.
template <class T>
SpotNumbers<T> spot_numbers(const Axes<T>& reciprocal, const Vec3<T>& point,
                            const T& wavenumber_per_A, const Smearing<T>& smearing) {
  using std::sqrt;
  const auto square = [](const T& x) { return x * x; };
  SpotNumbers<T> out;
  out.point = point;
  Symmetric3<T> straight;  // covariance of what moves points along straight lines
  straight = with_square(straight, square(smearing.size[0]), reciprocal.a);
  straight = with_square(straight, square(smearing.size[1]), reciprocal.b);
  straight = with_square(straight, square(smearing.size[2]), reciprocal.c);
  const T k_squared = square(wavenumber_per_A);
  straight = with_square(straight, T(k_squared * square(smearing.horizontal)),
                         vec3_as<T>(smearing.horizontal_axis));
  straight = with_square(straight, T(k_squared * square(smearing.vertical)),
                         vec3_as<T>(smearing.vertical_axis));
  Symmetric3<T> covariance = straight;
  const T g_squared = dot(point, point);
  if (g_squared > T(0)) {
    // Turns move a point across its direction, energies and lengths of cells along it.
    if (smearing.turns) {
      covariance = with_turns(covariance, *smearing.turns, reciprocal, point);
      set_straight_part(straight, covariance, point, out);
      covariance =
          with_square(covariance, T(square(smearing.energy) + square(smearing.cell)), point);
    } else {
      const T turned = square(smearing.mosaic) * g_squared;
      covariance.xx = covariance.xx + turned;
      covariance.yy = covariance.yy + turned;
      covariance.zz = covariance.zz + turned;
      covariance = with_square(
          covariance, T(square(smearing.energy) + square(smearing.cell) - square(smearing.mosaic)),
          point);
      out.straight = straight_part(straight, turned, point);
    }
    const T spectral = square(smearing.energy) * g_squared;
    out.spectral_share = spectral * g_squared / dot(point, covariance * point);
  }
  out.precision = inverse(covariance);
  constexpr double kNorm = 15.749609945722419;  // (2π)^(3/2)
  out.height = T(1) / (T(kNorm) * sqrt(determinant(covariance)));
  return out;
}

// The density of a reflection in reciprocal space, and how the spindle moves it.
class GaussianSpot {
 public:
  GaussianSpot(const SpotNumbers<double>& numbers, const Vec3<double>& spindle)
      : n_(numbers),
        length_(length(numbers.point)),
        radial_(unit(numbers.point)),
        spindle_(spindle),
        velocity_(cross(spindle, numbers.point)),
        rate_(std::sqrt(dot(velocity_, numbers.precision * velocity_))) {}

  const SpotNumbers<double>& numbers() const { return n_; }
  const Vec3<double>& point() const { return n_.point; }
  const Symmetric3<double>& precision() const { return n_.precision; }
  const Vec3<double>& velocity() const { return velocity_; }  // of the point, a radian
  double rate() const { return rate_; }                       // of the point: deviations a radian
  // Of the offset of q, a radian: in the crystal's frame, in which its own smearing stays, q turns
  // backwards.
  Vec3<double> velocity_at(const Vec3<double>& q) const { return cross(spindle_, q); }
  // By q, from the derivative by that velocity.
  Vec3<double> velocity_vjp(const Vec3<double>& bar) const { return cross(bar, spindle_); }

  // How far q lies from the reflection, in coordinates in which the density is normal: along the
  // sphere about the origin for what mosaic turns smear, straight for what size and divergence do,
  // and by photon energy for what the spectrum does.
  Vec3<double> offset(const Vec3<double>& q) const {
    if (length_ == 0.0) return q;
    const double distance = length(q);
    const Vec3<double> across = q - dot(radial_, q) * radial_;
    const double sine_squared = dot(across, across) / (distance * distance);
    const Vec3<double> tangential = (arc(sine_squared) * length_ / distance) * across;
    const double beyond = distance - length_;
    const Vec3<double> straight = straight_of(tangential);
    const double sag = dot(straight, straight) / (2.0 * length_);
    return tangential + ((1.0 - n_.spectral_share) * beyond / length_) * straight +
           (beyond - n_.spectral_share * beyond * beyond / distance - sag) * radial_;
  }
  // What the change of coordinates does to the density at q.
  double stretch(const Vec3<double>& q) const {
    if (length_ == 0.0) return 1.0;
    const double distance = length(q);
    return 1.0 - widening() * (distance - length_) / distance;
  }

  // Derivatives by q and by the numbers, from those by the offset and by the stretch; into what
  // stands in `bar`, but for precision and height.
  Vec3<double> offset_vjp(const Vec3<double>& q, const Vec3<double>& offset_bar, double stretch_bar,
                          SpotNumbers<double>& bar) const;

 private:
  // Of a displacement across g.
  Vec3<double> straight_of(const Vec3<double>& tangential) const {
    return n_.straight * tangential + n_.twist * cross(radial_, tangential);
  }
  // The coordinates in which a volume grows with the distance from the origin: none where all is
  // straight, two across g where turns smear, one along it where the spectrum does.
  double widening() const {
    const auto& [xx, yy, zz, xy, xz, yz] = n_.straight;
    return n_.spectral_share + (1.0 - n_.spectral_share) * (2.0 - xx - yy - zz);
  }
  // θ/sin θ from sin²θ, within 3e-6 to 10°.
  static double arc(double sine_squared) {
    return 1.0 + sine_squared * (1.0 / 6.0 + sine_squared * (3.0 / 40.0));
  }

  SpotNumbers<double> n_;
  double length_;
  Vec3<double> radial_, spindle_, velocity_;
  double rate_;
};

// to + scale·(u vᵀ + v uᵀ)/2 as derivatives by the six numbers, of which those beside the diagonal
// stand twice in the matrix.
inline void add_outer(Symmetric3<double>& to, double scale, const Vec3<double>& u,
                      const Vec3<double>& v) {
  to.xx += scale * u.x * v.x;
  to.yy += scale * u.y * v.y;
  to.zz += scale * u.z * v.z;
  to.xy += scale * (u.x * v.y + u.y * v.x);
  to.xz += scale * (u.x * v.z + u.z * v.x);
  to.yz += scale * (u.y * v.z + u.z * v.y);
}

inline Vec3<double> GaussianSpot::offset_vjp(const Vec3<double>& q, const Vec3<double>& offset_bar,
                                             double stretch_bar, SpotNumbers<double>& bar) const {
  if (length_ == 0.0) {
    bar.point = bar.point - offset_bar;
    return offset_bar;
  }
  const double distance = length(q);
  const double along = dot(radial_, q);
  const Vec3<double> across = q - along * radial_;
  const double sine_squared = dot(across, across) / (distance * distance);
  const double bend = arc(sine_squared);
  const double scale = bend * length_ / distance;
  const Vec3<double> tangential = scale * across;
  const double beyond = distance - length_;
  const Vec3<double> straight = straight_of(tangential);
  const double sag = dot(straight, straight) / (2.0 * length_);
  const double share = n_.spectral_share;
  const double radial = beyond - share * beyond * beyond / distance - sag;

  const double radial_bar = dot(radial_, offset_bar);
  Vec3<double> direction_bar = radial * offset_bar;  // by g/|g|
  const double longer = (1.0 - share) * beyond / length_;
  const double longer_bar = dot(straight, offset_bar);
  double beyond_bar =
      radial_bar * (1.0 - 2.0 * share * beyond / distance) + longer_bar * (1.0 - share) / length_;
  double distance_bar = radial_bar * share * beyond * beyond / (distance * distance);
  bar.spectral_share -= radial_bar * beyond * beyond / distance + longer_bar * beyond / length_;
  double length_bar = (radial_bar * sag - longer_bar * longer) / length_;
  const Vec3<double> straight_bar = longer * offset_bar - (radial_bar / length_) * straight;
  add_outer(bar.straight, 1.0, straight_bar, tangential);
  bar.twist += dot(straight_bar, cross(radial_, tangential));
  direction_bar = direction_bar + n_.twist * cross(tangential, straight_bar);
  const Vec3<double> tangential_bar =
      offset_bar + n_.straight * straight_bar + n_.twist * cross(straight_bar, radial_);
  const double scale_bar = dot(tangential_bar, across);
  Vec3<double> across_bar = scale * tangential_bar;
  length_bar += scale_bar * bend / distance;
  distance_bar -= scale_bar * scale / distance;
  const double sine_bar =
      scale_bar * length_ / distance * (1.0 / 6.0 + sine_squared * (3.0 / 20.0));
  across_bar = across_bar + (2.0 * sine_bar / (distance * distance)) * across;
  distance_bar -= 2.0 * sine_bar * sine_squared / distance;
  const double along_bar = -dot(radial_, across_bar);
  direction_bar = direction_bar - along * across_bar + along_bar * q;
  distance_bar += beyond_bar;
  length_bar -= beyond_bar;
  const double wider = widening();
  distance_bar -= stretch_bar * wider * length_ / (distance * distance);
  length_bar += stretch_bar * wider / distance;
  const double wider_bar = -stretch_bar * beyond / distance;
  const auto& [xx, yy, zz, xy, xz, yz] = n_.straight;
  bar.spectral_share += wider_bar * (xx + yy + zz - 1.0);
  const double by_straight = -wider_bar * (1.0 - share);
  bar.straight.xx += by_straight;
  bar.straight.yy += by_straight;
  bar.straight.zz += by_straight;
  bar.point = bar.point + length_bar * radial_ +
              (direction_bar - dot(radial_, direction_bar) * radial_) / length_;
  return across_bar + along_bar * radial_ + (distance_bar / distance) * q;
}

}  // namespace nanobragg::physics
