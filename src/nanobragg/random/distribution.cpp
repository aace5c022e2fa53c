// Reads distributions and draws from them.
#include "nanobragg/random/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/random/normal_deviate.hpp"

namespace nanobragg {
namespace {

using Kind = Distribution::Kind;

struct Word {
  std::string_view start;
  Kind kind;
  std::size_t least, most;  // numbers
};
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
constexpr std::array kWords{Word{"offset:", Kind::offset, 1, 1}, Word{"range:", Kind::range, 2, 2},
                            Word{"logrange:", Kind::log_range, 2, 2},
                            Word{"list:", Kind::list, 1, kAny}};

// The numbers between commas; nothing where one is none.
std::optional<std::vector<double>> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  while (true) {
    const std::string_view part = text.substr(0, text.find(','));
    double value = 0.0;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (code != std::errc() || end != part.data() + part.size() || !std::isfinite(value)) {
      return std::nullopt;
    }
    numbers.push_back(value);
    if (part.size() == text.size()) return numbers;
    text.remove_prefix(part.size() + 1);
  }
}

bool is_possible(const Word& word, const std::vector<double>& numbers) {
  if (numbers.size() < word.least || numbers.size() > word.most) return false;
  if (word.kind == Kind::offset) return numbers[0] >= 0.0;
  if (word.kind == Kind::list) return true;
  return numbers[0] <= numbers[1] && (word.kind == Kind::range || numbers[0] > 0.0);
}

}  // namespace

Distribution parse_distribution(std::string_view text, const std::string& name) {
  for (const Word& word : kWords) {
    if (!text.starts_with(word.start)) continue;
    const auto numbers = numbers_of(text.substr(word.start.size()));
    if (numbers && is_possible(word, *numbers)) return {word.kind, {}, *numbers};
    throw UsageError(fmt::format("{} needs a distribution, found '{}'", name, text), "",
                     "offset:W (W at least 0), range:LOW,HIGH, logrange:LOW,HIGH (LOW above 0) or "
                     "list:A,B,…");
  }
  try {
    return {Kind::factor, parse_spread(text, name), {}};
  } catch (const UsageError& error) {
    throw UsageError(error.problem(), error.where(),
                     error.hint() + "; or offset:W, range:LOW,HIGH, logrange:LOW,HIGH, list:A,B,…");
  }
}

double draw(const Distribution& distribution, double setting, NumberedDeviates& deviates) {
  const std::vector<double>& numbers = distribution.numbers;
  switch (distribution.kind) {
    case Kind::factor:
      break;
    case Kind::offset:
      return setting + numbers[0] * draw_normal(deviates);
    case Kind::range:
      return std::lerp(numbers[0], numbers[1], deviates.next());
    case Kind::log_range:
      return numbers[0] * std::pow(numbers[1] / numbers[0], deviates.next());
    case Kind::list: {
      const auto count = static_cast<double>(numbers.size());
      const auto chosen = static_cast<std::size_t>(deviates.next() * count);
      return numbers[std::min(chosen, numbers.size() - 1)];
    }
  }
  return draw(distribution.spread, deviates) * setting;
}

}  // namespace nanobragg
