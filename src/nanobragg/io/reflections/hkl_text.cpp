// The two readers of reflection lists, each one pass over the text in memory (by groups: two).
#include "nanobragg/io/reflections/hkl_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg::io {
namespace {

constexpr std::size_t kMostWarnings = 10;

// Keeps the first few warnings and counts the others: a long list of bad lines does not help.
class WarningList {
 public:
  template <class Describe>
  void add(const Describe& describe) {
    if (warnings_.size() < kMostWarnings) warnings_.push_back(describe());
    ++count_;
  }
  std::vector<std::string> finish(const std::string& name) && {
    if (count_ > warnings_.size()) {
      warnings_.push_back(
          fmt::format("{}: {} more warnings like these", name, count_ - warnings_.size()));
    }
    return std::move(warnings_);
  }

 private:
  std::vector<std::string> warnings_;
  std::size_t count_ = 0;
};

// The checks take `where` as a function: finding the line of each good number would be slow.
template <class Where>
void check_index(double index, const Where& where) {
  // The comparisons are false for NaN.
  const bool fits = index >= std::numeric_limits<std::int32_t>::min() &&
                    index <= std::numeric_limits<std::int32_t>::max();
  if (!fits) throw Error(fmt::format("Miller index {} does not fit in 32 bits", index), where());
}

template <class Where>
void check_amplitude(double amplitude, const Where& where) {
  if (!std::isfinite(amplitude)) {
    throw Error(fmt::format("amplitude {} is not finite", amplitude), where());
  }
  if (std::abs(amplitude) > limits::kLargestAmplitude) {
    throw Error(fmt::format("impossible amplitude {:g} electrons (at most {:g})", amplitude,
                            limits::kLargestAmplitude),
                where());
  }
}

MillerIndex to_index(double h, double k, double l) {
  return {static_cast<std::int32_t>(h), static_cast<std::int32_t>(k), static_cast<std::int32_t>(l)};
}

void include(MillerBox& box, const MillerIndex& index) {
  box.min = {std::min(box.min.h, index.h), std::min(box.min.k, index.k),
             std::min(box.min.l, index.l)};
  box.max = {std::max(box.max.h, index.h), std::max(box.max.k, index.k),
             std::max(box.max.l, index.l)};
}

// How many reflections come again with another amplitude, and the first that does.
struct Repeats {
  std::size_t count = 0;
  MillerIndex first;
};

Repeats repeats_in(const std::vector<Reflection>& reflections) {
  std::vector<std::size_t> rows(reflections.size());
  std::iota(rows.begin(), rows.end(), 0);
  const auto key = [&](std::size_t row) {
    const MillerIndex& i = reflections[row].index;
    return std::tuple(i.h, i.k, i.l, row);
  };
  std::ranges::sort(rows, {}, key);
  Repeats out;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Reflection& before = reflections[rows[i - 1]];
    const Reflection& next = reflections[rows[i]];
    if (!(before.index == next.index) || before.amplitude == next.amplitude) continue;
    if (out.count++ == 0) out.first = next.index;
  }
  return out;
}

bool is_comment(char c) { return c == '#' || c == '!'; }

class LinesParser {
 public:
  LinesParser(std::string_view text, const std::string& name) : text_(text), name_(name) {
    // Room for all that may come: memory costs nothing until it is used, copies do.
    constexpr std::string_view kShortestLine = "1 1 1 1\n";
    result_.reflections.reserve(text.size() / kShortestLine.size());
  }

  HklText parse() && {
    LineReader lines(text_);
    while (const auto line = lines.next()) parse_line(*line);
    if (result_.reflections.empty()) throw Error("no reflections", name_);
    result_.warnings = std::move(warnings_).finish(name_);
    if (const auto [count, first] = repeats_in(result_.reflections); count > 0) {
      result_.warnings.push_back(fmt::format(
          "{}: reflections that stand there again with another amplitude: {}, the first is "
          "{} {} {} (the last amplitude counts)",
          name_, count, first.h, first.k, first.l));
    }
    return std::move(result_);
  }

 private:
  struct Number {
    double value = 0.0;
    bool is_plain_integer = false;
  };

  void parse_line(const TextLine& line) {
    std::string_view rest = skip_space(line.text);
    if (rest.empty()) return;
    if (is_comment(rest.front())) {
      result_.has_further_text = true;
      return;
    }
    std::array<double, 4> values{};
    bool plain_indices = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto number = take_number(rest);
      if (!number) {
        const bool comment = !rest.empty() && is_comment(rest.front());
        throw expected_numbers("4", i, comment ? "" : rest, place(name_, line.number));
      }
      values[i] = number->value;
      plain_indices = plain_indices && (number->is_plain_integer || i == 3);
    }
    if (!rest.empty()) result_.has_further_text = true;
    if (!plain_indices) result_.has_fractional_indices = true;
    add(values, line.number);
  }

  // The number that fills the whole next word. `rest` begins with that word; it is taken from it.
  static std::optional<Number> take_number(std::string_view& rest) {
    const auto ends = [&](std::size_t length) {
      return length == rest.size() || is_space(rest[length]);
    };
    if (const auto integer = integer_prefix(rest); integer && ends(integer->length)) {
      rest = skip_space(rest.substr(integer->length));
      return Number{static_cast<double>(integer->value), true};
    }
    if (const auto number = number_prefix(rest); number && ends(number->length)) {
      rest = skip_space(rest.substr(number->length));
      return Number{number->value, false};
    }
    return std::nullopt;
  }

  void add(const std::array<double, 4>& values, std::size_t line) {
    const auto where = [&] { return place(name_, line); };
    for (std::size_t i = 0; i < 3; ++i) check_index(values[i], where);
    check_amplitude(values[3], where);
    const auto is_integer = [](double value) { return value == std::floor(value); };
    const auto wrong = std::find_if_not(values.begin(), values.begin() + 3, is_integer);
    if (wrong != values.begin() + 3) {
      warnings_.add([&] {
        return fmt::format("{}: reflection dropped (Miller index {} is not an integer)", where(),
                           *wrong);
      });
      return;
    }
    const MillerIndex index = to_index(values[0], values[1], values[2]);
    if (result_.reflections.empty()) result_.box = {index, index};
    include(result_.box, index);
    result_.reflections.push_back({index, values[3]});
  }

  std::string_view text_;
  const std::string& name_;
  WarningList warnings_;
  HklText result_;
};

// What becomes of an index that is not an integer.
enum class Fractions : std::uint8_t { misread, dropped };

class GroupsParser {
 public:
  GroupsParser(std::string_view text, const std::string& name, Fractions fractions)
      : text_(text), name_(name), fractions_(fractions) {}

  HklText parse() && {
    const std::size_t groups = measure_box();
    if (groups == 0) throw Error("no reflections", name_);
    if (fractions_ == Fractions::misread) read_reflections();
    if (fractions_ == Fractions::misread && result_.reflections.size() < groups) {
      warnings_.add([&] {
        return fmt::format("{}: reading stopped after {} of {} reflections (not three integers)",
                           where(), result_.reflections.size(), groups);
      });
    }
    result_.warnings = std::move(warnings_).finish(name_);
    return std::move(result_);
  }

 private:
  // First pass: the extremes of the indices, cut to integers. Returns the number of groups. The
  // only one where fractions are dropped.
  std::size_t measure_box() {
    const auto in_place = [&] { return where(); };
    std::size_t groups = 0;
    std::size_t end = 0;
    for (; const auto group = next_group(); end = position_) {
      const auto& [h, k, l, amplitude] = *group;
      for (const double value : {h, k, l}) check_index(value, in_place);
      check_amplitude(amplitude, in_place);
      const bool is_whole = h == std::floor(h) && k == std::floor(k) && l == std::floor(l);
      for (const double value : {h, k, l}) {
        if (value != std::floor(value)) warn_fraction(value);
      }
      const bool is_dropped = !is_whole && fractions_ == Fractions::dropped;
      if (is_dropped) continue;
      const MillerIndex index = to_index(h, k, l);
      if (groups == 0) result_.box = {index, index};
      include(result_.box, index);
      ++groups;
      if (fractions_ == Fractions::dropped) result_.reflections.push_back({index, amplitude});
    }
    if (!skip_space(text_.substr(end)).empty()) {
      result_.has_further_text = true;
      warnings_.add(
          [&] { return fmt::format("{}: reading stopped (fewer than four numbers)", where()); });
    }
    return groups;
  }

  // Second pass: the reflections themselves.
  void read_reflections() {
    const auto in_place = [&] { return where(); };
    position_ = 0;
    while (true) {
      const auto h = next_integer();
      const auto k = h ? next_integer() : std::nullopt;
      const auto l = k ? next_integer() : std::nullopt;
      const auto amplitude = l ? next_number() : std::nullopt;
      if (!amplitude) return;
      for (const std::int64_t index : {*h, *k, *l}) {
        check_index(static_cast<double>(index), in_place);
      }
      check_amplitude(*amplitude, in_place);
      const MillerIndex index{static_cast<std::int32_t>(*h), static_cast<std::int32_t>(*k),
                              static_cast<std::int32_t>(*l)};
      if (!result_.box.contains(index)) {
        throw Error(
            fmt::format("Miller index {} {} {} lies outside the table", index.h, index.k, index.l),
            where(), "write the indices as integers");
      }
      result_.reflections.push_back({index, *amplitude});
    }
  }

  std::optional<std::array<double, 4>> next_group() {
    std::array<double, 4> group{};
    for (double& value : group) {
      const auto number = next_number();
      if (!number) return std::nullopt;
      value = *number;
    }
    return group;
  }

  std::optional<double> next_number() { return advance(number_prefix(rest())); }
  std::optional<std::int64_t> next_integer() { return advance(integer_prefix(rest())); }

  // The text from the next word; spaces before it are skipped.
  std::string_view rest() {
    while (position_ < text_.size() && is_space(text_[position_])) ++position_;
    return text_.substr(position_);
  }

  template <class T>
  std::optional<T> advance(const std::optional<NumberPrefix<T>>& number) {
    if (!number) return std::nullopt;
    position_ += number->length;
    return number->value;
  }

  void warn_fraction(double value) {
    result_.has_fractional_indices = true;
    warnings_.add(
        [&] { return fmt::format("{}: Miller index {} is not an integer", where(), value); });
  }

  std::string where() const { return place(name_, line_number_at(text_, position_)); }

  std::string_view text_;
  const std::string& name_;
  Fractions fractions_;
  std::size_t position_ = 0;
  WarningList warnings_;
  HklText result_;
};

// The first four words of each line; lines stay where they are.
std::string first_columns(std::string_view text) {
  std::string out;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = skip_space(line->text);
    for (int word = 0; word < 4 && !rest.empty() && !is_comment(rest.front()); ++word) {
      const auto end = std::find_if(rest.begin(), rest.end(), is_space) - rest.begin();
      out.append(rest.substr(0, static_cast<std::size_t>(end))).append(1, ' ');
      rest = skip_space(rest.substr(static_cast<std::size_t>(end)));
    }
    out += '\n';
  }
  return out;
}

}  // namespace

HklText parse_hkl_text(std::string_view text, const std::string& name, HklLayout layout) {
  switch (layout) {
    case HklLayout::lines:
      return LinesParser(text, name).parse();
    case HklLayout::groups_of_four:
      return GroupsParser(text, name, Fractions::misread).parse();
    case HklLayout::groups_of_columns:
      return GroupsParser(first_columns(text), name, Fractions::misread).parse();
    case HklLayout::groups_of_integers:
      return GroupsParser(text, name, Fractions::dropped).parse();
  }
  __builtin_unreachable();
}

HklText read_hkl_text(const std::filesystem::path& path, HklLayout layout) {
  return parse_hkl_text(read_input(path), path.string(), layout);
}

std::string hkl_text(const StructureFactors& factors) {
  std::string text;
  auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < factors.table().size(); ++i) {
    const auto [h, k, l] = factors.box().index_at(i);
    fmt::format_to(out, "{} {} {} {}\n", h, k, l, factors.table()[i]);
  }
  return text;
}

}  // namespace nanobragg::io
