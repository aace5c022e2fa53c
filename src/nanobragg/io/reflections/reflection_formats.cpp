// Asks one recogniser after the other, and writes by the end of a name.
#include "nanobragg/io/reflections/reflection_formats.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/reflections/cif_writer.hpp"
#include "nanobragg/io/reflections/crystfel_reflections.hpp"
#include "nanobragg/io/reflections/foreign_lists.hpp"
#include "nanobragg/io/reflections/hkl_text.hpp"
#include "nanobragg/io/reflections/list_comments.hpp"
#include "nanobragg/io/reflections/mtz.hpp"
#include "nanobragg/io/reflections/mtz_writer.hpp"
#include "nanobragg/io/reflections/reflection_cif.hpp"
#include "nanobragg/io/reflections/scalepack.hpp"
#include "nanobragg/io/reflections/xds_reflections.hpp"

namespace nanobragg::io {
namespace {

std::string hkl_text_of(const AmplitudeData& data) { return hkl_text(*data.factors); }

constexpr ReflectionFormat kFormats[] = {
    {"MTZ", "unique reflections, single precision", is_mtz, parse_mtz, ".mtz", mtz_bytes},
    {"mmCIF", "unique reflections", is_cif, parse_reflection_cif, ".cif", reflection_cif_text},
    {"XDS_ASCII", "", is_xds_list, parse_xds_list, "", nullptr},
    {"CrystFEL", "", is_crystfel_list, parse_crystfel_list, "", nullptr},
    {"Scalepack", "", is_scalepack, parse_scalepack, "", nullptr},
    {"text", "h k l F of every reflection", nullptr, nullptr, ".hkl", hkl_text_of}};

}  // namespace

std::span<const ReflectionFormat> reflection_formats() { return kFormats; }

std::optional<ReflectionTable> parse_reflection_table(std::string_view bytes,
                                                      const std::string& name) {
  for (const ReflectionFormat& format : kFormats) {
    if (format.is != nullptr && format.is(bytes)) return format.parse(bytes, name);
  }
  refuse_foreign_list(bytes, name);
  return std::nullopt;
}

const ReflectionFormat& reflection_format_of(const std::filesystem::path& file) {
  const std::string extension = upper_case(file.extension().string());
  std::vector<std::string_view> known;
  for (const ReflectionFormat& format : kFormats) {
    if (format.extension.empty()) continue;
    if (upper_case(format.extension) == extension) return format;
    known.push_back(format.extension);
  }
  throw UsageError(fmt::format("no format of reflections for '{}' (the end of the name chooses it)",
                               file.string()),
                   "", fmt::format("known are {}", fmt::join(known, ", ")));
}

void check_can_write(const std::filesystem::path& file, const StructureFactors& factors) {
  reflection_format_of(file);
  if (factors.has_table()) return;
  throw UsageError("no table of amplitudes to write (all are -default_F)", file.string(),
                   "give one with -hkl, -model or -wilson");
}

void write_reflections(const std::filesystem::path& file, const AmplitudeData& data) {
  check_can_write(file, *data.factors);
  write_file_atomically(file, reflection_format_of(file).bytes_of(data));
}

}  // namespace nanobragg::io
