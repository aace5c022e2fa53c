// Reads nine numbers that may touch each other, as Fortran's fixed columns do.
#include "nanobragg/io/geometry/mosflm_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/geometry/foreign_matrices.hpp"

namespace nanobragg::io {
namespace {

// A number ends at a space or, in columns without gaps, at the sign of its neighbour.
bool ends_number(std::string_view rest) {
  return rest.empty() || is_space(rest.front()) || rest.front() == '-' || rest.front() == '+';
}

// The numbers of a line, which may touch; nothing where it has words.
std::optional<std::vector<double>> numbers_of(std::string_view line) {
  std::vector<double> numbers;
  std::string_view rest = skip_space(line);
  while (!rest.empty()) {
    const auto number = number_prefix(rest);
    if (!number || !std::isfinite(number->value)) return std::nullopt;
    numbers.push_back(number->value);
    rest = skip_space(rest.substr(number->length));
  }
  return numbers;
}

// What a whole file of MOSFLM says behind the matrix: three missetting angles, the matrix U in
// three lines, the cell.
// Whether it was there.
bool read_tail_of_mosflm(MosflmMatrix& matrix, std::string_view rest) {
  std::vector<std::vector<double>> lines;
  LineReader reader(rest);
  while (const auto line = reader.next()) {
    if (trim(line->text).empty()) continue;
    auto numbers = numbers_of(line->text);
    if (!numbers) break;
    lines.push_back(std::move(*numbers));
  }
  constexpr std::array<std::size_t, 5> kCounts{3, 3, 3, 3, 6};
  if (lines.size() < kCounts.size()) return false;
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    if (lines[i].size() != kCounts[i]) return false;
  }
  const auto row = [&](std::size_t i) {
    return Vec3<double>{lines[i][0], lines[i][1], lines[i][2]};
  };
  matrix.misset_deg = row(0);
  matrix.rotation = Mat3<double>{{row(1), row(2), row(3)}};
  const std::vector<double>& c = lines[4];
  matrix.cell = cell_in_degrees(c[0], c[1], c[2], c[3], c[4], c[5]);
  return true;
}

constexpr std::size_t kCell = 6;

// Six numbers that can be a cell, and perhaps its volume.
bool can_be_cell(const std::vector<double>& numbers) {
  if (numbers.size() != kCell && numbers.size() != kCell + 1) return false;
  constexpr double kSmallestAngle = 10.0;
  constexpr double kLargestAngle = 170.0;
  for (std::size_t i = 0; i < kCell; ++i) {
    const bool is_edge = i < 3;
    if (is_edge && !(numbers[i] > 1.0)) return false;
    if (!is_edge && !(numbers[i] > kSmallestAngle && numbers[i] < kLargestAngle)) return false;
  }
  return true;
}

// A cell where other programs write one, and numbers of unknown meaning.
void read_other_lines(MosflmMatrix& matrix, std::string_view rest, std::size_t first_line) {
  LineReader reader(rest);
  bool has_volume = false;
  while (const auto line = reader.next()) {
    const std::string_view text = trim(line->text);
    const bool is_named = text.starts_with("CELL") || text.starts_with("cell");
    const auto numbers = numbers_of(is_named ? text.substr(4) : text);
    if (!numbers || numbers->empty()) continue;
    if (!matrix.cell && can_be_cell(*numbers)) {
      const std::vector<double>& c = *numbers;
      matrix.cell = cell_in_degrees(c[0], c[1], c[2], c[3], c[4], c[5]);
      has_volume = c.size() > kCell;
      continue;
    }
    // The uncertainties of the cell and its volume.
    if (has_volume && numbers->size() == kCell + 1) continue;
    const bool says_something = std::ranges::any_of(*numbers, [](double x) { return x != 0.0; });
    if (!says_something || !matrix.unread.empty()) continue;
    matrix.unread = fmt::format("line {} ('{}')", first_line + line->number - 1,
                                text.substr(0, std::min<std::size_t>(text.size(), 60)));
  }
}

}  // namespace

MosflmMatrix parse_mosflm_matrix(std::string_view text, const std::string& name) {
  refuse_foreign_matrix(text, name);
  std::array<double, 9> values{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view word = skip_space(rest);
    // A missing number is reported after the last one, a word where it stands.
    const std::string_view blamed = word.empty() ? rest : word;
    const std::string where = place(name, line_number_at(text, text.size() - blamed.size()));
    const auto number = number_prefix(word);
    if (!number || !ends_number(word.substr(number->length))) {
      throw expected_numbers("9", i, word, where);
    }
    if (!std::isfinite(number->value)) {
      throw Error("matrix element " + quoted_word(word) + " is not finite", where);
    }
    values[i] = number->value;
    rest = word.substr(number->length);
  }
  const auto& v = values;
  MosflmMatrix matrix;
  matrix.elements = {{Vec3<double>{v[0], v[1], v[2]}, {v[3], v[4], v[5]}, {v[6], v[7], v[8]}}};
  if (!read_tail_of_mosflm(matrix, rest)) {
    read_other_lines(matrix, rest, line_number_at(text, text.size() - rest.size()));
  }
  return matrix;
}

MosflmMatrix read_mosflm_matrix(const std::filesystem::path& path) {
  return parse_mosflm_matrix(read_input(path), path.string());
}

}  // namespace nanobragg::io
