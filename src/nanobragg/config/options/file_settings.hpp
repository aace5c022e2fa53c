// The settings that name files, and whether a run reads or writes them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/files/run_files.hpp"

namespace nanobragg::config {

using FileMember = Member<std::string>;

// -dump stands in neither: a run that reads -hkl writes it, another one reads it. Nor does -out,
// which is gathered.
std::span<const FileMember> input_files();
std::span<const FileMember> output_files();

bool is_input(FileMember member);
bool is_output(FileMember member);

// Whether a value of an option is the name of a file. What -detector is given is one where it ends
// in .toml, and else the name of a detector that the program knows.
bool names_file(const Option& option, std::string_view value);
bool is_description_file(std::string_view detector);

// The first flag of the member's row.
std::string flag_of(FileMember member);

// Every file that the settings say is read.
std::vector<io::NamedFile> files_read(const Settings& settings);

}  // namespace nanobragg::config
