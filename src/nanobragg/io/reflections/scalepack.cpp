// Fixed columns, which may touch each other.
#include "nanobragg/io/reflections/scalepack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// The whole of a text as one integer.
std::optional<std::int64_t> as_integer(std::string_view text) {
  const std::string_view word = trim(text);
  const auto number = integer_prefix(word);
  return number && number->length == word.size() ? std::optional(number->value) : std::nullopt;
}

struct Heading {
  CellParameters<double> cell;
  std::string space_group;
};

// "    79.100    79.100    37.900    90.000    90.000    90.000 p43212"
std::optional<Heading> parse_heading(std::string_view line) {
  std::array<double, 6> cell{};
  std::string_view rest = skip_space(line);
  for (double& value : cell) {
    const auto number = number_prefix(rest);
    if (!number) return std::nullopt;
    value = number->value;
    rest = skip_space(rest.substr(number->length));
  }
  if (rest.empty()) return std::nullopt;
  return Heading{cell_in_degrees(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]),
                 std::string(trim(rest))};
}

// "    8 p43212": operations follow, then reflections with their original indices.
bool is_unmerged_heading(std::string_view line) {
  const std::string_view text = trim(line);
  const auto count = integer_prefix(text);
  if (!count || count->value < 1 || count->value > 192) return false;
  const std::string_view group = skip_space(text.substr(count->length));
  const bool is_word = !group.empty() && std::string_view("PABCFIRHpabcfirh").find(group.front()) !=
                                             std::string_view::npos;
  return is_word && find_space_group(std::string(group), std::nullopt).has_value();
}

double field(const TextLine& line, std::size_t begin, std::size_t width, const std::string& name) {
  const std::string_view word =
      begin < line.text.size() ? trim(line.text.substr(begin, width)) : std::string_view();
  const auto number = number_prefix(word);
  if (!number || number->length != word.size() || !std::isfinite(number->value)) {
    throw Error(fmt::format("columns {} to {} hold '{}', which is not a number", begin + 1,
                            begin + width, word),
                place(name, line.number));
  }
  return number->value;
}

// Intensity and σ, from this column on.
double intensity(const TextLine& line, std::size_t begin, const std::string& name) {
  constexpr std::size_t kWidth = 8;
  if (begin >= line.text.size() || trim(line.text.substr(begin)).empty()) return kMissing;
  const double value = field(line, begin, kWidth, name);
  const double sigma = field(line, begin + kWidth, kWidth, name);
  return sigma < 0.0 ? kMissing : value;
}

ReflectionTable parse_rows(LineReader& lines, const Heading& heading, const std::string& name) {
  ReflectionTable table;
  table.file = name;
  table.format = "Scalepack";
  table.cell = heading.cell;
  const auto operations = find_space_group(heading.space_group, heading.cell);
  if (!operations) throw Error("unknown space group '" + heading.space_group + "'", name);
  table.operations = *operations;
  table.space_group = name_of_group(*operations);
  std::vector<double> plus;
  std::vector<double> minus;
  while (const auto line = lines.next()) {
    if (trim(line->text).empty()) continue;
    add_index(table, field(*line, 0, 4, name), field(*line, 4, 4, name), field(*line, 8, 4, name));
    plus.push_back(intensity(*line, 12, name));
    minus.push_back(intensity(*line, 28, name));
  }
  if (table.indices.empty()) throw Error("no reflections", name);
  check_merged(table.indices, name);
  const bool anomalous = std::ranges::any_of(minus, [](double x) { return !std::isnan(x); });
  table.columns.push_back(
      {.label = anomalous ? "I(+)" : "I",
       .kind = anomalous ? ColumnKind::mate_intensity : ColumnKind::intensity,
       .contents = anomalous ? "merged intensities of I(+) or I(-)" : "merged intensities",
       .values = std::move(plus)});
  if (anomalous) {
    table.columns.push_back({.label = "I(-)",
                             .kind = ColumnKind::mate_intensity,
                             .contents = table.columns.front().contents,
                             .values = std::move(minus)});
  }
  return table;
}

}  // namespace

bool is_scalepack(std::string_view bytes) {
  LineReader lines(bytes);
  const auto first = lines.next();
  if (!first) return false;
  if (is_unmerged_heading(first->text)) return true;
  const auto second = lines.next();
  const auto third = lines.next();
  return third && as_integer(first->text) == 1 && as_integer(second->text) &&
         parse_heading(third->text);
}

ReflectionTable parse_scalepack(std::string_view bytes, const std::string& name) {
  LineReader lines(bytes);
  if (is_unmerged_heading(lines.next()->text)) {
    throw Error("a list of Scalepack with original indices (the data are not merged)", name,
                kMergeFirst);
  }
  lines.next();
  return parse_rows(lines, parse_heading(lines.next()->text).value(), name);
}

}  // namespace nanobragg::io
