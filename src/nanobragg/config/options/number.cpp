// Strict reading and exact writing of numbers.
#include "nanobragg/config/options/number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace nanobragg::config {

std::optional<double> parse_number(std::string_view token) {
  // from_chars takes a minus sign alone.
  if (token.starts_with('+')) {
    token.remove_prefix(1);
    if (token.starts_with('-')) return std::nullopt;
  }
  double value = 0.0;
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, value);
  if (error != std::errc() || stop != end || std::isnan(value)) return std::nullopt;
  return value;
}

std::string shortest(double value) {
  std::string text = fmt::format("{}", value);
  const bool is_real = text.find_first_of(".en") != std::string::npos;  // "inf", "nan" have an n
  return is_real ? text : text + ".0";
}

}  // namespace nanobragg::config
