// Draws values inside the range of an option.
#include "unit/config/option_samples.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/words.hpp"

namespace nanobragg::config {
namespace {

// Any finite double, subnormal ones included: all bit patterns are equally likely.
double any_double(std::mt19937_64& random) {
  for (;;) {
    const double value = std::bit_cast<double>(random());
    if (std::isfinite(value)) return value;
  }
}

double number_in(Range range, std::mt19937_64& random) {
  const double value = any_double(random);
  switch (range) {
    case Range::positive:
      return value == 0.0 ? 1.0 : std::abs(value);
    case Range::non_negative:
    case Range::non_negative_or_infinite:
      return std::abs(value);
    case Range::at_least_one:
      return std::max(1.0, std::abs(value));
    case Range::minus_one_to_one:
      return std::abs(value) > 1.0 ? 1.0 / value : value;
    case Range::any:
    case Range::direction:
    case Range::seed:
      return value;
  }
  return value;
}

long whole_number_in(Range range, std::mt19937_64& random) {
  const long least = range == Range::any            ? -2147483647
                     : range == Range::seed         ? -2147483646
                     : range == Range::at_least_one ? 1
                                                    : 0;
  return std::uniform_int_distribution<long>(least, 2147483646)(random);
}

template <class E>
std::string any_word(std::mt19937_64& random) {
  const auto all = words<E>();
  return std::string(all[random() % all.size()].text);
}

std::string any_mode(std::mt19937_64& random) {
  compat::Mode mode{.base = static_cast<compat::Base>(random() % 3), .quirks = {}};
  for (const compat::QuirkInfo& row : compat::quirk_table()) {
    const bool possible = row.fate != compat::Fate::never_present;
    if (possible && random() % 2 == 0) mode.quirks = mode.quirks.with(row.quirk);
  }
  return to_text(mode);
}

std::string any_text(const Option& option, std::mt19937_64& random) {
  if (std::holds_alternative<Member<CrystalShape>>(option.binding)) {
    return any_word<CrystalShape>(random);
  }
  if (std::holds_alternative<Member<Convention>>(option.binding)) {
    return any_word<Convention>(random);
  }
  if (std::holds_alternative<Member<Pivot>>(option.binding)) return any_word<Pivot>(random);
  if (std::holds_alternative<Member<MosaicShape>>(option.binding)) {
    return any_word<MosaicShape>(random);
  }
  if (std::holds_alternative<Member<Profile>>(option.binding)) return any_word<Profile>(random);
  if (std::holds_alternative<Member<PointSpreadShape>>(option.binding)) {
    return any_word<PointSpreadShape>(random);
  }
  if (std::holds_alternative<Member<CountRateModel>>(option.binding)) {
    return any_word<CountRateModel>(random);
  }
  if (std::holds_alternative<Member<NoiseSource>>(option.binding)) {
    return any_word<NoiseSource>(random);
  }
  if (std::holds_alternative<Member<compat::Mode>>(option.binding)) return any_mode(random);
  if (std::holds_alternative<Member<kernel::Precision>>(option.binding)) {
    return any_word<kernel::Precision>(random);
  }
  // A file name may hold everything but a zero byte.
  const std::vector<std::string> pieces{"a", "/", "\"", "\\", "'", " ",  "\n", "\x7f",  "\x01",
                                        "#", "]", "Å",  "=",  "µ", "\t", "\r", "\"\"\""};
  std::string text;
  for (std::size_t n = 1 + random() % 8; n > 0; --n) text += pieces[random() % pieces.size()];
  return text;
}

}  // namespace

std::vector<std::string> random_elements(const Option& option, std::mt19937_64& random) {
  const ValueForm form = form_of(option);
  if (!form.word.empty() && random() % 4 == 0) return {std::string(form.word)};
  if (std::holds_alternative<NumberAndSeed>(option.binding)) {
    return {shortest(number_in(option.range, random)),
            std::to_string(whole_number_in(Range::non_negative, random))};
  }
  const std::size_t count = form.least + random() % (form.most - form.least + 1);
  std::vector<std::string> elements;
  while (elements.size() < count) {
    switch (form.kind) {
      case ValueKind::number:
        elements.push_back(shortest(number_in(option.range, random)));
        break;
      case ValueKind::whole_number:
        elements.push_back(std::to_string(whole_number_in(option.range, random)));
        break;
      case ValueKind::truth:
        elements.emplace_back(random() % 2 == 0 ? "true" : "false");
        break;
      case ValueKind::text:
        elements.push_back(any_text(option, random));
        break;
    }
  }
  return elements;
}

}  // namespace nanobragg::config
