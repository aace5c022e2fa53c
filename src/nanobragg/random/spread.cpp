// Draws factors by inversion, or from normal deviates.
#include "nanobragg/random/spread.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/random/normal_deviate.hpp"

namespace nanobragg {
namespace {

SpreadShape shape_of(std::string_view word) {
  if (word == "uniform") return SpreadShape::uniform;
  if (word == "normal") return SpreadShape::normal;
  return word == "lognormal" ? SpreadShape::lognormal : SpreadShape::none;
}

}  // namespace

Spread parse_spread(std::string_view text, const std::string& name) {
  if (text == "none") return {};
  if (text == "exponential") return {SpreadShape::exponential, 1.0};
  const std::size_t colon = text.find(':');
  const SpreadShape shape = shape_of(text.substr(0, colon));
  double width = -1.0;
  if (colon != std::string_view::npos) {
    const std::string_view number = text.substr(colon + 1);
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), width);
    if (code != std::errc() || end != number.data() + number.size()) width = -1.0;
  }
  const bool is_allowed =
      std::isfinite(width) && width >= 0.0 && (shape != SpreadShape::uniform || width < 1.0);
  if (shape == SpreadShape::none || !is_allowed) {
    throw UsageError(
        fmt::format("{} needs a distribution, found '{}'", name, text), "",
        "none, uniform:W, normal:W, lognormal:W (W relative, at least 0, below 1 for uniform) or "
        "exponential");
  }
  return {shape, width};
}

double draw(const Spread& spread, NumberedDeviates& deviates) {
  switch (spread.shape) {
    case SpreadShape::none:
      break;
    case SpreadShape::uniform:
      return 1.0 + spread.width * (2.0 * deviates.next() - 1.0);
    case SpreadShape::normal: {
      double factor = 0.0;
      while (factor <= 0.0) factor = 1.0 + spread.width * draw_normal(deviates);
      return factor;
    }
    case SpreadShape::lognormal:
      return std::exp(spread.width * draw_normal(deviates));
    case SpreadShape::exponential:
      return -std::log(deviates.next());
  }
  return 1.0;
}

}  // namespace nanobragg
