// Numbers, lines and the words of errors.
#include "nanobragg/io/files/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace nanobragg::io {
namespace {

constexpr std::size_t kLongestQuotedWord = 24;

// std::from_chars does not take a plus sign. Returns the characters to skip; nothing for "+-".
std::optional<std::size_t> plus_sign(std::string_view text) {
  if (!text.starts_with('+')) return 0;
  if (text.substr(1).starts_with('-')) return std::nullopt;
  return 1;
}

}  // namespace

std::string_view skip_space(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  return text.substr(begin);
}

std::string_view trim(std::string_view text) {
  text = skip_space(text);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<NumberPrefix<double>> number_prefix(std::string_view text) {
  const auto sign = plus_sign(text);
  if (!sign) return std::nullopt;
  NumberPrefix<double> number;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + *sign, end, number.value);
  if (error == std::errc::invalid_argument) return std::nullopt;
  number.length = static_cast<std::size_t>(rest - text.data());
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say in which direction; strtod does.
    const double value = std::strtod(std::string(text.substr(0, number.length)).c_str(), nullptr);
    number.value = std::isinf(value) ? value : 0.0;
  }
  return number;
}

std::optional<NumberPrefix<std::int64_t>> integer_prefix(std::string_view text) {
  const auto sign = plus_sign(text);
  if (!sign) return std::nullopt;
  NumberPrefix<std::int64_t> number;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + *sign, end, number.value);
  if (error != std::errc()) return std::nullopt;
  number.length = static_cast<std::size_t>(rest - text.data());
  return number;
}

std::optional<TextLine> LineReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return TextLine{line, ++number_};
}

std::size_t line_number_at(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::string place(std::string_view name, std::size_t line) {
  return fmt::format("{}:{}", name, line);
}

std::string quoted_word(std::string_view text) {
  text = skip_space(text);
  const auto end = std::find_if(text.begin(), text.end(), is_space);
  return quoted_text(text.substr(0, static_cast<std::size_t>(end - text.begin())));
}

std::string quoted_text(std::string_view text) {
  text = trim(text);
  std::string word(text.substr(0, kLongestQuotedWord));
  for (char& c : word) {
    const bool printable = c >= ' ' && c <= '~';
    if (!printable) c = '?';
  }
  return fmt::format("'{}{}'", word, text.size() > kLongestQuotedWord ? "..." : "");
}

Error expected_numbers(std::string_view expected, std::size_t found, std::string_view rest,
                       std::string where) {
  std::string message = fmt::format("expected {} numbers, found {}", expected, found);
  if (!skip_space(rest).empty()) message += fmt::format(" (then {})", quoted_word(rest));
  return Error(std::move(message), std::move(where));
}

}  // namespace nanobragg::io
