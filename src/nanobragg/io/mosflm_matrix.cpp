// Reads nine numbers that may touch each other, as Fortran's fixed columns do.
#include "nanobragg/io/mosflm_matrix.hpp"

#include <array>
#include <cmath>

#include "nanobragg/io/file.hpp"
#include "nanobragg/io/text.hpp"

namespace nanobragg::io {
namespace {

// A number ends at a space or, in columns without gaps, at the sign of its neighbour.
bool ends_number(std::string_view rest) {
  return rest.empty() || is_space(rest.front()) || rest.front() == '-' || rest.front() == '+';
}

}  // namespace

Mat3<double> parse_mosflm_matrix(std::string_view text, const std::string& name) {
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
  return {{Vec3<double>{v[0], v[1], v[2]}, {v[3], v[4], v[5]}, {v[6], v[7], v[8]}}};
}

Mat3<double> read_mosflm_matrix(const std::filesystem::path& path) {
  return parse_mosflm_matrix(read_file(path), path.string());
}

}  // namespace nanobragg::io
