// The table of quirks: docs/quirks.md and the warnings are made from it.
#include "nanobragg/compat/quirk.hpp"

#include <algorithm>
#include <array>

namespace nanobragg::compat {
namespace {

using enum Quirk;
using enum Fate;
using enum Scope;

constexpr auto kTable = std::to_array<QuirkInfo>({
    {phi_carry_over, "phi_carry_over", repaired, pixels,
     "does not rotate the crystal at a spindle angle of exactly 0: the orientation of the step "
     "before stays, so every pixel but the first takes step 0 from the last step of its neighbour",
     "rotates at every angle"},
    {skewed_triclinic_cell, "skewed_triclinic_cell", repaired, numbers,
     "skews a -cell with oblique angles: it takes sin(gamma)/(c sin(gamma*)) for the height of c*, "
     "which turns 75 85 95 degrees into 75.04 85.01 95.01",
     "builds the cell with the given angles (height 1/c)"},
    {thick_layers, "thick_layers", repaired, pixels,
     "makes one sensor layer into two that span twice the thickness, spaces n layers by "
     "thickness/(n-1), takes what a layer absorbs at its front, and weights the sum of all layers "
     "by the absorption of the last",
     "cuts the sensor into n layers of thickness/n, takes what a layer absorbs at its mean depth "
     "there, and weights each by its own absorption"},
    {running_product, "running_product", repaired, pixels,
     "multiplies the running sum, not the term, by the factor of an -oversample_ flag, so early "
     "terms are multiplied again and again",
     "multiplies each term once"},
    {interpolation_latch, "interpolation_latch", repaired, pixels,
     "stops interpolating for the rest of the run at the first point outside the table of "
     "amplitudes",
     "takes default_F at that point alone"},
    {interpolation_before_size, "interpolation_before_size", repaired, files,
     "decides on automatic interpolation before a crystal size in mm has become a number of cells",
     "decides with the final number of cells"},
    {source_weights_ignored, "source_weights_ignored", repaired, files,
     "ignores the weights in a source file", "weights each source, normalised to a mean of 1"},
    {pix0_ignored, "pix0_ignored", repaired, numbers,
     "overwrites a given -pix0_vector by the position from the distance and the beam centre",
     "takes it as the laboratory position of the detector's corner after rotation, unless another "
     "flag places the detector too"},
    {convention_forces_pivot, "convention_forces_pivot", repaired, numbers,
     "lets a named convention override an explicit -pivot", "obeys -pivot"},
    {img_twotheta_ignored, "img_twotheta_ignored", repaired, files,
     "reads TWOTHETA from the header of -img or -mask and does not use it",
     "swings the detector by it"},
    {twotheta_ratio, "twotheta_ratio", repaired, numbers,
     "leaves -twotheta out of the ratio of its two distances, so that the distance and the beam "
     "centre of its output and of the SMV header are others than the detector's, and a "
     "-close_distance with the pivot at the beam places it too near",
     "takes the ratio of the detector where it is"},
    {beam_centre_words, "beam_centre_words", repaired, numbers,
     "ignores -Xbeam and -Ybeam where the detector turns about the sample (-xds, -dials), -ORGX "
     "and -ORGY where it turns about the beam (-mosflm, -denzo, -adxv), and -Xclose and -Yclose "
     "but in a custom convention",
     "places the detector by whichever is given"},
    {negative_oscillation, "negative_oscillation", repaired, numbers,
     "takes an -osc or -phistep below 0 as not given", "turns the spindle backwards"},
    {header_key_substrings, "header_key_substrings", repaired, files,
     "finds a key of a -img or -mask header at the end of longer ones too, the last of them "
     "winning: "
     "WAVELENGTH takes the value of SOURCE_WAVELENGTH",
     "reads whole keys; XDS_ORGX and XDS_ORGY stand in for ORGX and ORGY"},
    {header_overrides_distance, "header_overrides_distance", repaired, numbers,
     "lets CLOSE_DISTANCE in the header of -img or -mask override -distance", "obeys -distance"},
    {rmsd_counts_masked, "rmsd_counts_masked", repaired, files,
     "counts masked pixels in the r.m.s. deviation", "leaves them out"},
    {fractional_hkl, "fractional_hkl", repaired, files,
     "mis-reads everything after the first non-integer Miller index",
     "drops that reflection with a warning that names the line"},
    {hkl_extra_columns, "hkl_extra_columns", repaired, files,
     "reads amplitudes four numbers at a time whatever the lines, so that a fifth column or a "
     "comment spoils the rest",
     "reads line by line and tolerates comments and further columns"},
    {smv_header_overflow, "smv_header_overflow", repaired, files,
     "writes more than the 512 header bytes it declares when values are long, shifting the image",
     "declares and writes the next multiple of 512"},
    {no_adc_offset, "no_adc_offset", repaired, files,
     "does not write the pedestal into its SMV files", "writes ADC_OFFSET"},
    {smv_beam_centre, "smv_beam_centre", repaired, files,
     "writes BEAM_CENTER_X and _Y of its SMV files in the words of -Xbeam and -Ybeam, from which "
     "DIALS takes another beam centre",
     "writes what DIALS expects of simulated images; XBEAM and YBEAM keep the words for -img"},
    {mask_beam_y_flip, "mask_beam_y_flip", kept, files,
     "measures BEAM_CENTER_Y of a -mask header from the far edge", "does the same"},
    {water_scaling, "water_scaling", repaired, pixels,
     "starts the sum over steps with the water background, which is multiplied by r_e^2 "
     "fluence/steps like the sum: it grows with the square of the fluence and falls with the "
     "number of steps",
     "adds F^2 r_e^2 fluence for each molecule of water, once a pixel, whatever the steps"},
    {water_cut_by_dmin, "water_cut_by_dmin", repaired, pixels,
     "leaves a pixel that is all beyond -dmin without its water background",
     "cuts off the crystal's scattering alone"},
    {nopolar_ignored, "nopolar_ignored", repaired, pixels,
     "evaluates the polarisation factor for -oversample_polar whatever -nopolar says",
     "obeys -nopolar"},
    {round_peak, "round_peak", repaired, pixels,
     "loses the digits of a round crystal's transform near a reciprocal lattice point: within 1e-8 "
     "of the peak it is 0",
     "takes its series there"},
    {whole_cells, "whole_cells", repaired, numbers, "cuts numbers of cells down to whole ones",
     "takes them as they are"},
    {spots_of_volume, "spots_of_volume", repaired, numbers,
     "makes the spots of -gauss_xtal and -tophat_spots as narrow along every axis as those of "
     "Na·Nb·Nc cells",
     "makes them along each axis as wide as its own cells do (-gauss_cells, -tophat_cells)"},
    {single_rounding, "single_rounding", repaired, pixels,
     "rounds the angles of mosaic domains to single precision, adds the statistics of an image up "
     "one by one, and takes one more automatic sub-pixel where rounding alone makes a whole number "
     "larger",
     "keeps double precision, and a whole number of sub-pixels"},
    {nan_written, "nan_written", repaired, files, "writes images that hold NaN or infinity",
     "stops, and names the first such pixel"},
    {substring_flags, "substring_flags", never_present, files,
     "recognises most flags by a part of their name and skips what it does not know",
     "recognises exact names and their synonyms; anything else is an error"},
    {misset_seed_parsed_as_misset, "misset_seed_parsed_as_misset", never_present, files,
     "also takes -misset_seed for -misset", "takes it as the seed alone"},
    {curved_det_last, "curved_det_last", never_present, files,
     "overlooks -curved_det where it is the last word of a command line", "takes it anywhere"},
});

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].quirk) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table follows the enumeration");

QuirkSet with_fate(bool include_repaired) {
  QuirkSet set;
  for (const QuirkInfo& row : kTable) {
    if (row.fate == kept || (include_repaired && row.fate == repaired)) set = set.with(row.quirk);
  }
  return set;
}

}  // namespace

std::span<const QuirkInfo> quirk_table() { return kTable; }

const QuirkInfo& info(Quirk quirk) { return kTable[static_cast<std::size_t>(quirk)]; }

const QuirkInfo* find_quirk(std::string_view name) {
  const auto row = std::ranges::find(kTable, name, &QuirkInfo::name);
  return row == kTable.end() ? nullptr : &*row;
}

QuirkSet QuirkSet::physical() { return with_fate(false); }

QuirkSet QuirkSet::reference() { return with_fate(true); }

QuirkSet QuirkSet::oracle() { return reference().without(phi_carry_over).without(running_product); }

bool QuirkSet::acts_on(Scope scope) const {
  return std::ranges::any_of(
      kTable, [&](const QuirkInfo& row) { return row.scope == scope && has(row.quirk); });
}

}  // namespace nanobragg::compat
