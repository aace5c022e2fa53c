// One line of a trace: finds the tag amid other output and takes the rest apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/audit/printed_digits.hpp"

namespace nanobragg::audit {

// A value as numbers or as text: "1 2 3", "[1 0; 0 1]" and "tensor([1, 2])" are numbers,
// "x:1 y:2" is numbers with labels, anything else is text.
struct Value {
  std::vector<double> numbers;
  std::string words;
  std::vector<PrintedDigits> digits = {};  // of each number; empty: exact
};

Value parse_value(std::string_view text);

struct TraceLine {
  std::string_view program;  // C, PY, CPP, … of TRACE_C
  std::string_view section;  // PHI, SOURCE2, … of TRACE_C_PHI; empty: none
  std::string_view rest;     // what follows the tag
};

// Nothing where the line holds no tag.
std::optional<TraceLine> find_tag(std::string_view line);

struct KeyText {
  std::string_view key;
  std::string_view value;
};

// "key=value" or "key value…".
KeyText split_key(std::string_view rest);

// The pairs of "phi_tic=0 phi_deg=0.1 …". A word without '=' has an empty value.
std::vector<KeyText> split_pairs(std::string_view rest);

// A whole number at the end of "SOURCE2"; unset where there is none.
std::optional<std::size_t> trailing_number(std::string_view word);

// The words of a text.
std::vector<std::string_view> split_words(std::string_view text, std::string_view separators);

// The whole text as one number; unset where it is not. nan and inf are numbers.
std::optional<double> whole_number_text(std::string_view text);

}  // namespace nanobragg::audit
