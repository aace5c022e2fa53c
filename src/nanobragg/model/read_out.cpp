// Looks at the numbers of a read-out.
#include "nanobragg/model/read_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

void check_not_negative(std::string_view name, double value) {
  if (value >= 0.0 && std::isfinite(value)) return;
  throw Error(fmt::format("{} of {:g} (it is at least 0)", name, value));
}

void check_positive(std::string_view name, double value) {
  if (value > 0.0 && std::isfinite(value)) return;
  throw Error(fmt::format("{} of {:g} (it is above 0)", name, value));
}

// A number of pixels, or a fraction of them.
void check_number(std::string_view name, double value) {
  check_not_negative(name, value);
  constexpr double kLargestFraction = 0.5;
  const bool is_fraction = value < 1.0;
  if (is_fraction ? value <= kLargestFraction : value == std::floor(value)) return;
  throw Error(
      fmt::format("{} of {:g} (below 1 it is a fraction, at most {:g}; from 1 on it is a "
                  "whole number of pixels)",
                  name, value, kLargestFraction));
}

void check_switching(const ReadOut& read_out) {
  constexpr std::size_t kMostSteps = 2;
  if (read_out.switching.size() > kMostSteps) throw Error("more than three gains of a pixel");
  GainStep before{read_out.gain, 0.0};
  for (const GainStep& step : read_out.switching) {
    check_positive("a gain", step.gain);
    check_positive("a charge to switch at", step.from_photons);
    if (!(step.gain < before.gain)) {
      throw Error(fmt::format("a gain of {:g} after one of {:g} (a pixel switches to lower gains)",
                              step.gain, before.gain));
    }
    if (!(step.from_photons > before.from_photons)) {
      throw Error(
          fmt::format("a gain from {:g} photons on after one from {:g} (a pixel switches "
                      "at growing charges)",
                      step.from_photons, before.from_photons));
    }
    before = step;
  }
}

}  // namespace

void check(const ReadOut& r) {
  check_not_negative("a flicker", r.flicker);
  check_not_negative("a calibration error", r.calibration.error);
  check_not_negative("a dead time", r.dead_time.dead_s);
  check_positive("an exposure", r.dead_time.exposure_s);
  constexpr double kHalf = 0.5;
  if (!(r.charge_sharing >= 0.0 && r.charge_sharing <= kHalf)) {
    throw Error(fmt::format("charge sharing within {:g} of a pixel's width (it is 0 to {:g})",
                            r.charge_sharing, kHalf));
  }
  if (r.charge_sharing > 0.0 && r.dead_time.dead_s > 0.0) {
    throw Error("charge sharing with a dead time (a photon counter counts a photon once)");
  }
  check_positive("a gain", r.gain);
  check_not_negative("a read-out noise", r.noise);
  check_not_negative("a pedestal", r.pedestal.value_or(0.0));
  check_number("dead pixels", r.bad.dead);
  check_number("hot pixels", r.bad.hot);
  check_positive("photons of hot pixels", r.bad.hot_photons);
  check_switching(r);
  if (!(r.largest >= 1.0 && r.largest <= kLargestReading)) {
    throw Error(
        fmt::format("a saturation at {:g} (it is 1 to {:.0f})", r.largest, kLargestReading));
  }
  if (r.pedestal.value_or(0.0) >= r.largest) {
    throw Error(
        fmt::format("a pedestal of {:g} (every pixel saturates, at {:g})", *r.pedestal, r.largest));
  }
}

double saturation(const ReadOut& r) {
  if (r.switching.empty()) return r.largest;
  const double pedestal = r.pedestal.value_or(0.0);
  const double scale = r.gain / r.switching.back().gain;
  return std::min(std::round((r.largest - pedestal) * scale + pedestal), kLargestReading);
}

}  // namespace nanobragg
