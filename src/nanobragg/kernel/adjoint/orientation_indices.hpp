// How the Miller indices of orientations follow from the scattering vector, and how derivatives by
// them become derivatives by what moves all orientations.
#pragma once

#include <cstdint>
#include <span>

#include "nanobragg/kernel/adjoint/gradient_constants.hpp"
#include "nanobragg/kernel/adjoint/vectors.hpp"

namespace nanobragg::kernel {

// Derivatives of a sum over orientations by what moves them; lengths in Å.
template <class T>
struct Movement {
  Vec3<T> q = zero_vector<T>();
  Axes<T> axes{q, q, q};  // direct, at spindle angle 0
  T phi_start{0}, phi_step{0}, mosaic_spread{0}, cell_spread{0};
};

// Orientations in mosaic domains, each for itself. h = a·q with a = M a₀: by a₀ it changes by Mᵀq,
// which is h a₀* + k b₀* + l c₀*, and a turn τ of the lattice changes it by τ·(a × q). Where the
// domains are turned in the crystal's frame, M = R D follows the frame: a turn τ of it changes D by
// [τ]D − D[τ], and h by τ·(Rᵀ(a × q) − a₀ × Mᵀq).
template <class A>
class DomainTurns {
 public:
  using Wide = typename A::Wide;
  using T = typename A::Narrow;
  // Derivatives by the indices of one orientation, and what else movement() needs of it.
  struct Slopes {
    T by_h, by_k, by_l;
    T h, k, l;
  };
  static void keep(const Vec3<Wide>& hkl, Slopes& to) {
    to.h = A::narrow(hkl.x);
    to.k = A::narrow(hkl.y);
    to.l = A::narrow(hkl.z);
  }

  DomainTurns(const GradientConstants& in, const Vec3<Wide>& q)
      : in_(in), at_(in.orientations.as<typename A::Scalar>()), q_(q), narrow_q_(narrowed<A>(q)) {}

  Vec3<Wide> indices(std::uint32_t orientation) const {
    const auto& [a, b, c] = in_.orientations.full[orientation].axes;
    return {along(a, q_), along(b, q_), along(c, q_)};
  }
  Movement<T> movement(std::span<const std::uint32_t> orientations, const Slopes* slopes) const {
    Movement<T> out;
    Axes<T> by_hkl = out.axes;  // ∂/∂h·(h, k, l), ∂/∂k·(h, k, l), ∂/∂l·(h, k, l)
    Vec3<T> torques = out.q;    // at spindle angle 0
    const bool in_crystal = in_.frame.full.has_value();
    for (const std::uint32_t orientation : orientations) {
      const auto& at = at_[orientation];
      const auto& [by_h, by_k, by_l, h, k, l] = *slopes++;
      const Vec3<T> by_each{by_h, by_k, by_l};
      const Vec3<T> by_q = combined(at.axes, by_each);
      const Vec3<T> torque = cross(by_q, narrow_q_);
      const T by_phi = along(at.spindle, torque);
      out.q = out.q + by_q;
      out.phi_start = out.phi_start + by_phi;
      out.phi_step = out.phi_step + T(at.step) * by_phi;
      out.mosaic_spread = out.mosaic_spread + along(at.mosaic, torque);
      out.cell_spread = out.cell_spread + T(at.cell) * (by_h * h + by_k * k + by_l * l);
      add_outer(by_hkl, by_each, {h, k, l});
      if (in_crystal) {
        const auto& back = in_.frame.as<typename A::Scalar>()->at_zero[orientation];
        torques =
            torques + Vec3<T>{along(back.a, torque), along(back.b, torque), along(back.c, torque)};
      }
    }
    const auto by_axis = [&](const Vec3<T>& v) { return combined(in_.reciprocal, v); };
    out.axes = transform(by_hkl, by_axis);
    if (in_crystal) add_frame(torques, out.axes);
    return out;
  }

 private:
  void add_frame(const Vec3<T>& torques, Axes<T>& to) const {
    const FrameConstants<typename A::Scalar>& frame = *in_.frame.as<typename A::Scalar>();
    const auto& [a, b, c] = frame.direct;
    const auto crossed = [](const auto& u, const Vec3<T>& v) {
      return Vec3<T>{T(u.y) * v.z - T(u.z) * v.y, T(u.z) * v.x - T(u.x) * v.z,
                     T(u.x) * v.y - T(u.y) * v.x};
    };
    const Vec3<T> by_turn = torques - (crossed(a, to.a) + (crossed(b, to.b) + crossed(c, to.c)));
    // The frame turns with c, and about c as a* does.
    const T about = along(frame.z, by_turn);
    to.b = to.b + scaled(frame.about_by_b, about);
    to.c = to.c + scaled(frame.about_by_c, about) - crossed(frame.z_over_c, by_turn);
  }

  const GradientConstants& in_;
  const std::vector<OrientationConstants<typename A::Scalar>>& at_;
  const Vec3<Wide> q_;
  const Vec3<T> narrow_q_;
};

// A vector q with components along the axis of a turn and across it, times vectors of the same
// frame: what stays, and what goes with the cosine and the sine of the angle.
template <class T>
struct PartsOfTurn {
  Vec3<T> at_rest, cosine, sine;

  template <class S>
  PartsOfTurn(const Axes<S>& frame, const Vec3<T>& q)
      : at_rest(scaled(frame.a, q.x)),
        cosine(scaled(frame.b, q.y) + scaled(frame.c, q.z)),
        sine(scaled(frame.b, q.z) - scaled(frame.c, q.y)) {}
};

// Orientations of one lattice at several spindle angles. In the frame u, v, w of the spindle's axis
// u and two across it, with a₀ = (a₁, a₂, a₃) and q = (q₁, q₂, q₃),
//   h = a₁q₁ + cos φ (a₂q₂ + a₃q₃) + sin φ (a₂q₃ − a₃q₂),
// so that all of its derivatives follow from sums of ∂/∂h, of cos φ·∂/∂h and of sin φ·∂/∂h.
template <class A>
class SpindleTurns {
 public:
  using Wide = typename A::Wide;
  using T = typename A::Narrow;
  struct Slopes {
    T by_h, by_k, by_l;
  };
  static void keep(const Vec3<Wide>& /*hkl*/, Slopes& /*to*/) {}

  SpindleTurns(const GradientConstants& in, const Vec3<Wide>& q)
      : full_(in.spindle.full),
        at_(in.spindle.as<typename A::Scalar>()),
        q_{along(full_.frame.a, q), along(full_.frame.b, q), along(full_.frame.c, q)},
        hkl_(full_.lattice, q_) {}

  Vec3<Wide> indices(std::uint32_t orientation) const {
    const auto& step = full_.steps[orientation];
    return hkl_.at_rest + (Wide(step.cosine) * hkl_.cosine + Wide(step.sine) * hkl_.sine);
  }
  Movement<T> movement(std::span<const std::uint32_t> orientations, const Slopes* slopes) const {
    Vec3<T> rest = zero_vector<T>();                 // Σ of the derivatives by h, k, l,
    Vec3<T> cosines = rest, sines = rest;            // times that of the angle,
    Vec3<T> cosine_steps = rest, sine_steps = rest;  // and times the number of the step
    for (const std::uint32_t orientation : orientations) {
      const auto& step = at_.steps[orientation];
      const auto& [by_h, by_k, by_l] = *slopes++;
      const Vec3<T> by_hkl{by_h, by_k, by_l};
      rest = rest + by_hkl;
      add_scaled(cosines, T(step.cosine), by_hkl);
      add_scaled(sines, T(step.sine), by_hkl);
      add_scaled(cosine_steps, T(step.cosine_step), by_hkl);
      add_scaled(sine_steps, T(step.sine_step), by_hkl);
    }
    const Vec3<T> q = narrowed<A>(q_);
    const auto& [u, v, w] = at_.lattice;
    // ∂/∂(q₂, q₃), and the turn about u for one radian that goes with it.
    const auto by_v = [&, v = v, w = w](const Vec3<T>& cosine, const Vec3<T>& sine) {
      return along(v, cosine) - along(w, sine);
    };
    const auto by_w = [&, v = v, w = w](const Vec3<T>& cosine, const Vec3<T>& sine) {
      return along(w, cosine) + along(v, sine);
    };
    const Vec3<T> by_q{along(u, rest), by_v(cosines, sines), by_w(cosines, sines)};
    const PartsOfTurn<T> by(at_.frame, q);
    const auto by_axis = [&](const T& along_rest, const T& along_cosine, const T& along_sine) {
      return along_rest * by.at_rest + (along_cosine * by.cosine + along_sine * by.sine);
    };
    return {combined(at_.frame, by_q),
            {by_axis(rest.x, cosines.x, sines.x), by_axis(rest.y, cosines.y, sines.y),
             by_axis(rest.z, cosines.z, sines.z)},
            q.z * by_q.y - q.y * by_q.z,
            q.z * by_v(cosine_steps, sine_steps) - q.y * by_w(cosine_steps, sine_steps),
            T(0),
            T(0)};
  }

 private:
  const SpindleConstants<double>& full_;
  const SpindleConstants<typename A::Scalar>& at_;
  const Vec3<Wide> q_;  // in the frame
  const PartsOfTurn<Wide> hkl_;
};

}  // namespace nanobragg::kernel
