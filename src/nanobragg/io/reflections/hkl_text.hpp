// Lists of structure factor amplitudes as text: h k l F.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::io {

enum class HklLayout : std::uint8_t {
  // One reflection a line; blank lines, comments (# or !) and further columns are skipped, a
  // reflection whose index is not an integer is dropped with a warning.
  lines,
  // The C program's way: lines mean nothing. A first pass takes four floating-point numbers at a
  // time, up to the first thing that is none, for the extremes of the indices; a second takes three
  // integers and a floating-point number at a time, also up to the first failure. So "1.5" is read
  // as 1, and ".5" stops it or becomes the amplitude.
  groups_of_four,
  // The same, after comments and what follows the fourth column are gone.
  groups_of_columns,
  // Four numbers at a time, whatever the lines; a reflection whose index is not an integer is
  // dropped.
  groups_of_integers,
};

struct HklText {
  std::vector<Reflection> reflections;
  // Holds every reflection. By lines it is the smallest such box; by groups it comes from the first
  // pass and may be larger, and there may be no reflection at all.
  MillerBox box;
  std::vector<std::string> warnings;  // at most a handful; the last counts the rest
  // What makes the two layouts differ: an index written with a point or exponent; comments or
  // columns after the fourth.
  bool has_fractional_indices = false;
  bool has_further_text = false;
};

// `name` stands for the text in messages. Throws Error, naming the line, for a row with fewer than
// four numbers, an index beyond 32 bits, a number that is not finite, an index outside the box (by
// groups), and for a text without a reflection.
HklText parse_hkl_text(std::string_view text, const std::string& name, HklLayout layout);
// The other way round: every amplitude of a table, one a line, with every digit.
std::string hkl_text(const StructureFactors& factors);

HklText read_hkl_text(const std::filesystem::path& path, HklLayout layout);

}  // namespace nanobragg::io
