// B factors, liquid-like motions and sizes of blocks, in Å.
#include "displacements.hpp"

#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace nanobragg::python {
namespace {

using Triple = std::array<double, 3>;
using Sextuple = std::array<double, 6>;

const std::vector<std::string> kSizeDistributions{"lognormal", "gamma"};

// Where there were none, still ones of 30 Å.
LiquidMotions& motions_of(CrystalValues& crystal) {
  if (!crystal.displacements.liquid_motions)
    crystal.displacements.liquid_motions = LiquidMotions{{}, {30.0, 30.0, 30.0}};
  return *crystal.displacements.liquid_motions;
}

}  // namespace

void add_displacements(Fields<CrystalValues>& fields) {
  using V = CrystalValues;
  fields
      .add(
          "b_factor", [](const V& v) { return v.b_factor; },
          [](V& v, double to) { v.b_factor = to; },
          "isotropic B factor, Å²: intensities fall by exp(-2B(sin θ/λ)²)")
      .add(
          "anisotropic_b", [](const V& v) { return v.displacements.anisotropic_b; },
          [](V& v, const std::optional<Sextuple>& to) { v.displacements.anisotropic_b = to; },
          "B11, B22, B33, B12, B13, B23 in Å² on the reciprocal axes, or None")
      .add(
          "diffuse_sigma",
          [](const V& v) {
            return v.displacements.liquid_motions
                       ? std::optional(v.displacements.liquid_motions->sigma_A)
                       : std::nullopt;
          },
          [](V& v, const std::optional<Triple>& to) {
            if (to) {
              motions_of(v).sigma_A = *to;
            } else {
              v.displacements.liquid_motions.reset();
            }
          },
          "displacements of liquid-like motions along a*, c × a* and c, Å, or None")
      .add(
          "diffuse_gamma",
          [](const V& v) {
            return v.displacements.liquid_motions
                       ? std::optional(v.displacements.liquid_motions->gamma_A)
                       : std::nullopt;
          },
          [](V& v, const std::optional<Triple>& to) {
            if (to) {
              motions_of(v).gamma_A = *to;
            } else {
              v.displacements.liquid_motions.reset();
            }
          },
          "their correlation lengths, Å, or None")
      .add(
          "block_sizes",
          [](const V& v) {
            return std::tuple(to_word(v.block_sizes.distribution, kSizeDistributions),
                              v.block_sizes.relative_width, v.block_sizes.count);
          },
          [](V& v, const std::tuple<std::string, double, int>& to) {
            const auto& [name, width, count] = to;
            v.block_sizes = {from_word<SizeDistribution>(name, "distribution", kSizeDistributions),
                             width, count};
          },
          "distribution of the blocks' edges by volume: lognormal or gamma, standard deviation "
          "relative to the mean (0: all alike), number of sizes that stand for all");
}

}  // namespace nanobragg::python
