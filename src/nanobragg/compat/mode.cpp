// Reads and writes the words of -compat.
#include "nanobragg/compat/mode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"

namespace nanobragg::compat {
namespace {

constexpr std::array kBases{Base::physical, Base::reference, Base::oracle};

std::optional<Base> find_base(std::string_view word) {
  for (const Base base : kBases) {
    if (word == word_of(base)) return base;
  }
  return std::nullopt;
}

// Reads the words of one value.
class ModeReader {
 public:
  ModeReader(const std::string& given, const std::string& where) : given_(given), where_(where) {}

  Base base(std::string_view word) const {
    if (const auto found = find_base(word)) return *found;
    std::vector<std::string> words;
    for (const Base base : kBases) words.emplace_back(word_of(base));
    throw wrong(fmt::format(" needs one of {}, found '{}'", fmt::join(words, ", "), word), word,
                words, "");
  }

  QuirkSet switched(QuirkSet quirks, std::string_view word) const {
    if (!word.starts_with('+') && !word.starts_with('-')) {
      throw error(fmt::format(": '{}' (a quirk has a sign before its name)", word),
                  "+NAME reproduces a quirk, -NAME repairs it");
    }
    const std::string_view name = word.substr(1);
    const QuirkInfo* row = find_quirk(name);
    if (!row) {
      std::vector<std::string> names;
      for (const QuirkInfo& known : quirk_table()) names.emplace_back(known.name);
      throw wrong(fmt::format(": '{}' is not a quirk", name), name, names,
                  "nanobragg simulate --help lists them");
    }
    if (row->fate == Fate::never_present) {
      throw error(
          fmt::format(": {} (no mode reproduces it: this program {})", name, row->physical_does),
          "leave it out");
    }
    return word.starts_with('+') ? quirks.with(row->quirk) : quirks.without(row->quirk);
  }

 private:
  UsageError error(const std::string& problem, const std::string& hint) const {
    return UsageError(given_ + problem, where_, hint);
  }
  // Where one of `known` was wanted.
  UsageError wrong(const std::string& problem, std::string_view word,
                   const std::vector<std::string>& known, const std::string& otherwise) const {
    const auto meant = nearest(word, known);
    return error(problem, meant ? fmt::format("did you mean '{}'?", *meant) : otherwise);
  }

  const std::string& given_;
  const std::string& where_;
};

}  // namespace

QuirkSet quirks_of(Base base) {
  switch (base) {
    case Base::physical:
      return QuirkSet::physical();
    case Base::reference:
      return QuirkSet::reference();
    case Base::oracle:
      return QuirkSet::oracle();
  }
  __builtin_unreachable();
}

std::string_view word_of(Base base) {
  switch (base) {
    case Base::physical:
      return "physical";
    case Base::reference:
      return "reference";
    case Base::oracle:
      return "oracle";
  }
  __builtin_unreachable();
}

Mode mode_of(QuirkSet quirks) {
  const auto differences = [&](Base base) {
    return std::ranges::count_if(quirk_table(), [&](const QuirkInfo& row) {
      return quirks_of(base).has(row.quirk) != quirks.has(row.quirk);
    });
  };
  return {std::ranges::min(kBases, {}, differences), quirks};
}

Mode parse_mode(std::string_view text, const std::string& given, const std::string& where) {
  const ModeReader reader(given, where);
  std::size_t comma = text.find(',');
  Mode mode{.base = reader.base(text.substr(0, comma)), .quirks = {}};
  mode.quirks = quirks_of(mode.base);
  while (comma != std::string_view::npos) {
    text.remove_prefix(comma + 1);
    comma = text.find(',');
    mode.quirks = reader.switched(mode.quirks, text.substr(0, comma));
  }
  return mode;
}

std::string to_text(const Mode& mode) {
  std::string text(word_of(mode.base));
  const QuirkSet own = quirks_of(mode.base);
  for (const QuirkInfo& row : quirk_table()) {
    const bool has = mode.quirks.has(row.quirk);
    if (has != own.has(row.quirk)) text += fmt::format(",{}{}", has ? '+' : '-', row.name);
  }
  return text;
}

}  // namespace nanobragg::compat
