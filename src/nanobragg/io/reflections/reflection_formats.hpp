// The formats of lists of reflections, one row each.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/io/reflections/reflection_list.hpp"
#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

struct ReflectionFormat {
  std::string_view name;
  std::string_view holds;  // for people: what is written
  // Whether a file has this format, by its content, and what it holds. Null: nothing shows it.
  bool (*is)(std::string_view bytes);
  ReflectionTable (*parse)(std::string_view bytes, const std::string& name);
  // The end of the names of files that are written, with the dot; empty: none are.
  std::string_view extension;
  std::string (*bytes_of)(const AmplitudeData& data);
};

std::span<const ReflectionFormat> reflection_formats();

// MTZ, CIF, XDS_ASCII, CrystFEL and Scalepack lists; nothing for what no other program's format is
// known to look like, which is a text of h k l F. Throws Error for a list that is cut short, not
// merged or otherwise wrong, and, with the way out, for formats that are known and not read.
// `name` stands for the bytes in messages, and its ending counts where nothing else tells.
std::optional<ReflectionTable> parse_reflection_table(std::string_view bytes,
                                                      const std::string& name);

// Reasons against taking the fourth column of such a text as F, in P1 of this cell (as -cell
// has it; empty where it comes from elsewhere).
std::vector<std::string> doubts_about_text(std::string_view text, const std::string& name,
                                           std::span<const double> cell);

// The format that a file to be written asks for by the end of its name. Throws UsageError, listing
// what there is, for another end.
const ReflectionFormat& reflection_format_of(const std::filesystem::path& file);

// Throws UsageError where the amplitudes could not be written under that name: it asks for no
// format, or there is no table.
void check_can_write(const std::filesystem::path& file, const StructureFactors& factors);

// Writes a file, whole or not at all. Throws as check_can_write(), and Error for what the format
// has no words for.
void write_reflections(const std::filesystem::path& file, const AmplitudeData& data);

}  // namespace nanobragg::io
