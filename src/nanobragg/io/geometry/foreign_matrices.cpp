// Tells the formats apart by their first words, and by the numbers in their first lines.
#include "nanobragg/io/geometry/foreign_matrices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

constexpr const char* kByDials =
    "dials.import_xds and dials.import write an .expt file, which -crystal reads";
constexpr const char* kNineNumbers =
    "-mat takes nine numbers, three a line: a*, b*, c* as columns, times the wavelength (MOSFLM)";

struct Mark {
  std::string_view words;
  const char* format;
  const char* hint;
};

// At the start of the first line that is not empty.
constexpr auto kFirstWords = std::to_array<Mark>({
    {"XPARM.XDS", "XPARM.XDS of XDS", kByDials},
    {"GXPARM.XDS", "GXPARM.XDS of XDS", kByDials},
    {"FILEID", "a .p4p file of Bruker or Rigaku", kNineNumbers},
    {"HEADER_BYTES", "the header of a d*TREK file", kNineNumbers},
    {"CrystFEL stream", "a stream of CrystFEL",
     "--orientations of nanobragg stills takes a matrix for each pattern"},
    {"TITL", "a file of SHELX", kNineNumbers},
    {"CELL ", "a file of SHELX", kNineNumbers},
});

// At the start of some line.
constexpr auto kLaterWords = std::to_array<Mark>({
    {"ORT1 ", "a .p4p file of Bruker or Rigaku", kNineNumbers},
    {"CRYSTALLOGRAPHY UB", "a .par file of CrysAlis", kNineNumbers},
    {"HEADER_BYTES=", "the header of a d*TREK file or an image", kNineNumbers},
    {"CRYSTAL_ORIENT", "the header of a d*TREK file", kNineNumbers},
});

[[noreturn]] void refuse(const Mark& mark, const std::string& name) {
  throw Error(fmt::format("{} (not a matrix of MOSFLM)", mark.format), name, mark.hint);
}

// How many numbers a line has, which may touch as Fortran writes them; nothing where it has words.
std::optional<std::size_t> count_numbers(std::string_view line) {
  std::size_t count = 0;
  std::string_view rest = skip_space(line);
  while (!rest.empty()) {
    const auto number = number_prefix(rest);
    if (!number) return std::nullopt;
    rest = skip_space(rest.substr(number->length));
    ++count;
  }
  return count;
}

// A line of a CrystFEL solution: image, perhaps //event, nine numbers in nm⁻¹ and more.
bool is_solution(std::string_view line) {
  const auto skip_word = [](std::string_view text) {
    return skip_space(text.substr(std::min(text.find(' '), text.size())));
  };
  if (line.empty() || number_prefix(line)) return false;
  std::string_view rest = skip_word(line);
  if (rest.starts_with("//")) rest = skip_word(rest);
  std::size_t numbers = 0;
  while (const auto number = number_prefix(rest)) {
    rest = skip_space(rest.substr(number->length));
    ++numbers;
  }
  return numbers >= 9;
}

}  // namespace

void refuse_foreign_matrix(std::string_view text, const std::string& name) {
  LineReader lines(text);
  std::vector<std::string_view> first;
  while (const auto line = lines.next()) {
    const std::string_view content = trim(line->text);
    if (content.empty()) continue;
    first.push_back(content);
    for (const Mark& mark : kLaterWords) {
      if (content.starts_with(mark.words)) refuse(mark, name);
    }
    constexpr std::size_t kLines = 200;
    if (first.size() == kLines) break;
  }
  if (first.empty()) return;
  for (const Mark& mark : kFirstWords) {
    if (first[0].starts_with(mark.words)) refuse(mark, name);
  }
  if (first[0].starts_with('{')) {
    refuse({"", "JSON, or the header of an image",
            "-crystal FILE.expt takes the crystal of DIALS experiments"},
           name);
  }
  if (is_solution(first[0])) {
    refuse({"", "a solution of CrystFEL (.sol)", kNineNumbers}, name);
  }
  const auto numbers = [&](std::size_t i) {
    return i < first.size() ? count_numbers(first[i]) : std::optional<std::size_t>();
  };
  const auto on_first = numbers(0);
  // A frame, its angle and width, an axis; the wavelength and the beam.
  if (on_first == 6 && numbers(1) == 4) {
    refuse({"", "an old XPARM.XDS of XDS (six numbers in its first line, four in its second)",
            kByDials},
           name);
  }
  // DENZO: a title, then two matrices side by side.
  const bool six_a_line = on_first == 6 || (!on_first && numbers(1) == 6 && numbers(2) == 6);
  if (six_a_line) {
    refuse({"", "lines of six numbers, as in an .x file of DENZO,", kNineNumbers}, name);
  }
  const bool allowed = !on_first || *on_first == 1 || *on_first == 3 || *on_first == 9;
  if (!allowed) {
    throw Error(
        fmt::format("{} numbers in the first line (a matrix of MOSFLM has three)", *on_first), name,
        kNineNumbers);
  }
}

}  // namespace nanobragg::io
