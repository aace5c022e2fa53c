// Edits the digits of a number's text.
#include "nanobragg/audit/mistyped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace nanobragg::audit {
namespace {

// "7.94e-30" is 794 with a point behind the first digit and an ending of e-30.
struct Digits {
  std::string digits;
  std::size_t before_point = 0;
  std::string ending;
};

Digits digits_of(std::string_view number) {
  const std::size_t end = std::min(number.find('e'), number.size());
  const std::string_view mantissa = number.substr(0, end);
  Digits result{std::string(mantissa), std::min(mantissa.find('.'), mantissa.size()),
                std::string(number.substr(end))};
  std::erase(result.digits, '.');
  return result;
}

std::string text_of(const Digits& d) {
  const bool is_whole = d.before_point >= d.digits.size();
  return is_whole ? d.digits + d.ending
                  : fmt::format("{}.{}{}", d.digits.substr(0, d.before_point),
                                d.digits.substr(d.before_point), d.ending);
}

}  // namespace

std::vector<TypedNumber> mistyped(std::string_view number) {
  const Digits right = digits_of(number);
  const double right_value = std::strtod(std::string(number).c_str(), nullptr);
  std::vector<TypedNumber> found;
  const auto keep = [&](const std::string& text) {
    const double value = std::strtod(text.c_str(), nullptr);
    const bool is_known =
        value == right_value || std::ranges::find(found, value, &TypedNumber::value) != found.end();
    if (!is_known) found.push_back({text, value});
  };
  // With digits more or less before the point, where those are changed.
  const auto keep_digits = [&](std::string digits, std::size_t changed) {
    const std::size_t before = changed < right.before_point
                                   ? right.before_point + digits.size() - right.digits.size()
                                   : right.before_point;
    keep(text_of({std::move(digits), before, right.ending}));
  };
  const std::size_t count = right.digits.size();
  for (std::size_t kept = right.before_point; kept < count; ++kept) {
    const std::size_t decimals = kept - right.before_point;
    const std::string mantissa = text_of({right.digits, right.before_point, ""});
    keep(fmt::format("{:.{}f}{}", std::strtod(mantissa.c_str(), nullptr), decimals, right.ending));
    keep_digits(right.digits.substr(0, kept), kept);
  }
  constexpr std::size_t kSlips = 6;
  for (std::size_t i = 0; i < std::min(count, kSlips); ++i) {
    for (const int off : {1, -1}) {
      std::string digits = right.digits;
      digits[i] = static_cast<char>(digits[i] + off);
      if (digits[i] >= '0' && digits[i] <= '9') keep_digits(digits, i);
    }
    std::string digits = right.digits;
    if (i + 1 < count) {
      std::swap(digits[i], digits[i + 1]);
      keep_digits(digits, i);
    }
    digits = right.digits;
    keep_digits(digits.erase(i, 1), i);
    digits = right.digits;
    keep_digits(digits.insert(i, 1, digits[i]), i);
  }
  return found;
}

}  // namespace nanobragg::audit
