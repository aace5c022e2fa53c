// The vectors of a crystal lattice and of its reciprocal.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg {

// Three vectors that span a lattice, in whichever unit the name that holds them says.
template <class T>
struct Axes {
  Vec3<T> a, b, c;
  friend bool operator==(const Axes&, const Axes&) = default;
};

// f applied to each vector.
template <class T, class F>
Axes<T> transform(const Axes<T>& axes, F f) {
  return {f(axes.a), f(axes.b), f(axes.c)};
}

// The same axes in another arithmetic, each component rounded once.
template <class U, class T>
Axes<U> axes_as(const Axes<T>& axes) {
  return {vec3_as<U>(axes.a), vec3_as<U>(axes.b), vec3_as<U>(axes.c)};
}

template <class T>
struct Lattice {
  Axes<T> direct;      // Å
  Axes<T> reciprocal;  // Å⁻¹
  T volume;            // Å³
};

// a*, b*, c* of a, b, c, in the inverse of their unit; and the other way round.
inline Axes<double> reciprocal_of(const Axes<double>& axes) {
  const auto& [a, b, c] = axes;
  const double volume = dot(a, cross(b, c));
  return {cross(b, c) / volume, cross(c, a) / volume, cross(a, b) / volume};
}

// The orthonormal frame of a crystal: x along a*, z along c, y across them so that b* lies in the
// plane of x and y. In the standard orientation it is the laboratory's.
template <class T>
Axes<T> crystal_frame(const Axes<T>& reciprocal) {
  const Vec3<T> x = unit(reciprocal.a);
  const Vec3<T> z = unit(cross(reciprocal.a, reciprocal.b));
  return {x, cross(z, x), z};
}

// Edges and angles of a lattice.
template <class T>
CellParameters<T> cell_of(const Lattice<T>& lattice) {
  using std::acos;
  const auto& [a, b, c] = lattice.direct;
  const auto angle = [](const auto& u, const auto& v) {
    return acos(dot(u, v) / length(u) / length(v));
  };
  return {length(a), length(b), length(c), angle(b, c), angle(c, a), angle(a, b)};
}

// Reciprocal axes of a cell in the standard orientation: a* along x, b* in the xy plane, so that
// c* · z = 1/c. Lengths a* = bc sin α/V and so on; cos γ* = (cos α cos β − cos γ)/(sin α sin β).
// Busing & Levy (1967), Acta Cryst. 22, 457, eq. 3.
template <class T>
Axes<T> standard_reciprocal_axes(const CellParameters<T>& cell) {
  using std::cos;
  using std::sin;
  using std::sqrt;
  const auto& [a, b, c, alpha, beta, gamma] = cell;
  const T v = volume(cell);
  const T a_star = b * c * sin(alpha) / v;
  const T b_star = c * a * sin(beta) / v;
  const T c_star = a * b * sin(gamma) / v;
  const T cos_beta_star = (cos(gamma) * cos(alpha) - cos(beta)) / (sin(gamma) * sin(alpha));
  const T cos_gamma_star = (cos(alpha) * cos(beta) - cos(gamma)) / (sin(alpha) * sin(beta));
  const auto sin_of = [](const T& cosine) { return T(sqrt((1.0 - cosine) * (1.0 + cosine))); };
  return {{a_star, T(0), T(0)},
          {b_star * cos_gamma_star, b_star * sin_of(cos_gamma_star), T(0)},
          {c_star * cos_beta_star, -c_star * sin_of(cos_beta_star) * cos(alpha), T(1) / c}};
}

// The lattice whose reciprocal axes (Å⁻¹) point along `reciprocal`. With a cell, its volume and
// edge lengths are imposed and `reciprocal` gives directions only.
template <class T>
Lattice<T> make_lattice(const Axes<T>& reciprocal, const std::optional<CellParameters<T>>& cell) {
  Vec3<T> b_cross_c = cross(reciprocal.b, reciprocal.c);
  Vec3<T> c_cross_a = cross(reciprocal.c, reciprocal.a);
  Vec3<T> a_cross_b = cross(reciprocal.a, reciprocal.b);
  T v_star = dot(reciprocal.a, b_cross_c);
  if (cell) {
    const T v = volume(*cell);
    b_cross_c = with_length(b_cross_c, cell->a / v);
    c_cross_a = with_length(c_cross_a, cell->b / v);
    a_cross_b = with_length(a_cross_b, cell->c / v);
    v_star = 1.0 / v;
  }
  const T v = 1.0 / v_star;
  const Axes<T> direct{v * b_cross_c, v * c_cross_a, v * a_cross_b};
  return {direct,
          {v_star * cross(direct.b, direct.c), v_star * cross(direct.c, direct.a),
           v_star * cross(direct.a, direct.b)},
          v};
}

}  // namespace nanobragg
