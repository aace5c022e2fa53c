// Medians, sums and correlations of boxes.
#include "nanobragg/refine/shots/shot_start.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/sample_statistics.hpp"

namespace nanobragg::refine {
namespace {

// Without their factors.
struct Excess {
  double measured = 0.0, modelled = 0.0;
};

}  // namespace

std::vector<double> medians_around(const ShotData& data) {
  std::vector<double> out;
  std::vector<double> around;
  for (const SpotBox& box : data.pixels.boxes) {
    around.clear();
    for (std::size_t j = box.first; j < box.first + box.count; ++j) {
      if (!holds(box.spot, data.pixels.places[j])) around.push_back(data.pixels.observed[j]);
    }
    out.push_back(median(around));
  }
  return out;
}

ShotData strongest(const ShotData& data, std::size_t boxes) {
  if (data.pixels.boxes.size() <= boxes) return data;
  const std::vector<double> around = medians_around(data);
  std::vector<double> strength;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < data.pixels.boxes.size(); ++i) {
    const SpotBox& box = data.pixels.boxes[i];
    double sum = 0.0;
    for (std::size_t j = box.first; j < box.first + box.count; ++j) {
      if (holds(box.spot, data.pixels.places[j])) sum += data.pixels.observed[j] - around[i];
    }
    strength.push_back(sum);
    numbers.push_back(i);
  }
  std::ranges::stable_sort(numbers, std::greater(), [&](std::size_t i) { return strength[i]; });
  numbers.resize(boxes);
  std::ranges::sort(numbers);
  ShotData out{with_boxes(data.pixels, numbers), {}, data.robust, data.has_measured_places};
  for (const BoxesOfReflection& reflection : data.reflections) {
    BoxesOfReflection some{reflection.index, {}, reflection.prior};
    for (const std::size_t box : reflection.boxes) {
      const auto at = std::ranges::lower_bound(numbers, box);
      if (at != numbers.end() && *at == box) {
        some.boxes.push_back(static_cast<std::size_t>(at - numbers.begin()));
      }
    }
    if (!some.boxes.empty()) out.reflections.push_back(std::move(some));
  }
  return out;
}

double scale_of_start(const ShotData& data, const ShotLoss& start) {
  const ShotLoss::State state = start.state_at({}, Wanted::loss);
  const std::vector<double> around = medians_around(data);
  // The median of ratios would see only reflections of a usual strength, the ratio of sums only
  // the strongest: sums of square roots see both.
  double measured = 0.0, modelled = 0.0;
  for (std::size_t i = 0; i < data.pixels.boxes.size(); ++i) {
    const SpotBox& box = data.pixels.boxes[i];
    Excess sum;
    for (std::size_t j = box.first; j < box.first + box.count; ++j) {
      if (holds(box.spot, data.pixels.places[j]))
        sum.measured += data.pixels.observed[j] - around[i];
      sum.modelled += state.spots.photons[j];
    }
    measured += std::sqrt(std::max(sum.measured, 0.0));
    modelled += std::sqrt(std::max(sum.modelled, 0.0));
  }
  if (!(measured > 0.0) || !(modelled > 0.0)) return 1.0;
  return std::pow(measured / modelled, 2);
}

ModelOfPixels model_without_spots(const ShotData& data) {
  const std::vector<double> around = medians_around(data);
  ModelOfPixels out{{}, std::vector<double>(data.pixels.size())};
  for (std::size_t i = 0; i < data.pixels.boxes.size(); ++i) {
    out.background.insert(out.background.end(), data.pixels.boxes[i].count, around[i]);
  }
  return out;
}

std::vector<double> spot_levels(const ShotData& data, const ModelOfPixels& model) {
  constexpr std::size_t kReach = 2;
  const BoxedPixels& pixels = data.pixels;
  std::vector<double> out(pixels.size());
  for (const SpotBox& box : pixels.boxes) {
    const PixelIndex corner = box.region.first;
    const ImageShape shape{box.region.last.slow - corner.slow + 1,
                           box.region.last.fast - corner.fast + 1};
    Image<double> level(shape), count(shape);
    const auto place = [&](std::size_t j) {
      return PixelIndex{pixels.places[j].slow - corner.slow, pixels.places[j].fast - corner.fast};
    };
    for (std::size_t j = box.first; j < box.first + box.count; ++j) {
      const double measured = pixels.observed[j] - model.background[j];
      level[place(j)] = std::max({model.spot[j], measured, 0.0});
      count[place(j)] = 1.0;
    }
    for (std::size_t j = box.first; j < box.first + box.count; ++j) {
      const auto [slow, fast] = place(j);
      double sum = 0.0, of = 0.0;
      for (std::size_t s = slow - std::min(slow, kReach);
           s <= std::min(slow + kReach, shape.slow - 1); ++s) {
        for (std::size_t f = fast - std::min(fast, kReach);
             f <= std::min(fast + kReach, shape.fast - 1); ++f) {
          sum += level[{s, f}];
          of += count[{s, f}];
        }
      }
      out[j] = sum / of;
    }
  }
  return out;
}

std::vector<double> model_variances(const ErrorModel& errors, const ShotData& data,
                                    const ModelOfPixels& model) {
  const std::vector<double> levels = spot_levels(data, model);
  std::vector<double> out;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    out.push_back(errors.variance(model.expected(i), levels[i]));
  }
  return out;
}

ErrorModel errors_of(const ShotData& data, const ModelOfPixels& model) {
  std::vector<double> expected;
  for (std::size_t i = 0; i < model.spot.size(); ++i) expected.push_back(model.expected(i));
  return estimated_errors({expected, spot_levels(data, model), data.pixels.observed});
}

ShotFit fit_of(const ShotData& data, const ShotLoss::State& state, const ModelOfPixels& model,
               std::span<const double> variances, std::size_t free) {
  ShotFit out;
  const BoxedPixels& pixels = data.pixels;
  out.spots.resize(pixels.boxes.size());
  std::vector<double> expected(pixels.size());
  for (std::size_t j = 0; j < expected.size(); ++j) {
    expected[j] = model.expected(j);
  }
  double chi_squared = 0.0;
  for (std::size_t i = 0; i < pixels.boxes.size(); ++i) {
    const auto& [spot, region, first, count] = pixels.boxes[i];
    SpotFit& fit = out.spots[i];
    fit.box = i;
    double background = 0.0;
    for (std::size_t j = first; j < first + count; ++j) {
      fit.photons += model.spot[j];
      background += model.background[j];
      const double off = pixels.observed[j] - expected[j];
      fit.chi_squared += off * off / variances[j];
    }
    chi_squared += fit.chi_squared;
    fit.chi_squared /= static_cast<double>(count);
    fit.background = background / static_cast<double>(count);
    const double same = nanobragg::correlation(std::span(expected).subspan(first, count),
                                               std::span(pixels.observed).subspan(first, count));
    // A box in which nothing is modelled says nothing of the model.
    fit.correlation = std::isnan(same) ? 0.0 : same;
  }
  std::size_t numbers = free + 3 * pixels.boxes.size();
  std::vector<double> correlations;
  for (std::size_t i = 0; i < data.reflections.size(); ++i) {
    const BoxesOfReflection& reflection = data.reflections[i];
    if (reflection.prior.sigma > 0.0) ++numbers;
    for (const std::size_t box : reflection.boxes) {
      out.spots[box].factor = state.fits[i].factor;
      const double own = state.fits[i].information;
      out.spots[box].factor_sigma =
          own > 0.0 ? 1.0 / std::sqrt(own) : std::numeric_limits<double>::infinity();
      correlations.push_back(out.spots[box].correlation);
    }
  }
  out.median_correlation = median(correlations);
  const double left = static_cast<double>(pixels.size()) - static_cast<double>(numbers);
  out.reduced_chi_squared = chi_squared / std::max(left, 1.0);
  return out;
}

}  // namespace nanobragg::refine
