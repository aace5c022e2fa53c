// One row a flag: what the parser, the help, the README, the TOML keys and -show_config are made
// of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// Groups of the help; all but the last are tables of a TOML file too.
enum class Group : std::uint8_t {
  crystal,
  beam,
  spindle,
  detector,
  background,
  sampling,
  output,
  read_out,
  running,
  ignored
};

struct GroupInfo {
  Group group;
  std::string_view table;  // of a TOML file
  std::string_view title;  // of the help
};

// Every group, in the order of the enumeration.
std::span<const GroupInfo> group_table();

// Which numbers are allowed.
enum class Range : std::uint8_t {
  any,
  positive,
  non_negative,
  non_negative_or_infinite,  // infinity is kept as 0, which means "off" where this is used
  at_least_one,
  minus_one_to_one,
  seed,       // what the random generator can start from
  direction,  // three numbers, not all zero
};

// What giving a value sets besides the value itself; the last one given wins.
enum class Effect : std::uint8_t {
  none,
  implies_pivot_beam,
  implies_pivot_sample,
  implies_pivot_given,  // the pivot that the row itself sets
  selects_custom_convention,
  turns_polarisation_on,
  turns_noise_on,
  turns_pgm_on,
  turns_printout_on,
};

// Turns a number in the unit of a flag into one in the unit of its row.
using Conversion = double (*)(double);

// One name of a row on the command line.
struct Spelling {
  Spelling(const char* name) : flag(name) {}  // NOLINT(google-explicit-constructor): rows read well
  Spelling(std::string name, std::string value) : flag(std::move(name)), preset(std::move(value)) {}
  Spelling(std::string name, std::string unit, Conversion conversion)
      : flag(std::move(name)), value_names(std::move(unit)), convert(conversion) {}

  std::string flag;
  std::string preset;       // the value that this name stands for; empty: values follow
  std::string value_names;  // where they differ from the row's
  Conversion convert = nullptr;
};

// Where a row keeps its value.
template <class T>
using Member = std::optional<T> Settings::*;

// One value that goes to several members: a shorthand.
template <class T>
using Members = std::vector<Member<T>>;

// Three numbers, or a word that stands for them; setting one unsets the other.
struct NumbersOrWord {
  Member<Vec3<double>> numbers;
  std::string_view word;
  Member<bool> word_given;
};

// A number and a whole number, joined by a comma on the command line.
struct NumberAndSeed {
  Member<std::array<double, 2>> member;
};

// Texts that are gathered: each time the flag is given adds one.
enum class Repeats : std::uint8_t { dropped, kept };
struct Gathered {
  Member<std::vector<std::string>> member;
  Repeats repeats = Repeats::dropped;  // of a text that was given before
};

enum class IgnoredValue : std::uint8_t { none, one };

using Binding =
    std::variant<Member<double>, Member<long>, Member<bool>, Member<std::string>,
                 Member<Vec3<double>>, Member<std::vector<double>>, Member<std::array<double, 6>>,
                 Member<std::array<long, 2>>, Member<std::array<long, 4>>, Member<CrystalShape>,
                 Member<Convention>, Member<Pivot>, Member<MosaicShape>, Member<Profile>,
                 Member<PointSpreadShape>, Member<CountRateModel>, Member<NoiseSource>,
                 Member<compat::Mode>, Member<kernel::Precision>, Members<double>, Members<long>,
                 NumbersOrWord, NumberAndSeed, Gathered, IgnoredValue>;

struct Option {
  std::string key;  // in its group's TOML table, with the unit; empty: no key
  std::vector<Spelling> spellings;
  std::string value_names;  // what follows the flag, with the unit: "mm", "x y z"
  std::string help;         // a clause without a full stop
  Binding binding;
  Range range = Range::any;
  Effect effect = Effect::none;
  Group group = Group::crystal;
};

// Every option, in the order of the help.
std::span<const Option> option_table();

// "detector.distance_mm"; empty where the option has no key.
std::string path_of(const Option& option);

// Whether its value is a part of the experiment, and not how that is computed, written or shown.
bool describes_experiment(const Option& option);

// Whether its values are names of files.
bool names_file(const Option& option);

// What a flag stands for: its row and which of the row's spellings it is. Null: no such flag.
struct FoundFlag {
  const Option* option = nullptr;
  const Spelling* spelling = nullptr;
};
FoundFlag find_flag(std::string_view flag);

// The values that follow a spelling, for help and errors: "mm".
const std::string& value_names_of(const Option& option, const Spelling& spelling);

}  // namespace nanobragg::config
