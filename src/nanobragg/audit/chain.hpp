// The order of the computation: the stages of a pixel, their keys in a trace, what each depends on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nanobragg::audit {

enum class Stage : std::uint8_t { geometry, pixel, lattice, structure, intensity, scaling };

std::string_view name_of(Stage stage);

// How often a trace holds a key.
enum class Scope : std::uint8_t {
  once_before,   // before the first evaluation: the geometry
  evaluation,    // for each layer and sub-pixel
  spindle_step,  // on a line for each spindle step
  source,        // on a line for each further source
  once_after,    // for the whole pixel, after the last evaluation
};

// What a difference is measured by.
enum class Measure : std::uint8_t {
  relative,  // to the larger of the two values, or to the key's natural scale
  exact,     // counts, switches, nearest integers: another value is another computation
  words,     // text
};

struct ChainKey {
  std::string_view name;
  Stage stage;
  Scope scope;
  Measure measure;
  int components;               // numbers it holds; 0: any
  double natural_scale;         // differences are never relative to less than this
  std::string_view unit;        // empty: none
  std::string_view depends_on;  // keys, separated by spaces
};

// Every key that is known, in the order of the computation. Names of spindle step lines begin with
// "phi.", names of source lines with "source.".
std::span<const ChainKey> chain();

// Position of a key in chain(); unset where it is not known.
std::optional<std::size_t> position_in_chain(std::string_view name);

// The keys that a key of chain() depends on.
std::span<const std::string_view> parents_of(const ChainKey& key);

// Whether a key of chain() is a lattice factor or computed from one, however far back.
bool follows_lattice_factor(const ChainKey& key);

// The key that another program's spelling means; the spelling itself where there is none.
std::string_view canonical_key(std::string_view spelling);

}  // namespace nanobragg::audit
