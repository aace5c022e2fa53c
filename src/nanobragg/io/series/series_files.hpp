// The names of a series' files: one for all exposures, or one each.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace nanobragg::io {

// A name with # for the digits of a number ("img_####.cbf"). Where there is none, "img.cbf" becomes
// "img_#####.cbf".
std::string numbered_pattern(const std::string& out);

// The name of a number, from 1. Throws UsageError where it has more digits than there is room for.
std::string numbered_name(const std::string& pattern, std::size_t number);

// Whether the last part of a name has # for digits.
bool has_number(const std::string& name);
// The number that a file's name (its last part) has in the place of the # of a pattern. Nothing for
// names that are not of the pattern.
std::optional<std::size_t> number_of(const std::string& pattern, const std::string& file_name);

// A name beside the images, of the same beginning: "img.expt" for "img_####.cbf" or "img.nxs".
// Where it would be too long for a file system, a number that follows from it stands for its end.
std::filesystem::path companion(const std::string& out, const std::string& extension);

// The names that one file of all exposures has before it is complete: between two exposures, and
// while it is written.
std::filesystem::path partial_name(const std::filesystem::path& out);
std::filesystem::path name_while_writing(const std::filesystem::path& out);
// And the file whose lock shows that a process writes it.
std::filesystem::path lock_name(const std::filesystem::path& out);

}  // namespace nanobragg::io
