// Counts digits, and tells formats by what their numbers have in common.
#include "nanobragg/audit/printed_digits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace nanobragg::audit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits that a double does not have say nothing.
constexpr int kMostDigits = 17;
// With more digits than these, nothing is lost that an audit could see.
constexpr int kMany = 10;
// No program prints fewer: a text without longer numbers has round ones.
constexpr int kFewest = 4;
// Fewer digits amid many are those of an input.
constexpr int kFew = 6;

double half_unit(int place) { return 0.5 * std::pow(10.0, place); }

int place_of(double value, int significant) {
  return static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1 - significant;
}

}  // namespace

PrintedDigits digits_of(std::string_view number) {
  PrintedDigits digits{0, 0, true, false};
  std::size_t at = 0;
  int decimals = 0;
  bool after_point = false;
  for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
    if (number[at] == '.') after_point = true;
    if (!is_digit(number[at])) continue;
    if (digits.significant > 0 || number[at] != '0') ++digits.significant;
    if (after_point) ++decimals;
  }
  digits.is_whole = !after_point && at == number.size();
  digits.last_place = -decimals;
  if (at == number.size()) return digits;
  digits.has_exponent = true;
  std::string_view exponent = number.substr(at + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  int power = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  digits.last_place += power;
  return digits;
}

NumberFormat format_of(std::span<const PrintedDigits> numbers) {
  NumberFormat format;
  std::map<int, std::size_t> places;
  std::map<int, std::size_t> lengths;
  std::size_t plain = 0;
  for (const PrintedDigits& digits : numbers) {
    if (digits.is_whole) continue;
    format.significant = std::max(format.significant, std::min(digits.significant, kMostDigits));
    if (digits.has_exponent) continue;
    ++plain;
    ++places[digits.last_place];
    ++lengths[digits.significant];
  }
  // Numbers of several sizes that all end at one place are cut there.
  constexpr std::size_t kEnough = 6;
  if (plain >= kEnough && places.size() == 1 && lengths.size() > 2) {
    format.decimals = -places.begin()->first;
  }
  return format;
}

double uncertainty_of(double value, const PrintedDigits& digits, const NumberFormat& of_text,
                      const NumberFormat& of_line) {
  if (!std::isfinite(value) || (digits.significant == 0 && !of_text.decimals)) return 0.0;
  if (of_text.decimals && !digits.has_exponent) {
    return digits.is_whole ? 0.0 : half_unit(-*of_text.decimals);
  }
  if (value == 0.0 || of_text.significant < kFewest) return 0.0;
  const bool has_own_format =
      of_text.significant >= kMany && of_line.significant >= kFew && of_line.significant < kMany;
  const int significant = has_own_format ? of_line.significant : of_text.significant;
  return half_unit(place_of(value, significant));
}

}  // namespace nanobragg::audit
