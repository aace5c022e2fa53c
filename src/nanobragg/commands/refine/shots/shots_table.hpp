// The table of all shots, a row each, as CSV and as HDF5.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "nanobragg/commands/refine/shots/shot_record.hpp"

namespace nanobragg::commands {

// How each shot ended and why, spots and pixels used, χ², correlations, residuals, the error model,
// and every parameter with its standard uncertainty, in users' units. What a shot does not have is
// empty.
std::string shots_csv(std::span<const ShotRow> rows);

// The same columns as datasets of the file's root, each with its "units" where it has one. What a
// shot does not have is NaN, or −1 of what is counted. Throws Error where it cannot be written.
void write_shots_h5(const std::filesystem::path& file, std::span<const ShotRow> rows);

}  // namespace nanobragg::commands
