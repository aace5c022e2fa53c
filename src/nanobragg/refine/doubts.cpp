// Tries simple explanations of the residuals, the commonest first.
#include "nanobragg/refine/doubts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "nanobragg/base/sample_statistics.hpp"

namespace nanobragg::refine {
namespace {

struct Pixel {
  double model, observed;
  double chi_squared;  // squared deviation by its variance
};

std::vector<Pixel> pixels_of(const Observation& observation, const Fit& fit) {
  std::vector<Pixel> out;
  for (std::size_t i = 0; i < fit.residuals.pixels().size(); ++i) {
    const auto deviation = static_cast<double>(fit.residuals.pixels()[i]);
    // Pixels that do not count have none.
    if (deviation == 0.0) continue;
    out.push_back({static_cast<double>(fit.image.pixels()[i]), observation.photons.pixels()[i],
                   deviation * deviation});
  }
  return out;
}

double chi_squared_of(const std::vector<Pixel>& pixels) {
  double sum = 0.0;
  for (const Pixel& p : pixels) sum += p.chi_squared;
  return sum;
}

// Photons a pixel that the darker half of the model has not, where that explains half of χ².
std::optional<double> missing_background(const std::vector<Pixel>& pixels, double chi_squared) {
  std::vector<double> models;
  for (const Pixel& p : pixels) models.push_back(p.model);
  const double middle = median(models);
  double excess = 0.0;
  double count = 0.0;
  for (const Pixel& p : pixels) {
    if (p.model > middle) continue;
    excess += p.observed - p.model;
    count += 1.0;
  }
  excess /= count;
  if (!(excess > 0.0)) return std::nullopt;
  double rest = 0.0;
  for (const Pixel& p : pixels) {
    const double off = p.observed - p.model - excess;
    rest += off * off / (p.model + excess);
  }
  return rest < chi_squared / 2.0 ? std::optional(excess) : std::nullopt;
}

// Whether spots were seen elsewhere than the model has them: its brightest hundredth of the pixels
// holds less than half of what it should, or hardly any of what the image has in its brightest.
bool spots_are_elsewhere(std::vector<Pixel> pixels) {
  std::vector<double> models, seen;
  for (const Pixel& p : pixels) {
    models.push_back(p.model);
    seen.push_back(p.observed);
  }
  const double model_level = median(models);
  const double seen_level = median(seen);
  const std::size_t count = std::max<std::size_t>(1, pixels.size() / 100);
  const auto last = static_cast<std::ptrdiff_t>(count);
  std::ranges::nth_element(seen, seen.begin() + last, std::ranges::greater{});
  std::ranges::nth_element(pixels, pixels.begin() + last, std::ranges::greater{}, &Pixel::model);
  double expected = 0.0, found = 0.0, most = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    expected += pixels[i].model - model_level;
    found += pixels[i].observed - seen_level;
    most += seen[i] - seen_level;
  }
  constexpr double kHalf = 0.5, kHardly = 0.1;
  return found < kHalf * expected || expected < kHardly * most;
}

// The share of χ² that the worst hundredth of the pixels has, and how much of it where more was
// seen than the model says.
struct Worst {
  double share = 0.0, bright = 0.0;
};

Worst worst_of(std::vector<Pixel> pixels, double chi_squared) {
  const std::size_t count = std::max<std::size_t>(1, pixels.size() / 100);
  std::ranges::nth_element(pixels, pixels.begin() + static_cast<std::ptrdiff_t>(count),
                           std::ranges::greater{}, &Pixel::chi_squared);
  Worst out;
  for (std::size_t i = 0; i < count; ++i) {
    out.share += pixels[i].chi_squared / chi_squared;
    if (pixels[i].observed > pixels[i].model) out.bright += pixels[i].chi_squared / chi_squared;
  }
  return out;
}

std::string likeliest_cause(const Problem& problem, const std::vector<Pixel>& pixels) {
  const double chi_squared = chi_squared_of(pixels);
  if (const auto missing = missing_background(pixels, chi_squared)) {
    return problem.options.background == BackgroundKind::none
               ? fmt::format(
                     "a background of about {:.3g} photons a pixel that the model does not have: "
                     "--background constant, or -water, describes it",
                     *missing)
               : "a background that is not as flat as the model's: --pixels spots with "
                 "--background plane-per-spot follows it";
  }
  const Worst worst = worst_of(pixels, chi_squared);
  constexpr double kMost = 0.5;
  if (worst.share > kMost && spots_are_elsewhere(pixels)) {
    return "spots that do not fall on those of the model: the start is too far, or its cell or "
           "orientation is another; begin with smaller -N (broader spots) or --parameters "
           "misset,scale";
  }
  if (worst.share > kMost && worst.bright > worst.share / 2.0) {
    return "few pixels much brighter than the model (ice, another crystal, hot pixels): --robust 3 "
           "lets them count less, -mask leaves them out";
  }
  if (worst.share > kMost) {
    return "few pixels much darker than the model (a shadow, pixels that do not measure): -mask "
           "leaves them out";
  }
  const double mean = chi_squared / static_cast<double>(pixels.size());
  return fmt::format(
      "readings that are not photons, each pixel being off by more than its noise: a --gain of "
      "{:.2g} "
      "times the present one would explain it; if the gain is known, the model lacks something",
      mean);
}

}  // namespace

std::vector<std::string> doubts(const Problem& problem, const Fit& after) {
  if (!(after.reduced_chi_squared >= kDoubtfulChiSquared)) return {};
  const std::vector<Pixel> pixels = pixels_of(problem.observations.front(), after);
  constexpr std::size_t kEnough = 10;
  if (pixels.size() < kEnough) return {};
  return {
      fmt::format("the model does not describe the image (reduced χ² {:.4g}; 1 where noise alone "
                  "remains), so values are off by more than their uncertainties; likely is {}",
                  after.reduced_chi_squared, likeliest_cause(problem, pixels))};
}

}  // namespace nanobragg::refine
