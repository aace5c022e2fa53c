// Other indices than those meant: of the reflection and of its amplitude alike.
#pragma once

#include <array>

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::commands {

using Vector = Vec3<double>;

template <class F>
Vector each(const Vector& v, F f) {
  return {f(v.x), f(v.y), f(v.z)};
}

struct IndexChange {
  const char *name, *does;
  Vector (*of)(const Vector&);
};
constexpr std::array kIndexChanges{
    IndexChange{"opposite", "the opposite index (the Friedel mate)",
                [](const Vector& v) { return -v; }},
    IndexChange{"khl", "k h l for h k l",
                [](const Vector& v) {
                  return Vector{v.y, v.x, v.z};
                }},
    IndexChange{"lkh", "l k h for h k l",
                [](const Vector& v) {
                  return Vector{v.z, v.y, v.x};
                }},
    IndexChange{"hlk", "h l k for h k l",
                [](const Vector& v) {
                  return Vector{v.x, v.z, v.y};
                }},
    IndexChange{"klh", "k l h for h k l",
                [](const Vector& v) {
                  return Vector{v.y, v.z, v.x};
                }},
    IndexChange{"lhk", "l h k for h k l",
                [](const Vector& v) {
                  return Vector{v.z, v.x, v.y};
                }},
    IndexChange{"h_opposite", "-h k l for h k l",
                [](const Vector& v) {
                  return Vector{-v.x, v.y, v.z};
                }},
    IndexChange{"k_opposite", "h -k l for h k l",
                [](const Vector& v) {
                  return Vector{v.x, -v.y, v.z};
                }},
    IndexChange{"l_opposite", "h k -l for h k l",
                [](const Vector& v) {
                  return Vector{v.x, v.y, -v.z};
                }},
};

}  // namespace nanobragg::commands
