// From the words of users to a read-out.
#include "nanobragg/config/resolve/resolve_read_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {
namespace {

// The first flag of the group that is given, but for -rng; empty: none.
std::string first_flag(const Settings& settings) {
  for (const Option& option : option_table()) {
    if (option.group != Group::read_out || !toml_value(settings, option)) continue;
    const std::string& flag = option.spellings.front().flag;
    if (flag != "-rng") return flag;
  }
  return {};
}

// What a flag needs beside it.
struct Need {
  const char* flag;
  bool is_given;
  const char* other;
  bool is_there;
};

void check_needs(const Settings& s) {
  const bool has_bad = s.dead_pixels.value_or(0.0) > 0.0 || s.hot_pixels.value_or(0.0) > 0.0;
  const std::vector<Need> needs{
      {"-count_rate_model", s.count_rate_model.has_value(), "-dead_time",
       s.dead_time_ns.has_value()},
      {"-calib_seed", s.calibration_seed.has_value(), "-calibration", s.calibration.has_value()},
      {"-hot_photons", s.hot_photons.has_value(), "-hot_pixels", s.hot_pixels.has_value()},
      {"-badpix_seed", s.bad_pixel_seed.has_value(), "-dead_pixels or -hot_pixels", has_bad},
      {"-medium_gain", s.medium_gain.has_value(), "-medium_gain_from",
       s.medium_gain_from.has_value()},
      {"-medium_gain_from", s.medium_gain_from.has_value(), "-medium_gain",
       s.medium_gain.has_value()},
      {"-low_gain", s.low_gain.has_value(), "-low_gain_from", s.low_gain_from.has_value()},
      {"-low_gain_from", s.low_gain_from.has_value(), "-low_gain", s.low_gain.has_value()}};
  for (const Need& need : needs) {
    if (!need.is_given || need.is_there) continue;
    throw UsageError(fmt::format("{} without {} (it would change nothing)", need.flag, need.other),
                     "", fmt::format("give {}", need.other));
  }
}

double largest_of(const Settings& settings) {
  constexpr long kMostBits = 32;
  const long bits = settings.bits.value_or(kMostBits);
  if (bits > kMostBits) {
    throw UsageError(fmt::format("-bits {} (a converter has at most {})", bits, kMostBits));
  }
  const double of_bits = static_cast<double>((std::uint64_t{1} << bits) - 1);
  if (settings.saturation && *settings.saturation > of_bits) {
    throw UsageError(fmt::format("-saturation {:.0f} with -bits {} (they hold {:.0f} at most)",
                                 *settings.saturation, bits, of_bits));
  }
  return std::min(settings.saturation.value_or(of_bits), kLargestReading);
}

std::vector<GainStep> switching_of(const Settings& settings) {
  std::vector<GainStep> steps;
  if (settings.medium_gain) {
    steps.push_back({*settings.medium_gain, *settings.medium_gain_from});
  }
  if (settings.low_gain) steps.push_back({*settings.low_gain, *settings.low_gain_from});
  return steps;
}

BadPixels bad_pixels_of(const Settings& settings) {
  BadPixels bad;
  bad.dead = settings.dead_pixels.value_or(bad.dead);
  bad.hot = settings.hot_pixels.value_or(bad.hot);
  bad.hot_photons = settings.hot_photons.value_or(bad.hot_photons);
  if (settings.bad_pixel_seed) bad.seed = static_cast<std::uint64_t>(*settings.bad_pixel_seed);
  return bad;
}

}  // namespace

std::optional<ReadOut> resolve_read_out(const Settings& settings) {
  const std::string flag = first_flag(settings);
  if (flag.empty() && settings.noise_source != NoiseSource::counter) return std::nullopt;
  if (!value(settings, &Settings::noise)) {
    throw UsageError(fmt::format("{} with -nonoise (which asks for the photons that are expected)",
                                 flag.empty() ? "-rng" : flag),
                     "", "leave one of them out");
  }
  check_needs(settings);
  constexpr double kNanosecond = 1e-9;
  ReadOut out;
  out.flicker = settings.flicker.value_or(0.0);
  out.dead_time = {.dead_s = kNanosecond * settings.dead_time_ns.value_or(0.0),
                   .model = settings.count_rate_model.value_or(CountRateModel::paralysable),
                   .exposure_s = value(settings, &Settings::exposure_s)};
  out.charge_sharing = settings.charge_sharing.value_or(0.0);
  out.calibration.error = settings.calibration.value_or(0.0);
  if (settings.calibration_seed) {
    out.calibration.seed = static_cast<std::uint64_t>(*settings.calibration_seed);
  }
  out.gain = settings.gain.value_or(1.0);
  out.switching = switching_of(settings);
  out.noise = settings.read_out_noise.value_or(0.0);
  // Noise about a pedestal of 0 would be cut in half.
  if (settings.adc || out.noise > 0.0) out.pedestal = value(settings, &Settings::adc);
  out.largest = largest_of(settings);
  out.bad = bad_pixels_of(settings);
  try {
    check(out);
  } catch (const Error& error) {
    throw UsageError(error.problem(), error.where(), error.hint());
  }
  return out;
}

NoiseSource resolve_noise_source(const Settings& settings) {
  const std::string flag = first_flag(settings);
  if (flag.empty()) return settings.noise_source.value_or(NoiseSource::reference);
  if (settings.noise_source == NoiseSource::reference) {
    throw UsageError(
        fmt::format("{} with -rng reference (nanoBragg.c counts photons and nothing else)", flag),
        "", "leave out -rng");
  }
  return NoiseSource::counter;
}

Settings without_default_pedestal(Settings effective, const Settings& given) {
  if (!given.adc && resolve_read_out(given)) effective.adc.reset();
  return effective;
}

}  // namespace nanobragg::config
