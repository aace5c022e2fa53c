// Lists of X-ray sources as text.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

// One line of the list; columns that the line does not have are unset.
struct SourceRow {
  std::optional<double> x_m, y_m, z_m;  // position relative to the sample
  std::optional<double> weight;         // relative to the other sources, not negative
  std::optional<double> wavelength_m;   // positive
};

// "X Y Z weight wavelength" a line, one to five columns, between spaces, tabs or any of ,;:! and
// with comments from # to the end of the line. Throws Error, naming the line, for anything that is
// no number, values out of range and further columns, and for a list without a source.
std::vector<SourceRow> parse_source_list(std::string_view text, const std::string& name);
std::vector<SourceRow> read_source_list(const std::filesystem::path& path);

}  // namespace nanobragg::io
