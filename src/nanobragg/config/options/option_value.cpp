// Visits the bindings of options: their form, reading, writing and effects.
#include "nanobragg/config/options/option_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/range.hpp"
#include "nanobragg/config/options/words.hpp"

namespace nanobragg::config {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// Names a type to an overload.
template <class T>
struct Type {};

constexpr std::size_t kCellNumbers = 6;
constexpr std::size_t kMostGathered = 100;

ValueForm form(Type<double>) { return {ValueKind::number}; }
ValueForm form(Type<long>) { return {ValueKind::whole_number}; }
ValueForm form(Type<bool>) { return {ValueKind::truth}; }
ValueForm form(Type<std::string>) { return {ValueKind::text}; }
ValueForm form(Type<compat::Mode>) { return {ValueKind::text}; }
ValueForm form(Type<Vec3<double>>) { return {ValueKind::number, 3, 3}; }
ValueForm form(Type<std::vector<double>>) { return {ValueKind::number, 1, kCellNumbers}; }
template <std::size_t n>
ValueForm form(Type<std::array<long, n>>) {
  return {ValueKind::whole_number, n, n};
}
template <std::size_t n>
ValueForm form(Type<std::array<double, n>>) {
  return {ValueKind::number, n, n};
}
template <class E>
requires std::is_enum_v<E> ValueForm form(Type<E>) { return {ValueKind::text}; }

// Turns the elements of one value into what a member holds, or says why not.
class ValueReader {
 public:
  ValueReader(const Option& option, std::span<const std::string> elements,
              const ValueSource& source)
      : option_(option), elements_(elements), source_(source) {}

  double read(Type<double>) const { return number(elements_[0], option_.range); }
  long read(Type<long>) const { return whole_number(elements_[0], option_.range); }

  bool read(Type<bool>) const {
    if (elements_[0] == "true") return true;
    if (elements_[0] == "false") return false;
    throw expected("true or false", elements_[0]);
  }

  std::string read(Type<std::string>) const {
    // A file name with a zero byte would be cut there by the operating system.
    if (elements_[0].empty() || elements_[0].find('\0') != std::string::npos) {
      throw expected("a name", elements_[0]);
    }
    return elements_[0];
  }

  compat::Mode read(Type<compat::Mode>) const {
    return compat::parse_mode(elements_[0], source_.name, source_.where);
  }

  Vec3<double> read(Type<Vec3<double>>) const {
    const Vec3<double> v{number(elements_[0], option_.range), number(elements_[1], option_.range),
                         number(elements_[2], option_.range)};
    if (option_.range == Range::direction && v == Vec3<double>{}) {
      throw out_of_range("0 0 0", describe(Range::direction));
    }
    return v;
  }

  std::vector<double> read(Type<std::vector<double>>) const {
    std::vector<double> values;
    for (const std::string& element : elements_) values.push_back(number(element, option_.range));
    return values;
  }

  template <std::size_t n>
  std::array<double, n> read(Type<std::array<double, n>>) const {
    std::array<double, n> values{};
    for (std::size_t i = 0; i < n; ++i) values[i] = number(elements_[i], option_.range);
    return values;
  }

  template <std::size_t n>
  std::array<long, n> read(Type<std::array<long, n>>) const {
    std::array<long, n> values{};
    for (std::size_t i = 0; i < n; ++i) values[i] = whole_number(elements_[i], option_.range);
    return values;
  }

  template <class E>
  requires std::is_enum_v<E> E read(Type<E>)
  const {
    std::vector<std::string> texts;
    for (const Word<E>& word : words<E>()) {
      if (word.text == elements_[0]) return word.value;
      texts.emplace_back(word.text);
    }
    const auto meant = nearest(elements_[0], texts);
    throw expected(fmt::format("one of {}", fmt::join(texts, ", ")), elements_[0],
                   meant ? fmt::format("did you mean '{}'?", *meant) : "");
  }

  // What was gathered before, and the elements, or what it lacks of them.
  std::vector<std::string> read_more(std::vector<std::string> gathered, Repeats repeats) const {
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      const std::string text =
          ValueReader(option_, elements_.subspan(i, 1), source_).read(Type<std::string>{});
      const bool is_new = std::ranges::find(gathered, text) == gathered.end();
      if (is_new || repeats == Repeats::kept) gathered.push_back(text);
    }
    return gathered;
  }

  // Two elements, or one in which a comma joins them.
  std::array<double, 2> read_number_and_seed() const {
    std::string first = elements_.front();
    std::string second = elements_.back();
    if (elements_.size() == 1) {
      const std::size_t comma = first.find(',');
      if (comma == std::string::npos) {
        throw expected("a number and a seed joined by a comma", first);
      }
      second = first.substr(comma + 1);
      first.resize(comma);
    }
    return {number(first, option_.range),
            static_cast<double>(whole_number(second, Range::non_negative))};
  }

 private:
  double number(const std::string& element, Range range) const {
    const auto given = parse_number(element);
    if (!given) throw expected("a number", element);
    if (!is_allowed(range, *given)) throw out_of_range(element, describe(range));
    const double value = source_.convert ? source_.convert(*given) : *given;
    if (!is_allowed(range, value)) throw out_of_range(element, "what gives a finite value");
    return range == Range::non_negative_or_infinite && std::isinf(value) ? 0.0 : value;
  }

  long whole_number(const std::string& element, Range range) const {
    const auto given = parse_number(element);
    if (!given || (std::isfinite(*given) && *given != std::trunc(*given))) {
      throw expected("a whole number", element);
    }
    if (!is_allowed(range, *given)) throw out_of_range(element, describe(range));
    if (std::abs(*given) > kLargestWhole) throw out_of_range(element, "at most 2147483647");
    return static_cast<long>(*given);
  }

  UsageError expected(const std::string& what, const std::string& found,
                      const std::string& hint = "") const {
    const std::string names =
        source_.value_names.empty() ? "" : fmt::format(" ({})", source_.value_names);
    return UsageError(fmt::format("{} needs {}{}, found '{}'", source_.name, what, names, found),
                      source_.where, hint);
  }

  UsageError out_of_range(const std::string& found, std::string_view allowed) const {
    return UsageError(
        fmt::format("{}: {} is out of range (allowed: {})", source_.name, found, allowed),
        source_.where);
  }

  const Option& option_;
  std::span<const std::string> elements_;
  const ValueSource& source_;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string write(double value) { return shortest(value); }
std::string write(long value) { return std::to_string(value); }
std::string write(bool value) { return value ? "true" : "false"; }
std::string write(const std::string& value) { return quoted(value); }
std::string write(const compat::Mode& mode) { return quoted(to_text(mode)); }
template <class List>
requires requires(const List& list) { list.begin(); }
std::string write(const List& values) {
  std::vector<std::string> texts;
  for (const auto& value : values) texts.push_back(write(value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}
std::string write(const Vec3<double>& v) { return write(std::array<double, 3>{v.x, v.y, v.z}); }
template <class E>
requires std::is_enum_v<E> std::string write(E value) {
  return fmt::format("\"{}\"", word_of(value));
}

template <class T>
std::optional<std::string> write_if_set(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return write(*value);
}

}  // namespace

ValueForm form_of(const Option& option) {
  return std::visit(Overloaded{[]<class T>(Member<T>) { return form(Type<T>{}); },
                               []<class T>(const Members<T>&) { return form(Type<T>{}); },
                               [](const NumbersOrWord& either) {
                                 return ValueForm{ValueKind::number, 3, 3, either.word};
                               },
                               [](const NumberAndSeed&) {
                                 return ValueForm{ValueKind::number, 2, 2};
                               },
                               [](const Gathered&) {
                                 return ValueForm{ValueKind::text, 1, kMostGathered};
                               },
                               [](IgnoredValue value) {
                                 const std::size_t count = value == IgnoredValue::one ? 1 : 0;
                                 return ValueForm{ValueKind::text, count, count};
                               }},
                    option.binding);
}

std::string describe(const ValueForm& form) {
  constexpr std::array<std::string_view, 4> kOne{"a number", "a whole number", "true or false",
                                                 "a text"};
  constexpr std::array<std::string_view, 4> kMany{"numbers", "whole numbers", "truths", "texts"};
  const auto kind = static_cast<std::size_t>(form.kind);
  if (form.most == 1) return std::string(kOne[kind]);
  std::string count = fmt::format("{}", form.least);
  if (form.most != form.least) count += fmt::format(" to {}", form.most);
  const std::string list = fmt::format("{} {}", count, kMany[kind]);
  return form.word.empty() ? list : fmt::format("{} or \"{}\"", list, form.word);
}

Settings with_value(Settings settings, const Option& option, std::span<const std::string> elements,
                    const ValueSource& source) {
  NANOBRAGG_EXPECTS(!elements.empty() || std::holds_alternative<IgnoredValue>(option.binding));
  const ValueReader reader(option, elements, source);
  std::visit(
      Overloaded{
          [&]<class T>(Member<T> member) { settings.*member = reader.read(Type<T>{}); },
          [&]<class T>(const Members<T>& members) {
            for (const auto member : members) {
              settings.*member = reader.read(Type<T>{});
            }
          },
          [&](const NumbersOrWord& either) {
            const bool is_word = elements[0] == either.word;
            (settings.*either.numbers).reset();
            (settings.*either.word_given).reset();
            if (is_word) {
              settings.*either.word_given = true;
            } else {
              settings.*either.numbers = reader.read(Type<Vec3<double>>{});
            }
          },
          [&](const NumberAndSeed& both) { settings.*both.member = reader.read_number_and_seed(); },
          [&](const Gathered& list) {
            auto& texts = settings.*list.member;
            texts = reader.read_more(texts.value_or(std::vector<std::string>{}), list.repeats);
          },
          [](IgnoredValue) {}},
      option.binding);
  return settings;
}

Settings with_effect(Settings settings, const Option& option) {
  switch (option.effect) {
    case Effect::none:
      break;
    case Effect::implies_pivot_beam:
      settings.implied_pivot = Pivot::beam;
      break;
    case Effect::implies_pivot_sample:
      settings.implied_pivot = Pivot::sample;
      break;
    case Effect::implies_pivot_given:
      settings.implied_pivot = settings.pivot;
      break;
    case Effect::selects_custom_convention:
      settings.convention = Convention::custom;
      break;
    case Effect::turns_polarisation_on:
      settings.polarised = true;
      break;
    case Effect::turns_noise_on:
      settings.noise = true;
      break;
    case Effect::turns_pgm_on:
      settings.pgm = true;
      break;
    case Effect::turns_printout_on:
      settings.printout = true;
      break;
  }
  return settings;
}

Settings overlaid(Settings base, const Settings& over) {
  return overlaid(std::move(base), over, [](const Option&) { return true; });
}

Settings overlaid(Settings base, const Settings& over,
                  const std::function<bool(const Option&)>& takes) {
  const auto take = [&](auto member) {
    if (over.*member) base.*member = over.*member;
  };
  for (const Option& option : option_table()) {
    if (!takes(option)) continue;
    std::visit(Overloaded{[&]<class T>(Member<T> member) { take(member); },
                          [&]<class T>(const Members<T>& members) {
                            for (const auto member : members) take(member);
                          },
                          [&](const NumbersOrWord& either) {
                            take(either.numbers);
                            take(either.word_given);
                          },
                          [&](const NumberAndSeed& both) { take(both.member); },
                          [&](const Gathered& list) { take(list.member); }, [](IgnoredValue) {}},
               option.binding);
  }
  return base;
}

std::optional<std::string> toml_value(const Settings& settings, const Option& option) {
  using Text = std::optional<std::string>;
  return std::visit(
      Overloaded{[&]<class T>(Member<T> member) { return write_if_set(settings.*member); },
                 []<class T>(const Members<T>&) -> Text { return std::nullopt; },
                 [&](const NumbersOrWord& either) {
                   const bool is_word = (settings.*either.word_given).value_or(false);
                   return is_word ? Text(quoted(std::string(either.word)))
                                  : write_if_set(settings.*either.numbers);
                 },
                 [&](const NumberAndSeed& both) { return write_if_set(settings.*both.member); },
                 [&](const Gathered& list) { return write_if_set(settings.*list.member); },
                 [](IgnoredValue) -> Text { return std::nullopt; }},
      option.binding);
}

}  // namespace nanobragg::config
