// Crystal symmetry in reciprocal space: which reflections are equal, and which are absent.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/model/miller_index.hpp"

namespace nanobragg {

// x' = R x + t on fractional coordinates: F(hR) = F(h)·exp(−2πi h·t).
struct SymmetryOperation {
  std::array<std::array<int, 3>, 3> rotation{};
  std::array<int, 3> translation{};  // in 24ths of a cell edge
};

// hR.
MillerIndex image_of(const MillerIndex& h, const SymmetryOperation& operation);

// Whether an operation maps the reflection on itself with another phase, so that F must be 0:
// hR = h and h·t not whole (International Tables for Crystallography B, 1.4.2.2).
bool is_absent(const MillerIndex& h, std::span<const SymmetryOperation> operations);

// Operations with different rotations; centring and the rest of a translation move no reflection.
std::vector<SymmetryOperation> distinct_rotations(std::span<const SymmetryOperation> operations);

// Whether F(h) and F(−h) are one number, or may differ because of anomalous scattering.
enum class FriedelMates : std::uint8_t { equal, apart };

struct SpaceGroup {
  std::string name;                           // for people: "P 43 21 2"
  std::vector<SymmetryOperation> operations;  // the whole group, centring included
};

// What makes amplitudes equal.
struct AmplitudeSymmetry {
  SpaceGroup group;
  FriedelMates mates = FriedelMates::apart;
};

}  // namespace nanobragg
