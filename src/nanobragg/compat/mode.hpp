// What -compat names: a set of quirks to start from, and single ones switched on or off.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nanobragg/compat/quirk.hpp"

namespace nanobragg::compat {

enum class Base : std::uint8_t { physical, reference, oracle };

// The quirks of a base, and its word: "physical".
QuirkSet quirks_of(Base base);
std::string_view word_of(Base base);

struct Mode {
  Base base = Base::physical;
  QuirkSet quirks = quirks_of(Base::physical);
  friend bool operator==(const Mode&, const Mode&) = default;
};

// The mode that has these quirks: the base from which they differ least, and what differs.
Mode mode_of(QuirkSet quirks);

// "reference", or "physical,+round_peak,-mask_beam_y_flip": a base, then quirks to reproduce (+) or
// to repair (-). Throws UsageError for another word, or a quirk that no mode can reproduce; it
// names what was given, "flag '-compat'", and where ("run.toml:3", or empty).
Mode parse_mode(std::string_view text, const std::string& given, const std::string& where);

// In the same words: the base, and where the quirks differ from its own.
std::string to_text(const Mode& mode);

}  // namespace nanobragg::compat
