// One recogniser a format.
#include "nanobragg/io/reflections/foreign_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/reflections/list_comments.hpp"
#include "nanobragg/io/reflections/reflection_formats.hpp"

namespace nanobragg::io {
namespace {

constexpr const char* kToText =
    "a text of h k l F has amplitudes and every reflection of P1 (Friedel mates too), separated by "
    "spaces";

// The first line that is neither empty nor a comment.
std::string_view first_line(std::string_view bytes) {
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string_view text = trim(line->text);
    if (!text.empty() && !is_list_comment(text)) return text;
  }
  return {};
}

// SHELX: I4, I4, I4, F8, F8 and perhaps I4 (shelxl's manual, HKLF), ended by 0 0 0.
enum class Shelx { no, open, ended };

std::optional<double> fixed(std::string_view line, std::size_t begin, std::size_t width) {
  if (line.size() < begin + width) return std::nullopt;
  const std::string_view word = trim(line.substr(begin, width));
  const auto number = number_prefix(word);
  return number && number->length == word.size() ? std::optional(number->value) : std::nullopt;
}

Shelx shelx_layout(std::string_view bytes) {
  constexpr std::size_t kIndex = 4;
  constexpr std::size_t kNumber = 8;
  LineReader lines(bytes);
  std::size_t rows = 0;
  while (const auto line = lines.next()) {
    std::string_view text = line->text;
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    if (text.empty() && rows > 0) continue;
    const auto h = fixed(text, 0, kIndex);
    const auto k = fixed(text, kIndex, kIndex);
    const auto l = fixed(text, 2 * kIndex, kIndex);
    const auto value = fixed(text, 3 * kIndex, kNumber);
    const auto sigma = fixed(text, 3 * kIndex + kNumber, kNumber);
    if (!h || !k || !l) return Shelx::no;
    if (*h == 0.0 && *k == 0.0 && *l == 0.0 && rows > 0) return Shelx::ended;
    if (!value || !sigma) return Shelx::no;
    ++rows;
  }
  return rows > 0 ? Shelx::open : Shelx::no;
}

[[noreturn]] void refuse(const std::string& what, const std::string& name,
                         const std::string& hint) {
  throw Error(what, name, hint);
}

void refuse_bytes(std::string_view bytes, const std::string& name) {
  constexpr std::size_t kHeading = 1000;
  const std::string_view begin = bytes.substr(0, kHeading);
  if (begin.find("dials::af::reflection_table") != std::string_view::npos) {
    refuse("a reflection table of DIALS", name, "dials.merge writes an MTZ file, which is read");
  }
  if (begin.find('\0') != std::string_view::npos) {
    refuse("neither text nor an MTZ file", name,
           "amplitudes come from MTZ, CIF, XDS_ASCII, CrystFEL and Scalepack lists, or a text of "
           "h k l F");
  }
}

// The first words of CNS and X-PLOR, behind comments in braces and remarks.
bool is_cns(std::string_view bytes) {
  LineReader lines(bytes);
  bool in_braces = false;
  while (const auto line = lines.next()) {
    std::string_view text = trim(line->text);
    if (text.starts_with('{')) in_braces = true;
    if (in_braces) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) continue;
      in_braces = false;
      text = trim(text.substr(end + 1));
    }
    if (text.empty() || is_list_comment(text)) continue;
    const std::string word = upper_case(text.substr(0, 4));
    if (word == "REMA") continue;
    return word == "NREF" || word == "INDE" || word == "ANOM" || word == "DECL";
  }
  return false;
}

// XDS and XDSCONV name the format in their first line.
void refuse_formats_of_xds(std::string_view bytes, const std::string& name) {
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    std::string_view text = trim(line->text);
    if (text.empty()) continue;
    if (!text.starts_with('!')) return;
    text = skip_space(text.substr(1));
    constexpr std::string_view kKey = "FORMAT";
    if (!upper_case(text.substr(0, kKey.size())).starts_with(kKey)) continue;
    text = skip_space(text.substr(kKey.size()));
    if (!text.starts_with('=')) continue;
    const std::vector<std::string> words = words_of_list(text.substr(1));
    // "h" begins the names of columns.
    if (words.empty() || words[0].size() < 4) continue;
    refuse(fmt::format("a list of XDS in the format {} (!FORMAT=, XDS_ASCII is read)", words[0]),
           name, "take XDS_ASCII.HKL or the output of XSCALE, merged (MERGE=TRUE)");
  }
}

void refuse_programs(std::string_view bytes, std::string_view line, const std::string& name) {
  const std::string word = upper_case(line.substr(0, 8));
  const auto begins = [&](std::string_view with) { return word.starts_with(with); };
  if (is_cns(bytes)) {
    refuse("reflections of CNS or X-PLOR (which name neither cell nor symmetry)", name,
           "phenix.reflection_file_converter makes an MTZ file of them");
  }
  if (const auto words = words_of_list(line);
      begins("HKL ") && words.size() > 1 && number_prefix(words[1])) {
    refuse("reflections of TNT (which name neither cell nor symmetry)", name,
           "phenix.reflection_file_converter makes an MTZ file of them");
  }
  constexpr std::size_t kHeading = 4000;
  const std::string_view begin = bytes.substr(0, kHeading);
  for (const std::string_view end : {"\n", "\r"}) {
    if (begin.find(fmt::format("\nnH{}", end)) == std::string_view::npos) continue;
    refuse("a reflection list of d*TREK", name,
           "dtprocess and dtscaleaverage write merged data for Scalepack (.sca), which is read");
  }
  if (begins("DIALS") || begin.find("Reflection list contains") != std::string_view::npos) {
    refuse("what a program of DIALS prints", name, "dials.merge writes an MTZ file, which is read");
  }
}

void refuse_tables(std::string_view line, const std::string& name) {
  const std::vector<std::string> words = words_of_list(line);
  const bool commas =
      line.find(',') != std::string_view::npos || line.find(';') != std::string_view::npos;
  const bool in_one_word = words.size() > 1 && upper_case(words[0]) == "HKL";
  if (names_indices(words) || in_one_word) {
    const std::string column = in_one_word ? words[1] : words.size() > 3 ? words[3] : "";
    refuse(fmt::format("a table with names of columns ('{}')",
                       line.substr(0, std::min<std::size_t>(line.size(), 60))),
           name,
           names_intensity(column)
               ? fmt::format("write h k l and the square root of {}: {}", column, kToText)
               : fmt::format("leave that line out, or begin it with #: {}", kToText));
  }
  if (commas && words.size() >= 4 && number_prefix(words[0])) {
    refuse("comma-separated values", name, kToText);
  }
}

}  // namespace

void refuse_foreign_list(std::string_view bytes, const std::string& name) {
  refuse_bytes(bytes, name);
  const std::string_view line = first_line(bytes);
  refuse_formats_of_xds(bytes, name);
  refuse_programs(bytes, line, name);
  refuse_tables(line, name);
  if (shelx_layout(bytes) == Shelx::ended) {
    refuse("reflections of SHELX (HKLF: intensities, ended by 0 0 0, without cell and symmetry)",
           name, "shelxl writes a merged list with both (LIST 4, .fcf), which is read");
  }
  if (upper_case(name).ends_with(".PHS")) {
    refuse("a list of XtalView or SHELXE (.phs: one asymmetric unit, without cell and symmetry)",
           name,
           fmt::format("f2mtz makes an MTZ file of it; if it is a list in P1, call it .hkl "
                       "({})",
                       kToText));
  }
}

std::vector<std::string> doubts_about_text(std::string_view text, const std::string& name,
                                           std::span<const double> cell) {
  std::vector<std::string> doubts = doubts_of_comments(text, name, cell);
  if (shelx_layout(text) == Shelx::open) {
    doubts.push_back(
        fmt::format("{}: the columns are those of SHELX (HKLF 4, which has intensities of one "
                    "asymmetric unit): "
                    "column 4 is taken as the amplitude F, in P1",
                    name));
  }
  return doubts;
}

}  // namespace nanobragg::io
