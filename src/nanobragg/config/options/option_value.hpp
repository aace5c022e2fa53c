// Moves values between text and Settings, the same way for flags and for TOML keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/config/options/option.hpp"

namespace nanobragg::config {

enum class ValueKind : std::uint8_t { number, whole_number, truth, text };

// What an option's value consists of: from `least` to `most` elements of a kind, or one word
// instead (empty: no such word).
struct ValueForm {
  ValueKind kind;
  std::size_t least = 1;
  std::size_t most = 1;
  std::string_view word = {};
};
ValueForm form_of(const Option& option);

// "a number", "3 numbers", for the sentence of an error.
std::string describe(const ValueForm& form);

// Where a value stands, for the sentence of an error, and its unit.
struct ValueSource {
  std::string name;              // "flag '-pixel'"
  std::string where;             // "run.toml:3", or empty
  Conversion convert = nullptr;  // to the row's unit
  std::string value_names = {};  // "mm"
};

// The settings with the option's value as `elements` spell it. Throws UsageError for what is no
// such value or is not in range.
Settings with_value(Settings settings, const Option& option, std::span<const std::string> elements,
                    const ValueSource& source);

// The settings with what giving the option implies besides its value.
Settings with_effect(Settings settings, const Option& option);

// `over` where it has a value, `base` elsewhere; of the options for which `takes` holds.
Settings overlaid(Settings base, const Settings& over,
                  const std::function<bool(const Option&)>& takes);
Settings overlaid(Settings base, const Settings& over);

// The option's value as TOML: numbers so that they read back as the same. Unset where there is
// none.
std::optional<std::string> toml_value(const Settings& settings, const Option& option);

}  // namespace nanobragg::config
