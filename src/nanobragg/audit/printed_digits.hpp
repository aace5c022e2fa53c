// How exactly a printed number is known: half a unit of the last digit that is shown.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace nanobragg::audit {

// The digits of one number as it is written.
struct PrintedDigits {
  int significant = 0;    // from the first that is not 0
  int last_place = 0;     // power of ten of the last: -2 of 1.25, 3 of 5e3
  bool is_whole = false;  // neither point nor exponent
  bool has_exponent = false;
};

PrintedDigits digits_of(std::string_view number);

// How a program prints: by significant digits, the zeros behind them left out (%.15g), or with a
// fixed number of decimals (%.6f).
struct NumberFormat {
  int significant = 0;  // the most that any number shows; 0: none shows a point
  std::optional<int> decimals;
};

NumberFormat format_of(std::span<const PrintedDigits> numbers);

// Of a text that shows `of_text`, in a line whose numbers show `of_line`. A few digits amid many
// are an input, which is exact; more of them are a line with a format of its own. 0: exact.
double uncertainty_of(double value, const PrintedDigits& digits, const NumberFormat& of_text,
                      const NumberFormat& of_line);

}  // namespace nanobragg::audit
