// Goes through the fixed columns of ATOM, MTRIX and SCALE.
#include "nanobragg/io/reflections/pdb_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <gemmi/unitcell.hpp>
#include <gemmi/util.hpp>
#include <map>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

// Columns from 1, as the format's description counts them.
std::string_view columns(std::string_view line, std::size_t first, std::size_t last) {
  return line.substr(std::min(first - 1, line.size()), last - first + 1);
}

std::optional<double> number_in(std::string_view line, std::size_t first, std::size_t last) {
  const std::string_view word = trim(columns(line, first, last));
  const auto number = number_prefix(word);
  return number && number->length == word.size() ? std::optional(number->value) : std::nullopt;
}

void check_coordinates(const TextLine& line, const std::string& name) {
  constexpr std::size_t kEnd = 54;
  if (line.text.size() < kEnd) return;  // gemmi says so
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t first = 31 + (8 * i);
    if (number_in(line.text, first, first + 7)) continue;
    throw Error(fmt::format("coordinate '{}' is not a number (columns {} to {})",
                            trim(columns(line.text, first, first + 7)), first, first + 7),
                place(name, line.number));
  }
}

}  // namespace

void check_pdb_records(std::string_view bytes, const std::string& name) {
  struct Rows {
    std::size_t line = 0;  // of the first
    std::array<bool, 3> found{};
  };
  std::map<std::string, Rows> operations;
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string_view text = line->text;
    if (text.starts_with("ATOM") || text.starts_with("HETATM")) check_coordinates(*line, name);
    if (!text.starts_with("MTRIX") || text.size() < 10) continue;
    const int row = text[5] - '1';
    if (row < 0 || row > 2) continue;
    Rows& rows = operations[std::string(trim(columns(text, 8, 10)))];
    if (rows.line == 0) rows.line = line->number;
    rows.found[static_cast<std::size_t>(row)] = true;
  }
  for (const auto& [serial, rows] : operations) {
    const auto missing = std::ranges::find(rows.found, false);
    if (missing == rows.found.end()) continue;
    throw Error(fmt::format("operation {} without MTRIX{} (three rows are needed)", serial,
                            missing - rows.found.begin() + 1),
                place(name, rows.line));
  }
}

std::string without_bonds(std::string_view bytes) {
  constexpr std::array<std::string_view, 3> kBonds{"link", "ssbo", "cisp"};
  std::string kept;
  kept.reserve(bytes.size());
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string kind =
        gemmi::to_lower(std::string(line->text.substr(0, kBonds.front().size())));
    if (std::ranges::find(kBonds, kind) != kBonds.end()) continue;
    kept.append(line->text).push_back('\n');
  }
  return kept;
}

std::string doubt_of_scale(std::string_view bytes, const gemmi::UnitCell& cell,
                           const std::string& name) {
  const gemmi::UnitCell own(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma);
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string_view text = line->text;
    if (!text.starts_with("SCALE") || text.size() < 6) continue;
    const int row = text[5] - '1';
    if (row < 0 || row > 2) continue;
    const std::array<std::optional<double>, 4> given{
        number_in(text, 11, 20), number_in(text, 21, 30), number_in(text, 31, 40),
        number_in(text, 46, 55)};
    constexpr double kRounding = 1e-3;
    bool differs = std::abs(given[3].value_or(0.0)) > kRounding;
    for (int j = 0; j < 3; ++j) {
      // Of the largest in the row: elements are of the order of 1/a.
      const double largest =
          std::max({std::abs(own.frac.mat[row][0]), std::abs(own.frac.mat[row][1]),
                    std::abs(own.frac.mat[row][2])});
      const auto& element = given[static_cast<std::size_t>(j)];
      constexpr double kLastDigit = 1e-6;
      if (!element) continue;
      differs = differs || std::abs(*element - own.frac.mat[row][j]) >
                               std::max(kRounding * largest, kLastDigit);
    }
    if (!differs) continue;
    return fmt::format("{}: '{}' is not what CRYST1 makes; the atoms are placed by {}",
                       place(name, line->number), trim(text),
                       cell.explicit_matrices ? "SCALE" : "CRYST1");
  }
  return {};
}

}  // namespace nanobragg::io
