// Where the structure factor amplitudes of a run come from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/amplitude_file.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::config {

struct Amplitudes {
  std::shared_ptr<const StructureFactors> structure_factors;
  std::string source;               // for people: where they come from
  std::optional<std::string> dump;  // to be written
  std::vector<std::string> warnings;
  std::vector<compat::Quirk> exercised;
};

// What a model's amplitudes depend on besides: the finest spacing that is needed, and the photons.
struct Illumination {
  double dmin_A = 0.0;
  double wavelength_A = 0.0;
};

// From -wilson, -model or -hkl (`file`), a dump of an earlier run, or -default_F alone, the first
// that is there. Throws UsageError where there is none.
Amplitudes resolve_amplitudes(const Settings& settings, const AmplitudeFile& file,
                              const Illumination& light, const Crystal& crystal,
                              compat::QuirkSet quirks);

}  // namespace nanobragg::config
