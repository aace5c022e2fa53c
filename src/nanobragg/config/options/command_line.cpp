// Splits a command line into flags and their values.
#include "nanobragg/config/options/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/toml.hpp"

namespace nanobragg::config {
namespace {

using Tokens = std::span<const std::string>;

bool is_flag(const std::string& token) { return find_flag(token).option != nullptr; }

std::vector<std::string> all_flags() {
  std::vector<std::string> flags;
  for (const Option& option : option_table()) {
    for (const Spelling& spelling : option.spellings) flags.push_back(spelling.flag);
  }
  return flags;
}

// How many values a flag takes from the tokens after it. More than there are means too few.
std::size_t values_to_take(const Option& option, Tokens rest) {
  const ValueForm form = form_of(option);
  if (std::holds_alternative<NumberAndSeed>(option.binding)) return 1;
  if (!form.word.empty() && !rest.empty() && rest[0] == form.word) return 1;
  if (form.least == form.most) return form.least;
  // As many as there are numbers, within the limits.
  std::size_t numbers = 0;
  while (numbers < std::min(form.most, rest.size()) && parse_number(rest[numbers])) ++numbers;
  return std::max(numbers, form.least);
}

std::string needs(const FoundFlag& flag, std::size_t count) {
  const std::string values = count == 1 ? "a value" : fmt::format("{} values", count);
  return fmt::format("flag '{}' needs {} ({})", flag.spelling->flag, values,
                     value_names_of(*flag.option, *flag.spelling));
}

Tokens take_values(const FoundFlag& flag, Tokens rest) {
  const std::size_t count = values_to_take(*flag.option, rest);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string after = i == 0 ? "" : fmt::format(" after {} of them", i);
    if (i == rest.size()) {
      throw UsageError(fmt::format("{}, found nothing{}", needs(flag, count), after));
    }
    if (is_flag(rest[i])) {
      throw UsageError(
          fmt::format("{}, found the flag '{}'{}", needs(flag, count), rest[i], after));
    }
  }
  return rest.first(count);
}

// An ignored flag must not stop a run, so it takes a value only where one follows.
Tokens take_ignored_value(IgnoredValue value, Tokens rest) {
  const bool takes = value == IgnoredValue::one && !rest.empty() && !is_flag(rest[0]);
  return rest.first(takes ? 1 : 0);
}

[[noreturn]] void refuse(const std::string& token, const FoundFlag& before) {
  const bool is_word = !token.starts_with('-') || token.size() == 1 || parse_number(token);
  if (!is_word) {
    const auto meant = nearest(token, all_flags());
    throw UsageError(fmt::format("unknown flag '{}' (no such option)", token), "",
                     meant ? fmt::format("did you mean '{}'?", *meant) : "--help lists all");
  }
  std::string hint = "flags begin with a dash";
  if (before.option) {
    const std::string& names = value_names_of(*before.option, *before.spelling);
    const bool takes_none = !before.spelling->preset.empty() || names.empty();
    hint = fmt::format("'{}' takes {}", before.spelling->flag, takes_none ? "no value" : names);
  }
  throw UsageError(fmt::format("stray word '{}' (no flag takes it)", token), "", hint);
}

// The settings with one flag, whose values are at the start of `rest`, and how many it took.
struct Step {
  Settings settings;
  std::size_t taken;
};

Step apply(Settings settings, const FoundFlag& flag, Tokens rest) {
  const auto& [option, spelling] = flag;
  const ValueSource source{fmt::format("flag '{}'", spelling->flag), "", spelling->convert,
                           value_names_of(*option, *spelling)};
  const bool has_preset = !spelling->preset.empty();
  const Tokens values = has_preset ? Tokens(&spelling->preset, 1) : take_values(flag, rest);
  settings = with_value(std::move(settings), *option, values, source);
  return {with_effect(std::move(settings), *option), has_preset ? 0 : values.size()};
}

}  // namespace

ParsedArguments parse_arguments(std::span<const std::string> arguments, Settings base) {
  ParsedArguments out{std::move(base), {}};
  FoundFlag before;
  for (Tokens rest = arguments; !rest.empty();) {
    const FoundFlag flag = find_flag(rest[0]);
    if (!flag.option) refuse(rest[0], before);
    rest = rest.subspan(1);
    std::size_t taken = 0;
    if (const auto* ignored = std::get_if<IgnoredValue>(&flag.option->binding)) {
      out.warnings.push_back(
          fmt::format("flag '{}' is ignored (nanoBragg.c ignores it too)", flag.spelling->flag));
      taken = take_ignored_value(*ignored, rest).size();
    } else {
      Step step = apply(std::move(out.settings), flag, rest);
      out.settings = std::move(step.settings);
      taken = step.taken;
    }
    rest = rest.subspan(taken);
    before = flag;
  }
  return out;
}

ParsedArguments parse_arguments_and_config(
    std::span<const std::string> arguments,
    const std::function<std::string(const std::string& file)>& read_file) {
  // The flags are read twice: first for the name of the file, then on top of it.
  ParsedArguments flags_alone = parse_arguments(arguments);
  const auto& file = flags_alone.settings.config_file;
  if (!file) return flags_alone;
  return parse_arguments(arguments, parse_toml(read_file(*file), *file));
}

}  // namespace nanobragg::config
