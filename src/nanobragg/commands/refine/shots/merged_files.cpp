// Factors on intensities become amplitudes.
#include "nanobragg/commands/refine/shots/merged_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "nanobragg/model/equivalents.hpp"
#include "nanobragg/model/reciprocal_point.hpp"
#include "nanobragg/physics/displacement.hpp"

namespace nanobragg::commands {
namespace {

struct Amplitude {
  double value, sigma;
};

// σ_F = σ_I/2F, and for intensities within their own noise the root of that noise.
Amplitude amplitude_of(const refine::MergedFactor& merged, double start) {
  const double least = 0.5 * merged.sigma;
  const double factor = std::max(merged.factor, least);
  const double root = std::sqrt(factor);
  return {start * root, start * 0.5 * merged.sigma / root};
}

// The smallest box with every image of the merged reflections.
struct Images {
  MillerBox box;
  std::vector<MillerIndex> all;
  std::vector<std::size_t> of;  // the merged factor that each is an image of
};

Images images_of(std::span<const refine::MergedFactor> factors, const AmplitudeSymmetry& symmetry) {
  Images out;
  const auto rotations = distinct_rotations(symmetry.group.operations);
  const auto add = [&](const MillerIndex& image, std::size_t i) {
    out.all.push_back(image);
    out.of.push_back(i);
    MillerBox& box = out.box;
    if (out.all.size() == 1) box = {image, image};
    const auto grow = [](std::int32_t x, std::int32_t& low, std::int32_t& high) {
      low = std::min(low, x), high = std::max(high, x);
    };
    // With mates, which other programs ask for.
    for (const MillerIndex& index : {image, mate_of(image)}) {
      grow(index.h, box.min.h, box.max.h);
      grow(index.k, box.min.k, box.max.k);
      grow(index.l, box.min.l, box.max.l);
    }
  };
  for (std::size_t i = 0; i < factors.size(); ++i) {
    add(factors[i].index, i);
    for (const SymmetryOperation& rotation : rotations) {
      const MillerIndex image = image_of(factors[i].index, rotation);
      add(image, i);
      if (symmetry.mates == FriedelMates::equal) add(mate_of(image), i);
    }
  }
  return out;
}

// Å⁻¹.
Vec3<double> point_of(const MillerIndex& index, const MergeBasis& basis) {
  return reciprocal_point(index, lattice_of(*basis.start->crystal).reciprocal);
}

// The amplitude that a factor is relative to.
double start_at(const MillerIndex& index, const MergeBasis& basis) {
  return basis.start->structure_factors->at(index) *
         std::sqrt(physics::displacement_factor(basis.b_factor, 1e10 * point_of(index, basis)));
}

std::vector<double> spacings_of(const refine::Merge& merge, const MergeBasis& basis) {
  std::vector<double> out;
  for (const refine::MergedFactor& f : merge.factors()) {
    out.push_back(1.0 / length(point_of(f.index, basis)));
  }
  return out;
}

std::string shell_line(const refine::MergeShell& shell) {
  return fmt::format(
      "{:>8.2f} {:>8.2f} {:>12} {:>13.2f} {:>8.2f} {:>8}\n", shell.coarsest_A, shell.finest_A,
      shell.reflections,
      static_cast<double>(shell.observations) /
          static_cast<double>(std::max<std::size_t>(shell.reflections, 1)),
      shell.signal_to_noise,
      std::isnan(shell.half_correlation) ? "-" : fmt::format("{:.3f}", shell.half_correlation));
}

}  // namespace

io::AmplitudeData merged_amplitudes(const refine::Merge& merge, const MergeBasis& basis) {
  const auto& factors = merge.factors();
  const Images images = images_of(factors, basis.symmetry);
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> known(images.box.size(), kUnknown);
  io::AmplitudeData out = io::amplitudes_of(*basis.start);
  out.listed = io::Listed::with_uncertainty;
  out.uncertainties.clear();
  for (std::size_t i = 0; i < images.all.size(); ++i) {
    const refine::MergedFactor& merged = factors[images.of[i]];
    const auto [value, sigma] = amplitude_of(merged, start_at(merged.index, basis));
    known[images.box.position(images.all[i])] = value;
    if (images.all[i] == merged.index) {
      out.uncertainties.push_back({merged.index, sigma, merged.shots});
    }
  }
  const auto equivalents =
      std::make_shared<const Equivalents>(images.box, basis.symmetry, std::span(known));
  for (double& value : known) {
    if (std::isnan(value)) value = basis.start->structure_factors->default_amplitude();
  }
  out.factors = std::make_shared<const StructureFactors>(StructureFactors::from_table(
      images.box, std::move(known), basis.start->structure_factors->default_amplitude(),
      equivalents));
  return out;
}

std::string merged_csv(const refine::Merge& merge, const MergeBasis& basis) {
  std::string text = "h,k,l,F,sigma,shots,intensity,intensity_sigma,half_1,half_2\n";
  for (const refine::MergedFactor& f : merge.factors()) {
    const double start = start_at(f.index, basis);
    const double squared = start * start;
    const auto [value, sigma] = amplitude_of(f, start);
    const auto half = [&](std::size_t i) {
      return std::isnan(f.halves[i]) ? "" : fmt::format("{:.6g}", squared * f.halves[i]);
    };
    text += fmt::format("{},{},{},{:.6g},{:.4g},{},{:.6g},{:.4g},{},{}\n", f.index.h, f.index.k,
                        f.index.l, value, sigma, f.shots, squared * f.factor, squared * f.sigma,
                        half(0), half(1));
  }
  return text;
}

std::string merge_table(const refine::Merge& merge, const MergeBasis& basis) {
  const std::vector<double> spacings = spacings_of(merge, basis);
  constexpr std::size_t kShells = 8;
  std::string text = fmt::format("{:>8} {:>8} {:>12} {:>13} {:>8} {:>8}\n", "from Å", "to Å",
                                 "reflections", "multiplicity", "I/σ", "CC½");
  for (const auto& shell : refine::merge_shells(merge.factors(), spacings, kShells)) {
    text += shell_line(shell);
  }
  return text + shell_line(refine::merge_overall(merge.factors(), spacings));
}

}  // namespace nanobragg::commands
