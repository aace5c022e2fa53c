// Takes numbers alone: what stands between two may make them a range.
#include "nanobragg/io/reflections/wavelength_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {

WavelengthWords read_wavelength_words(std::string words) {
  const std::string said(trim(words));
  std::ranges::replace_if(
      words, [](char c) { return c == ',' || c == ';'; }, ' ');
  WavelengthWords out;
  std::string_view rest = skip_space(words);
  while (const auto number = number_prefix(rest)) {
    rest = rest.substr(number->length);
    const bool ends = rest.empty() || skip_space(rest).size() < rest.size();
    if (!ends || number->value < 0.0) {
      return {
          {},
          fmt::format("the wavelength '{}' is neither a number nor a list: it is not used", said)};
    }
    if (number->value > 0.0) out.angstrom.push_back(number->value);
    rest = skip_space(rest);
  }
  const bool is_missing = said == "." || said == "?" || said == "NULL";
  if (rest.empty() || is_missing) return out;
  return {{},
          fmt::format("the wavelength '{}' is neither a number nor a list: it is not used", said)};
}

}  // namespace nanobragg::io
