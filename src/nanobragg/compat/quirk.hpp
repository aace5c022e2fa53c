// The places where nanoBragg.c departs from the physics it means to compute, each with a name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nanobragg::compat {

enum class Quirk : std::uint8_t {
  phi_carry_over,
  skewed_triclinic_cell,
  thick_layers,
  running_product,
  interpolation_latch,
  interpolation_before_size,
  source_weights_ignored,
  pix0_ignored,
  convention_forces_pivot,
  img_twotheta_ignored,
  twotheta_ratio,
  beam_centre_words,
  negative_oscillation,
  header_key_substrings,
  header_overrides_distance,
  rmsd_counts_masked,
  fractional_hkl,
  hkl_extra_columns,
  smv_header_overflow,
  no_adc_offset,
  smv_beam_centre,
  mask_beam_y_flip,
  water_scaling,
  water_cut_by_dmin,
  nopolar_ignored,
  round_peak,
  whole_cells,
  spots_of_volume,
  single_rounding,
  nan_written,
  substring_flags,
  misset_seed_parsed_as_misset,
  curved_det_last,
};

// What becomes of a quirk in the two modes.
enum class Fate : std::uint8_t {
  repaired,       // reproduced by -compat reference, repaired by -compat physical
  kept,           // reproduced by both: users calibrated against it
  never_present,  // reproduced by neither
};

// What a quirk acts on.
enum class Scope : std::uint8_t {
  pixels,   // how a pixel is summed up: of the kernels, "reference" alone has it
  numbers,  // what the numbers of flags mean
  files,    // what is taken from files, or written to them
};

struct QuirkInfo {
  Quirk quirk;
  std::string_view name;
  Fate fate;
  Scope scope;
  std::string_view reference_does;  // "the C program …", a clause
  std::string_view physical_does;   // "physical mode …", a clause
};

// Every quirk, in the order of the enumeration.
std::span<const QuirkInfo> quirk_table();
const QuirkInfo& info(Quirk quirk);

// Null: there is no quirk of this name.
const QuirkInfo* find_quirk(std::string_view name);

// A set of quirks to reproduce.
class QuirkSet {
 public:
  constexpr QuirkSet() = default;
  // What -compat physical keeps, and what -compat reference reproduces.
  static QuirkSet physical();
  static QuirkSet reference();
  // The reference with three fixes that its authors have on branches, and that others take as the
  // truth: fix/phi0-stale-rotation, fix/subpixel-oversampling, fix/curved-det-flag-guard (of
  // github.com/bl831/nanoBragg).
  static QuirkSet oracle();

  constexpr bool has(Quirk quirk) const { return (bits_ & bit(quirk)) != 0; }
  constexpr QuirkSet with(Quirk quirk) const { return QuirkSet(bits_ | bit(quirk)); }
  constexpr QuirkSet without(Quirk quirk) const { return QuirkSet(bits_ & ~bit(quirk)); }
  // Whether any of them acts there.
  bool acts_on(Scope scope) const;
  friend constexpr bool operator==(QuirkSet, QuirkSet) = default;

 private:
  constexpr explicit QuirkSet(std::uint64_t bits) : bits_(bits) {}
  static constexpr std::uint64_t bit(Quirk quirk) {
    return std::uint64_t{1} << static_cast<unsigned>(quirk);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace nanobragg::compat
