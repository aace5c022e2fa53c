// A sensor in words: "Si:450um".
#pragma once

#include <string>

#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/physics/attenuation.hpp"

namespace nanobragg::config {

struct SensorWords {
  physics::Material material;
  Metre thickness;
};

// MATERIAL:THICKNESS or MATERIAL@DENSITY:THICKNESS, the density in g/cm³, the thickness with its
// unit. Throws UsageError for what says something else, for an unknown material, and for one whose
// density is neither given nor known.
SensorWords parse_sensor(const std::string& words);

// What parse_sensor() reads as the same.
std::string to_words(const SensorWords& sensor);

// The sensor of -sensor at a wavelength, or of a thickness and an attenuation depth. Throws
// UsageError for both, Error for a wavelength at which no attenuation is known.
Sensor resolve_sensor(const Settings& settings, Metre wavelength);

}  // namespace nanobragg::config
