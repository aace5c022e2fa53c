// Reads words, and fills in what they leave open.
#include "nanobragg/commands/refine/shots/shot_settings.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/number.hpp"

namespace nanobragg::commands {
namespace {

// What a still is begun with where the flags say nothing: refined from there.
constexpr double kCells = 100.0;
constexpr double kMosaicDegrees = 0.2;
constexpr double kDivergence = 1.0;  // mrad
constexpr double kBandwidth = 0.05;  // %

template <class T, class U>
void fill(std::optional<T>& setting, U otherwise) {
  if (!setting) setting = otherwise;
}

}  // namespace

void take_closed_forms(config::Settings& settings) {
  if (settings.kernel && *settings.kernel != "analytic" && *settings.kernel != "auto") {
    throw UsageError(fmt::format("the kernel '{}' for spots of shots", *settings.kernel), "-kernel",
                     "they are computed in closed form: leave it out");
  }
  settings.kernel = "analytic";
  fill(settings.shape, CrystalShape::gauss_cells);
  if (!settings.size_x_mm && !settings.crystal_size) {
    fill(settings.cells_a, kCells);
    fill(settings.cells_b, kCells);
    fill(settings.cells_c, kCells);
  }
  if (!settings.mosaic_spread_abc_deg) fill(settings.mosaic_spread_deg, kMosaicDegrees);
  fill(settings.mosaic_shape, MosaicShape::gauss);
  if (settings.source_file) return;
  if (!settings.divergence_profile && !settings.hdiv_range_mrad && !settings.vdiv_range_mrad) {
    settings.divergence_profile = Profile::gauss;
    settings.hdiv_range_mrad = settings.vdiv_range_mrad = kDivergence;
  }
  if (!settings.spectrum_file && !settings.dispersion_profile && !settings.dispersion_percent) {
    settings.dispersion_profile = Profile::gauss;
    settings.dispersion_percent = kBandwidth;
  }
}

void take_sensor(const std::optional<io::ListedSensor>& sensor, config::Settings& settings) {
  if (!sensor || settings.sensor || settings.thickness_um || settings.absorption_depth_um) return;
  settings.thickness_um = 1e6 * sensor->thickness_m;
  settings.absorption_depth_um = 1e6 / sensor->attenuation_per_m;
}

std::vector<std::size_t> chosen_shots(const std::optional<std::string>& text, std::size_t size) {
  std::vector<std::size_t> out;
  if (!text) {
    for (std::size_t i = 0; i < size; ++i) out.push_back(i);
    return out;
  }
  std::set<std::size_t> numbers;
  std::string word;
  for (const char c : *text + ",") {
    if (c != ',') {
      word += c;
      continue;
    }
    const std::size_t dash = word.find('-');
    const auto first = config::parse_number(word.substr(0, dash));
    const auto last =
        dash == std::string::npos ? first : config::parse_number(word.substr(dash + 1));
    const auto is_number = [](const auto& x) { return x && *x >= 0.0 && *x == std::floor(*x); };
    if (!is_number(first) || !is_number(last) || *last < *first) {
      throw UsageError(fmt::format("'{}' names no shots", *text), "--shots",
                       "0-9,12 takes eleven of them; they count from 0");
    }
    if (*last >= static_cast<double>(size)) {
      throw UsageError(fmt::format("shot {:g} of {} (they count from 0)", *last, size), "--shots");
    }
    for (double i = *first; i <= *last; ++i) numbers.insert(static_cast<std::size_t>(i));
    word.clear();
  }
  out.assign(numbers.begin(), numbers.end());
  return out;
}

AmplitudeChoice amplitude_choice(const std::string& text, bool are_known) {
  // The logarithm of an intensity with Wilson's distribution (acentric) deviates by π/√6.
  constexpr double kWilson = 1.2825, kKnown = 0.2;
  const auto at = text.find(':');
  const std::string word = text.substr(0, at);
  if (at != std::string::npos && word != "restrained") {
    throw UsageError(fmt::format("unknown amplitudes '{}'", text), "--amplitudes",
                     "fixed, restrained[:SIGMA] or free");
  }
  if (word == "fixed") return {false, 0.0};
  if (word == "free") return {true, kWilson};
  if (word == "auto") {
    return are_known ? AmplitudeChoice{false, 2.0 * kKnown} : AmplitudeChoice{true, kWilson};
  }
  if (word != "restrained") {
    throw UsageError(fmt::format("unknown amplitudes '{}'", text), "--amplitudes",
                     "fixed, restrained[:SIGMA] or free");
  }
  if (at == std::string::npos) return {false, 2.0 * kKnown, true};
  const auto sigma = config::parse_number(text.substr(at + 1));
  if (!sigma || !(*sigma > 0.0) || !std::isfinite(*sigma)) {
    throw UsageError(fmt::format("'{}' is not a positive number", text.substr(at + 1)),
                     "--amplitudes", "restrained:0.1 lets F vary by 10 %");
  }
  return {false, 2.0 * *sigma};
}

void check_numbers(const ShotsRequest& request) {
  const auto check = [](const std::optional<double>& value, const char* option, bool may_be_zero) {
    if (!value || (std::isfinite(*value) && (*value > 0.0 || (may_be_zero && *value == 0.0)))) {
      return;
    }
    throw UsageError(fmt::format("{:g} is not a {} number", *value,
                                 may_be_zero ? "finite, not negative" : "positive, finite"),
                     option);
  };
  check(request.observed.gain, "--gain", false);
  check(request.errors.read_noise, "--read-noise", true);
  check(request.errors.of_spots, "--spot-error", true);
  check(request.errors.robust, "--robust", false);
  if (request.observed.offset && !std::isfinite(*request.observed.offset)) {
    throw UsageError("an offset that is not finite", "--offset");
  }
  if (request.choice.spots == 0) throw UsageError("no spots", "--spots");
}

}  // namespace nanobragg::commands
