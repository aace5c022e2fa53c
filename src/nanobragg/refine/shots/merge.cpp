// Weighted means, halves and shells.
#include "nanobragg/refine/shots/merge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "nanobragg/base/sample_statistics.hpp"

namespace nanobragg::refine {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kCut = 3.0;

// The half of a shot: a bit of SplitMix64 (Steele, Lea & Flood (2014), OOPSLA) of seed and number.
std::size_t half_of(std::size_t shot, std::uint64_t seed) {
  std::uint64_t z = seed * 0x9e3779b97f4a7c15U + shot + 1;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return (z >> 63) & 1U;
}

struct Mean {
  double weight = 0.0, sum = 0.0;
  void add(double w, double x) { weight += w, sum += w * x; }
  double value() const { return weight > 0.0 ? sum / weight : kNone; }
};

double weight_of(const FactorObservation& o, double spread, double factor) {
  const double by_spread = spread * std::max(factor, 0.0);
  return 1.0 / (1.0 / o.information + by_spread * by_spread);
}

// Of reflections that both halves see, three at least.
double half_correlation(std::span<const MergedFactor> factors,
                        std::span<const std::size_t> numbers) {
  std::vector<double> first, second;
  for (const std::size_t i : numbers) {
    const auto [x, y] = factors[i].halves;
    if (std::isnan(x) || std::isnan(y)) continue;
    first.push_back(x);
    second.push_back(y);
  }
  return first.size() >= 3 ? correlation(first, second) : kNone;
}

MergeShell shell_of(std::span<const MergedFactor> factors, std::span<const double> spacings,
                    std::span<const std::size_t> numbers) {
  MergeShell out;
  if (numbers.empty()) return out;
  out.coarsest_A = spacings[numbers.front()];
  out.finest_A = spacings[numbers.back()];
  out.reflections = numbers.size();
  for (const std::size_t i : numbers) {
    out.observations += factors[i].shots;
    out.signal_to_noise += factors[i].factor / factors[i].sigma;
  }
  out.signal_to_noise /= static_cast<double>(numbers.size());
  out.half_correlation = half_correlation(factors, numbers);
  return out;
}

// From the coarsest to the finest.
std::vector<std::size_t> by_spacing(std::span<const double> spacings) {
  std::vector<std::size_t> numbers(spacings.size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  std::ranges::stable_sort(numbers, std::greater(), [&](std::size_t i) { return spacings[i]; });
  return numbers;
}

// χ² of a merge beyond its degrees of freedom.
double excess(const GroupedFactors& observations, double spread) {
  double sum = 0.0, freedom = 0.0;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const auto [group, middle] = observations[i];
    if (group.size() < 2) continue;
    Mean all;
    for (const FactorObservation& o : group) all.add(weight_of(o, spread, middle), o.factor);
    for (const FactorObservation& o : group) {
      const double off = o.factor - all.value();
      sum += std::min(off * off * weight_of(o, spread, middle), kCut * kCut);
    }
    freedom += static_cast<double>(group.size()) - 1.0;
  }
  return sum - freedom;
}

}  // namespace

GroupedFactors::GroupedFactors(std::vector<FactorObservation> observations)
    : sorted_(std::move(observations)) {
  std::erase_if(sorted_, [](const FactorObservation& o) {
    return !(o.information > 0.0 && std::isfinite(o.factor));
  });
  std::ranges::sort(sorted_, {},
                    [](const FactorObservation& o) { return std::tuple(o.index, o.shot); });
  std::vector<double> values;
  for (std::size_t i = 0; i < sorted_.size();) {
    first_.push_back(i);
    values.clear();
    const MillerIndex& index = sorted_[i].index;
    for (; i < sorted_.size() && sorted_[i].index == index; ++i)
      values.push_back(sorted_[i].factor);
    medians_.push_back(median(values));
  }
  first_.push_back(sorted_.size());
}

Merge::Merge(const GroupedFactors& observations, double spread, std::uint64_t seed)
    : spread_(spread) {
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const auto [group, middle] = observations[i];
    Mean all;
    std::array<Mean, 2> halves;
    for (const FactorObservation& o : group) {
      const double w = weight_of(o, spread, middle);
      all.add(w, o.factor);
      halves[half_of(o.shot, seed)].add(w, o.factor);
    }
    factors_.push_back({group.front().index,
                        all.value(),
                        1.0 / std::sqrt(all.weight),
                        group.size(),
                        {halves[0].value(), halves[1].value()},
                        middle,
                        all.weight});
  }
}

FactorPrior Merge::prior_without(const FactorObservation& own, const FactorPrior& otherwise) const {
  const auto at = std::ranges::lower_bound(factors_, own.index, {}, &MergedFactor::index);
  if (at == factors_.end() || at->index != own.index) return otherwise;
  const bool is_seen = own.information > 0.0;
  if (is_seen && at->shots < 2) return otherwise;
  Mean others{at->weight, at->weight * at->factor};
  if (is_seen) others.add(-weight_of(own, spread_, at->median), own.factor);
  const double factor = others.value();
  if (!(factor > 0.0)) return otherwise;
  // Of the logarithm; as little as nothing is known where the factor is lost in noise.
  const double sigma = std::sqrt(1.0 / others.weight / (factor * factor) + spread_ * spread_);
  if (!(sigma < otherwise.sigma)) return otherwise;
  constexpr double kLeast = 0.02;
  return {factor, std::max(sigma, kLeast)};
}

double estimated_spread(const GroupedFactors& observations) {
  if (!(excess(observations, 0.0) > 0.0)) return 0.0;
  double low = 0.0, high = 3.0;
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (low + high);
    (excess(observations, middle) > 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::vector<MergeShell> merge_shells(std::span<const MergedFactor> factors,
                                     std::span<const double> spacings, std::size_t shells) {
  const std::vector<std::size_t> numbers = by_spacing(spacings);
  std::vector<MergeShell> out;
  for (std::size_t i = 0; i < shells; ++i) {
    const std::size_t first = numbers.size() * i / shells;
    const std::size_t last = numbers.size() * (i + 1) / shells;
    if (last == first) continue;
    out.push_back(shell_of(factors, spacings, std::span(numbers).subspan(first, last - first)));
  }
  return out;
}

MergeShell merge_overall(std::span<const MergedFactor> factors, std::span<const double> spacings) {
  return shell_of(factors, spacings, by_spacing(spacings));
}

}  // namespace nanobragg::refine
