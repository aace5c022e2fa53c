// Draws which pixels are bad.
#include "nanobragg/image/readout/fixed_pattern.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"

namespace nanobragg::image::readout {
namespace {

std::size_t number_of(double asked, std::size_t pixels) {
  return asked < 1.0 ? static_cast<std::size_t>(std::llround(asked * static_cast<double>(pixels)))
                     : static_cast<std::size_t>(asked);
}

}  // namespace

Sensitivities sensitivities(const Calibration& calibration, std::size_t pixels,
                            std::size_t threads) {
  constexpr std::size_t kBlock = 4096;
  Sensitivities factors(pixels);
  parallel_for((pixels + kBlock - 1) / kBlock, threads, [&](std::size_t block) {
    const std::size_t end = std::min(pixels, (block + 1) * kBlock);
    for (std::size_t i = block * kBlock; i < end; ++i) {
      factors[i] = calibration_factor(calibration, i);
    }
  });
  return factors;
}

BadPixelList choose_bad_pixels(const BadPixels& bad, std::size_t pixels) {
  const std::size_t dead = number_of(bad.dead, pixels);
  const std::size_t hot = number_of(bad.hot, pixels);
  if (dead + hot > pixels) {
    throw Error(fmt::format("{} bad pixels (the detector has {})", dead + hot, pixels));
  }
  NumberedDeviates deviates(stage_seed(bad.seed, Stage::bad), 0);
  std::vector<bool> is_bad(dead + hot > 0 ? pixels : 0);
  const auto choose = [&](std::size_t number) {
    std::vector<std::size_t> chosen;
    while (chosen.size() < number) {
      const auto pixel = static_cast<std::size_t>(deviates.next() * static_cast<double>(pixels));
      if (is_bad[pixel]) continue;
      is_bad[pixel] = true;
      chosen.push_back(pixel);
    }
    std::ranges::sort(chosen);
    return chosen;
  };
  BadPixelList list;
  list.dead = choose(dead);
  list.hot = choose(hot);
  return list;
}

double hot_light(const BadPixels& bad, std::size_t pixel) {
  NumberedDeviates deviates(stage_seed(bad.seed, Stage::hot_light), pixel);
  return -std::log(deviates.next()) * bad.hot_photons;
}

std::span<const std::size_t> in_range(const std::vector<std::size_t>& list, std::size_t first,
                                      std::size_t count) {
  const auto begin = std::ranges::lower_bound(list, first);
  const auto end = std::lower_bound(begin, list.end(), first + count);
  return {begin, end};
}

}  // namespace nanobragg::image::readout
