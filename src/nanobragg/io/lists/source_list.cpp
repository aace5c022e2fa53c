// Reads a list of sources line by line.
#include "nanobragg/io/lists/source_list.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

constexpr std::size_t kMostColumns = 5;

bool is_separator(char c) {
  return is_space(c) || std::string_view(",;:!").find(c) != std::string_view::npos;
}

std::string_view skip_separators(std::string_view text) {
  const auto begin = std::find_if_not(text.begin(), text.end(), is_separator);
  return text.substr(static_cast<std::size_t>(begin - text.begin()));
}

std::vector<double> numbers_of(std::string_view line, const std::string& where) {
  std::vector<double> numbers;
  for (auto rest = skip_separators(line); !rest.empty(); rest = skip_separators(rest)) {
    const auto number = number_prefix(rest);
    const bool ends =
        number && (number->length == rest.size() || is_separator(rest[number->length]));
    if (!ends || numbers.size() == kMostColumns) {
      throw expected_numbers("1 to 5", numbers.size(), rest, where);
    }
    if (!std::isfinite(number->value)) {
      throw Error("source value " + quoted_word(rest) + " is not finite", where);
    }
    numbers.push_back(number->value);
    rest.remove_prefix(number->length);
  }
  return numbers;
}

SourceRow to_row(const std::vector<double>& numbers, const std::string& where) {
  const auto column = [&](std::size_t i) {
    return i < numbers.size() ? std::optional(numbers[i]) : std::nullopt;
  };
  const SourceRow row{column(0), column(1), column(2), column(3), column(4)};
  if (row.weight && *row.weight < 0.0) throw Error("source weight is negative", where);
  if (row.wavelength_m && *row.wavelength_m <= 0.0) {
    throw Error("source wavelength is not positive", where);
  }
  return row;
}

}  // namespace

std::vector<SourceRow> parse_source_list(std::string_view text, const std::string& name) {
  std::vector<SourceRow> rows;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const std::string_view content = line->text.substr(0, line->text.find('#'));
    if (skip_separators(content).empty()) continue;
    const std::string where = place(name, line->number);
    rows.push_back(to_row(numbers_of(content, where), where));
  }
  if (rows.empty()) throw Error("no sources", name);
  return rows;
}

std::vector<SourceRow> read_source_list(const std::filesystem::path& path) {
  return parse_source_list(read_input(path), path.string());
}

}  // namespace nanobragg::io
