// How the domains of a crystal are turned, by its flags.
#pragma once

#include <cstdint>
#include <optional>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg::config {

// Of a crystal without another start; `setting_seed` as in Mosaicity. Throws UsageError for flags
// that contradict each other.
Mosaicity resolve_mosaicity(const Settings& settings, std::optional<std::int64_t> setting_seed);

// Changes the mosaicity of a crystal, whose spread of cells is known, by the flags that are given.
// Whether its domains can differ. Throws as above.
bool take_mosaicity_flags(const Settings& settings, CrystalValues& values);

// Whether flags ask for domains that nothing makes differ, and what is said of them.
bool useless_domains(const Settings& settings);
inline constexpr const char* kUselessDomains =
    "-mosaic_domains has no effect without a mosaic spread (-mosaic)";

}  // namespace nanobragg::config
