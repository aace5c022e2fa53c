// Reads nine numbers that may touch each other, as Fortran's fixed columns do.
#include "nanobragg/io/mosflm_matrix.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "nanobragg/io/cell_in_degrees.hpp"
#include "nanobragg/io/compressed.hpp"
#include "nanobragg/io/foreign_matrices.hpp"
#include "nanobragg/io/text.hpp"

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
void read_rest(MosflmMatrix& matrix, std::string_view rest) {
  std::vector<std::vector<double>> lines;
  LineReader reader(rest);
  while (const auto line = reader.next()) {
    if (trim(line->text).empty()) continue;
    auto numbers = numbers_of(line->text);
    if (!numbers) break;
    lines.push_back(std::move(*numbers));
  }
  constexpr std::array<std::size_t, 5> kCounts{3, 3, 3, 3, 6};
  if (lines.size() < kCounts.size()) return;
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    if (lines[i].size() != kCounts[i]) return;
  }
  matrix.misset_deg = Vec3<double>{lines[0][0], lines[0][1], lines[0][2]};
  const std::vector<double>& c = lines[4];
  matrix.cell = cell_in_degrees(c[0], c[1], c[2], c[3], c[4], c[5]);
}

}  // namespace

MosflmMatrix parse_mosflm_matrix(std::string_view text, const std::string& name) {
  refuse_foreign_matrix(text, name);
  std::array<double, 9> values{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view word = skip_space(rest);
    // A missing number is missed after the last one, a word where it stands.
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
  read_rest(matrix, rest);
  return matrix;
}

MosflmMatrix read_mosflm_matrix(const std::filesystem::path& path) {
  return parse_mosflm_matrix(read_input(path), path.string());
}

}  // namespace nanobragg::io
