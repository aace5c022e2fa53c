// Reads material, density and thickness.
#include "nanobragg/config/resolve/sensor_words.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/background_value.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg::config {
namespace {

constexpr double kKilogramsInGram = 1e3;  // kg/m³ in one g/cm³

struct KnownDensity {
  std::string_view formula;
  double g_per_cm3;
};

// Of whole crystals at room temperature: CRC Handbook of Chemistry and Physics, 97th ed., section 4
// (Si, Ge, GaAs, CdTe, CsI) and NISTIR 5632, table 2 (Gd2O2S; a phosphor of grains has about half).
constexpr auto kDensities = std::to_array<KnownDensity>({{"Si", 2.33},
                                                         {"Ge", 5.323},
                                                         {"GaAs", 5.3176},
                                                         {"CdTe", 5.85},
                                                         {"CsI", 4.51},
                                                         {"Gd2O2S", 7.44}});

[[noreturn]] void refuse(const std::string& words, const std::string& why,
                         const std::string& hint = "for example -sensor Si:450um") {
  throw UsageError(fmt::format("-sensor {} ({})", words, why), "", hint);
}

std::optional<double> known_density(std::string_view formula) {
  for (const KnownDensity& row : kDensities) {
    if (row.formula == formula) return row.g_per_cm3;
  }
  return std::nullopt;
}

Metre thickness_of(const std::string& text, const std::string& words) {
  if (text.starts_with('-')) refuse(words, fmt::format("impossible thickness {}", text));
  const auto thickness = parse_length(text);
  if (!thickness) refuse(words, fmt::format("'{}' is not a thickness with its unit", text));
  if (!(thickness->value() > 0.0 && thickness->value() <= limits::kFarthest_m)) {
    refuse(words, fmt::format("impossible thickness {}", text));
  }
  return *thickness;
}

double density_of(const std::string& formula, const std::optional<std::string>& given,
                  const std::string& words) {
  if (!given) {
    const auto known = known_density(formula);
    if (known) return *known;
    refuse(words, fmt::format("the density of {} is not known here", formula),
           fmt::format("give it in g/cm³: -sensor {}@DENSITY:…", formula));
  }
  const auto density = parse_number(*given);
  constexpr double kDensest = 30.0;
  if (!density || !(*density > 0.0 && *density <= kDensest)) {
    refuse(words, fmt::format("'{}' is not a density in g/cm³", *given));
  }
  return *density;
}

// By -detector_thick and -detector_abs.
Sensor by_depth(const Settings& settings) {
  Sensor sensor;
  // An infinite depth (written as 0) means that absorption is off.
  if (settings.absorption_depth_um == 0.0) return sensor;
  sensor.thickness = {count(settings.thickness_steps),
                      converted(settings.thickness_um, metres_from_um), std::nullopt};
  sensor.attenuation_per_m =
      converted(settings.absorption_depth_um, [](double um) { return 1.0 / metres_from_um(um); });
  return sensor;
}

}  // namespace

SensorWords parse_sensor(const std::string& words) {
  const std::size_t colon = words.find(':');
  if (colon == std::string::npos || colon == 0) {
    refuse(words, "it needs a material and a thickness, with a colon between them");
  }
  std::string formula = words.substr(0, colon);
  std::optional<std::string> density;
  if (const std::size_t at = formula.find('@'); at != std::string::npos) {
    density = formula.substr(at + 1);
    formula.resize(at);
  }
  try {
    physics::check_formula(formula);
  } catch (const Error& error) {
    throw UsageError(fmt::format("-sensor {}: {}", words, error.problem()), "", error.hint());
  }
  return {{formula, kKilogramsInGram * density_of(formula, density, words)},
          thickness_of(words.substr(colon + 1), words)};
}

std::string to_words(const SensorWords& sensor) {
  constexpr double kMicrometres = 1e6;
  const double density = sensor.material.density_kg_per_m3 / kKilogramsInGram;
  const bool is_known = known_density(sensor.material.formula) == density;
  return fmt::format("{}{}:{}um", sensor.material.formula,
                     is_known ? "" : fmt::format("@{}", density),
                     kMicrometres * sensor.thickness.value());
}

Sensor resolve_sensor(const Settings& settings, Metre wavelength) {
  if (!settings.sensor) return by_depth(settings);
  const auto refuse_both = [](bool given, const char* flag) {
    if (!given) return;
    throw UsageError(fmt::format("-sensor with {} (each describes the sensor)", flag), "",
                     "leave one of them out");
  };
  refuse_both(settings.thickness_um.has_value(), "-detector_thick");
  refuse_both(settings.absorption_depth_um.has_value(), "-detector_abs");
  const SensorWords words = parse_sensor(*settings.sensor);
  const ElectronVolt energy(constants::kAngstromElectronVolt / to_angstrom(wavelength).value());
  Sensor sensor;
  sensor.thickness = {count(settings.thickness_steps), words.thickness.value(), std::nullopt};
  sensor.attenuation_per_m = physics::attenuation_per_m(words.material, energy);
  sensor.material = words.material.formula;
  return sensor;
}

}  // namespace nanobragg::config
