// Names of files in settings that are to be written as a TOML file.
#pragma once

#include <filesystem>

#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// The settings for a TOML file in `folder`, beside which parse_toml() looks for files: what is read
// and lies in the folder is named from there, what lies elsewhere absolutely. Outputs keep the
// names that the user gave, and so come to be beside the file. A copy of the amplitudes under its
// default name is left to the default.
Settings with_portable_inputs(const Settings& settings, const std::filesystem::path& folder);

// The same for a file whose place is not known: all names are absolute, and default names of
// outputs are left to the default.
Settings with_absolute_names(const Settings& settings);

}  // namespace nanobragg::config
