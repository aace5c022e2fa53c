// Lets photons arrive, or draws how many are counted.
#include "nanobragg/image/readout/dead_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/random/normal_deviate.hpp"
#include "nanobragg/random/poisson_at.hpp"

namespace nanobragg::image::readout {
namespace {

constexpr std::size_t kOneByOne = 100;
// Losses of less than this part are single photons, far from each other.
constexpr double kFewLost = 0.01;

// The gaps before, between and after n uniform points are n + 1 exponential deviates over their
// sum (Feller II, III.3).
double counted_one_by_one(std::size_t photons, const DeadTime& dead_time,
                          NumberedDeviates& deviates) {
  std::array<double, kOneByOne + 1> gaps{};
  double sum = 0.0;
  for (std::size_t i = 0; i <= photons; ++i) sum += gaps.at(i) = -std::log(deviates.next());
  const double dead = dead_time.dead_s / dead_time.exposure_s * sum;
  const bool extends = dead_time.model == CountRateModel::paralysable;
  double count = 1.0;
  double since = 0.0;  // the beginning of the dead time
  for (std::size_t i = 1; i < photons; ++i) {
    since += gaps.at(i);
    const bool is_free = since > dead;
    if (is_free) count += 1.0;
    if (is_free || extends) since = 0.0;
  }
  return count;
}

CountMoments of_paralysable(double n, double t) {
  const double one = std::pow(std::max(0.0, 1.0 - t), n);
  const double two = std::pow(std::max(0.0, 1.0 - 2.0 * t), n);
  const double gaps = n - 1.0;
  const double variance = gaps * one + gaps * (n - 2.0) * two - gaps * gaps * one * one;
  return {1.0 + gaps * one, std::max(0.0, variance)};
}

CountMoments of_nonparalysable(double n, double t) {
  const double x = n * t;
  const double part = 1.0 / (1.0 + x);
  const double lost = x * part;
  return {n * part + 0.5 * lost * lost + lost * part * part, n * lost * part * part * part};
}

}  // namespace

CountMoments counted_moments(double photons, const DeadTime& dead_time) {
  const double t = dead_time.dead_s / dead_time.exposure_s;
  return dead_time.model == CountRateModel::paralysable ? of_paralysable(photons, t)
                                                        : of_nonparalysable(photons, t);
}

double counted(double photons, const DeadTime& dead_time, NumberedDeviates deviates) {
  if (dead_time.dead_s == 0.0 || photons < 2.0) return photons;
  const bool loses_few = photons * dead_time.dead_s < kFewLost * dead_time.exposure_s;
  if (!loses_few && photons <= static_cast<double>(kOneByOne)) {
    return counted_one_by_one(static_cast<std::size_t>(photons), dead_time, deviates);
  }
  const auto [mean, variance] = counted_moments(photons, dead_time);
  if (loses_few) {
    const double lost = poisson_at(std::max(0.0, photons - mean), deviates.next_bits(), 0);
    return std::max(1.0, photons - lost);
  }
  const double count = std::round(mean + std::sqrt(variance) * draw_normal(deviates));
  return std::clamp(count, 1.0, photons);
}

}  // namespace nanobragg::image::readout
