// What the readers of text formats share: numbers, lines and the words of their errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

// As isspace in the C locale.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// `text` from its first character that is not a space.
std::string_view skip_space(std::string_view text);
// `text` without spaces at both ends.
std::string_view trim(std::string_view text);

// A number at the very start of some text, and how many characters it takes.
template <class T>
struct NumberPrefix {
  T value{};
  std::size_t length = 0;
};

// A decimal number as C's scanf reads it, a plus sign included; nothing where there is none. Too
// large a number is infinite, too small a number is 0.
std::optional<NumberPrefix<double>> number_prefix(std::string_view text);
// The same for an integer; nothing where it exceeds 64 bits.
std::optional<NumberPrefix<std::int64_t>> integer_prefix(std::string_view text);

struct TextLine {
  std::string_view text;   // without its line end
  std::size_t number = 0;  // from 1
};

// Goes through the lines of a text.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}
  // The next line; nothing after the last.
  std::optional<TextLine> next();

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// Number of the line that contains the character at `position`, from 1.
std::size_t line_number_at(std::string_view text, std::size_t position);

// "name:line", for the `where` of an Error.
std::string place(std::string_view name, std::size_t line);

// The first word of `text` in quotes, fit for a console: cut short, unprintable bytes replaced.
std::string quoted_word(std::string_view text);
// The same of all words.
std::string quoted_text(std::string_view text);

// "expected 4 numbers, found 3 (then 'abc')", without the bracket where nothing follows.
Error expected_numbers(std::string_view expected, std::size_t found, std::string_view rest,
                       std::string where);

}  // namespace nanobragg::io
