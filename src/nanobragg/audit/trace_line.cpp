// Tags, keys and values of trace lines.
#include "nanobragg/audit/trace_line.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace nanobragg::audit {
namespace {

constexpr std::string_view kTag = "TRACE_";
constexpr std::string_view kSpaces = " \t\r\v\f";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_upper(c) || is_digit(c) || c == '_' || (c >= 'a' && c <= 'z'); }

bool is_program(std::string_view word) { return word == "C" || word == "PY" || word == "CPP"; }

std::string_view trim_start(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

std::string_view trim(std::string_view text) {
  text = trim_start(text);
  const std::size_t last = text.find_last_not_of(kSpaces);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

// The tag that starts at the beginning of `text`: program, section, and a colon that only section
// lines may lack.
std::optional<TraceLine> tag_at_start(std::string_view text) {
  std::string_view rest = text.substr(kTag.size());
  std::size_t length = 0;
  while (length < rest.size() && is_word(rest[length])) ++length;
  const std::string_view word = rest.substr(0, length);
  rest.remove_prefix(length);
  const std::size_t cut = word.find('_');
  TraceLine line{word.substr(0, cut), {}, {}};
  if (cut != std::string_view::npos) line.section = word.substr(cut + 1);
  if (!is_program(line.program)) return std::nullopt;
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
  } else if (line.section.empty()) {
    return std::nullopt;
  }
  line.rest = trim(rest);
  return line;
}

// "x:1 y:2" as numbers with the labels "x y".
std::optional<Value> labelled_numbers(const std::vector<std::string_view>& words) {
  Value value;
  for (const std::string_view word : words) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const auto number = whole_number_text(word.substr(colon + 1));
    if (!number) return std::nullopt;
    value.numbers.push_back(*number);
    value.digits.push_back(digits_of(word.substr(colon + 1)));
    if (!value.words.empty()) value.words += ' ';
    value.words += word.substr(0, colon);
  }
  return value;
}

std::optional<Value> plain_numbers(std::string_view text) {
  constexpr std::string_view kTensor = "tensor";
  if (text.starts_with(kTensor)) text.remove_prefix(kTensor.size());
  Value value;
  for (const std::string_view word : split_words(text, " \t\r\v\f,;[]()")) {
    const auto number = whole_number_text(word);
    if (!number) return std::nullopt;
    value.numbers.push_back(*number);
    value.digits.push_back(digits_of(word));
  }
  if (value.numbers.empty()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> whole_number_text(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.front() == '+') return std::nullopt;
  double number = 0.0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::invalid_argument || rest != end) return std::nullopt;
  // from_chars leaves the number alone where it is too large or too small; strtod does not.
  if (error == std::errc::result_out_of_range)
    return std::strtod(std::string(text).c_str(), nullptr);
  return number;
}

std::vector<std::string_view> split_words(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  for (std::size_t begin = text.find_first_not_of(separators); begin != std::string_view::npos;) {
    const std::size_t end = text.find_first_of(separators, begin);
    words.push_back(text.substr(begin, end - begin));
    begin = end == std::string_view::npos ? end : text.find_first_not_of(separators, end);
  }
  return words;
}

Value parse_value(std::string_view text) {
  text = trim(text);
  if (auto numbers = plain_numbers(text)) return *std::move(numbers);
  const auto words = split_words(text, kSpaces);
  if (auto labelled = words.empty() ? std::nullopt : labelled_numbers(words)) {
    return *std::move(labelled);
  }
  return {{}, std::string(text)};
}

std::optional<TraceLine> find_tag(std::string_view line) {
  for (std::size_t at = line.find(kTag); at != std::string_view::npos;
       at = line.find(kTag, at + 1)) {
    // A logger may write before the tag, but a tag is a word of its own.
    if (at > 0 && is_word(line[at - 1])) continue;
    if (const auto tag = tag_at_start(line.substr(at))) return tag;
  }
  return std::nullopt;
}

KeyText split_key(std::string_view rest) {
  std::size_t length = 0;
  while (length < rest.size() && is_word(rest[length])) ++length;
  const std::string_view after = trim_start(rest.substr(length));
  if (length > 0 && (after.starts_with('=') || after.starts_with(':'))) {
    return {rest.substr(0, length), trim(after.substr(1))};
  }
  const std::size_t end = rest.find_first_of(kSpaces);
  if (end == std::string_view::npos) return {rest, {}};
  return {rest.substr(0, end), trim(rest.substr(end))};
}

std::vector<KeyText> split_pairs(std::string_view rest) {
  std::vector<KeyText> pairs;
  for (const std::string_view word : split_words(rest, " \t\r\v\f,")) {
    const std::size_t equals = word.find('=');
    pairs.push_back({word.substr(0, equals), equals == std::string_view::npos
                                                 ? std::string_view()
                                                 : word.substr(equals + 1)});
  }
  return pairs;
}

std::optional<std::size_t> trailing_number(std::string_view word) {
  std::size_t begin = word.size();
  while (begin > 0 && is_digit(word[begin - 1])) --begin;
  std::size_t number = 0;
  const auto [rest, error] =
      std::from_chars(word.data() + begin, word.data() + word.size(), number);
  if (begin == word.size() || error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace nanobragg::audit
