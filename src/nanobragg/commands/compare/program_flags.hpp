// Simulation flags for a program that runs in another folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/files/run_files.hpp"

namespace nanobragg::commands {

// The flags with every input file (-mat, -hkl, -img, -mask, -sourcefile, -config, and -dump where
// it is read) made absolute: a relative name means one in `folder`. Flags that name output files
// are left out with their values; a dump that is written goes to the folder the program runs in.
// Which flag is which is known from the option table; unknown flags stay as they are.
std::vector<std::string> portable_flags(const std::vector<std::string>& flags,
                                        const std::filesystem::path& folder);

// The input files among them, with their flags.
std::vector<io::NamedFile> files_named_in(const std::vector<std::string>& flags);

// The words of a text, which spaces part.
std::vector<std::string> words_of(const std::string& text);

// The settings of a configuration file in the same way: inputs absolute, no output files.
config::Settings portable_settings(config::Settings settings, const std::filesystem::path& folder);

}  // namespace nanobragg::commands
