// Texts to distributions, and tensors held against symmetry.
#include "nanobragg/config/resolve/resolve_disorder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg::config {
namespace {

UsageError bad_sizes(const std::string& text) {
  return UsageError(
      fmt::format("-block_sizes {} (not DISTRIBUTION:WIDTH[:COUNT])", text), "",
      fmt::format(
          "lognormal:0.3 or gamma:0.3: a width relative to the mean, above 0 and up to {:g}, "
          "and a count of 1 to {}",
          limits::kWidestBlockSizes, limits::kMostBlockSizes));
}

BlockSizes block_sizes_of(const std::string& text) {
  BlockSizes sizes;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw bad_sizes(text);
  const std::string name = text.substr(0, colon);
  if (name != "lognormal" && name != "gamma") throw bad_sizes(text);
  sizes.distribution = name == "gamma" ? SizeDistribution::gamma : SizeDistribution::lognormal;
  const std::string rest = text.substr(colon + 1);
  const std::size_t end = std::min(rest.find(':'), rest.size());
  const auto width = parse_number(rest.substr(0, end));
  if (!width || !(*width >= 0.0 && *width <= limits::kWidestBlockSizes)) throw bad_sizes(text);
  sizes.relative_width = *width;
  if (end == rest.size()) return sizes;
  const auto count = parse_number(rest.substr(end + 1));
  if (!count || *count != std::trunc(*count) || *count < 1 || *count > limits::kMostBlockSizes) {
    throw bad_sizes(text);
  }
  sizes.count = static_cast<int>(*count);
  return sizes;
}

std::array<double, 3> along_axes(const std::vector<double>& given, const char* flag) {
  if (given.size() == 1) return {given[0], given[0], given[0]};
  if (given.size() == 3) return {given[0], given[1], given[2]};
  throw UsageError(
      fmt::format("{} of {} numbers (one, or one along each of three axes)", flag, given.size()));
}

LaueClass laue_class_of(const std::string& name) {
  if (const auto found = find_laue_class(name)) return *found;
  std::vector<std::string> known;
  for (const LaueClassInfo& row : laue_classes()) known.emplace_back(row.name);
  const auto meant = nearest(name, known);
  throw UsageError(
      fmt::format("-diffuse_laue {} (not a Laue class: {})", name, fmt::join(known, ", ")), "",
      meant ? fmt::format("did you mean '{}'?", *meant) : "");
}

// The motions with what flags say.
std::optional<LiquidMotions> liquid_motions(std::optional<LiquidMotions> motions,
                                            const Settings& s) {
  if (!s.diffuse_sigma_A && !s.diffuse_gamma_A && !s.diffuse_laue && !s.diffuse_neighbours) {
    return motions;
  }
  if (!motions && !(s.diffuse_sigma_A && s.diffuse_gamma_A)) {
    throw UsageError("liquid-like motions without -diffuse_sigma and -diffuse_gamma", "",
                     "a displacement and a correlation length in Å, such as 0.4 and 30");
  }
  LiquidMotions out = motions.value_or(LiquidMotions{});
  if (s.diffuse_sigma_A) out.sigma_A = along_axes(*s.diffuse_sigma_A, "-diffuse_sigma");
  if (s.diffuse_gamma_A) out.gamma_A = along_axes(*s.diffuse_gamma_A, "-diffuse_gamma");
  if (s.diffuse_laue) out.laue_class = laue_class_of(*s.diffuse_laue);
  if (s.diffuse_neighbours) {
    out.neighbours = static_cast<int>(std::min(*s.diffuse_neighbours, long{1000}));
  }
  return out;
}

}  // namespace

CrystalValues with_disorder(CrystalValues crystal, const Settings& settings) {
  if (settings.b_factor) crystal.b_factor = *settings.b_factor;
  if (settings.anisotropic_b) crystal.displacements.anisotropic_b = settings.anisotropic_b;
  crystal.displacements.liquid_motions =
      liquid_motions(crystal.displacements.liquid_motions, settings);
  if (settings.block_sizes) crystal.block_sizes = block_sizes_of(*settings.block_sizes);
  return crystal;
}

namespace {

void warn_of_symmetry(const Experiment& experiment, std::vector<std::string>& warnings) {
  constexpr double kRounded = 2e-3;  // of numbers that somebody typed, relative to the largest
  const CrystalValues& crystal = *experiment.crystal;
  if (!crystal.displacements.anisotropic_b) return;
  const Lattice<double> lattice = lattice_of(crystal);
  const auto& equivalents = experiment.structure_factors->equivalents();
  const std::vector<SymmetryOperation> operations = equivalents
                                                        ? equivalents->symmetry().group.operations
                                                        : rotations_of(lattice.direct, kRounded);
  const SymmetricTensor<double> mean =
      averaged(*crystal.displacements.anisotropic_b, lattice.reciprocal, operations);
  double largest = 0.0, farthest = 0.0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    largest = std::max(largest, std::abs(crystal.displacements.anisotropic_b->at(i)));
    farthest =
        std::max(farthest, std::abs(crystal.displacements.anisotropic_b->at(i) - mean.at(i)));
  }
  if (!(farthest > kRounded * largest)) return;
  std::vector<std::string> numbers;
  for (const double element : mean) {
    const bool is_rounding = std::abs(element) < 1e-9 * largest;
    numbers.push_back(fmt::format("{:.5g}", is_rounding ? 0.0 : element));
  }
  warnings.push_back(fmt::format(
      "-B_aniso does not have the symmetry of {}: reflections that are equal by it will differ "
      "(its "
      "mean over the symmetry is {})",
      equivalents ? equivalents->symmetry().group.name : "the cell (the amplitudes say none)",
      fmt::join(numbers, " ")));
}

}  // namespace

std::vector<std::string> disorder_warnings(const Experiment& experiment) {
  std::vector<std::string> warnings;
  warn_of_symmetry(experiment, warnings);
  const BlockSizes& sizes = experiment.crystal->block_sizes;
  if (sizes.relative_width > 0.0 && sizes.count > 1) {
    warnings.push_back(fmt::format(
        "blocks of {} sizes make the image: a trace shows the smallest alone", sizes.count));
  }
  return warnings;
}

}  // namespace nanobragg::config
