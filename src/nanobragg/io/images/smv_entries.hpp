// What the headers of SMV images say about an exposure.
#pragma once

#include <filesystem>
#include <vector>

#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/io/images/sixteen_bit.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "nanobragg/model/detector_placement.hpp"

namespace nanobragg::io {

// Lengths in m, angles in radians.
struct SmvGeometry {
  double pixel, slow_size, wavelength;
  double beam_x, beam_y;  // BEAM_CENTER_X and _Y, in whichever convention
  PlacedDetector<double> placed;
  double phi, oscillation, twotheta;
};

// Entries after SIZE2, in the order and the units (mm, Å, degrees) of the reference.
std::vector<SmvEntry> smv_entries(const SmvGeometry& geometry);

// BEAM_CENTER_X and _Y as dxtbx (FormatSMVJHSim) takes them from a simulated image: ADXV's, each of
// them a pixel further from the beam. m; `beam` counts from the corner of the first pixel.
struct SmvBeamCentre {
  double x, y;
};
SmvBeamCentre dials_beam_centre(double beam_fast, double beam_slow, double slow_size, double pixel);

// -Xbeam and -Ybeam of MOSFLM's convention, which is what -img supposes.
SmvBeamCentre mosflm_beam_centre(double beam_fast, double beam_slow, double pixel);

// Replaces both entries by that centre, to nine digits, and adds the date, which begins in 1970
// with a series, and XBEAM and YBEAM, the flags that -img takes them for.
std::vector<SmvEntry> for_dials(std::vector<SmvEntry> entries, const SmvBeamCentre& centre,
                                const SmvBeamCentre& of_flags, double start_s);

// Fewer entries where that makes the header fit in 512 bytes, which some readers
// take for granted: first without the date, then without XBEAM and YBEAM, which say a centre again
// that the header has, then with BEAM_CENTER to six digits. All of them where none of that is
// enough.
std::vector<SmvEntry> fitted(ImageShape shape, const std::vector<SmvEntry>& entries);

// The counts that were added to every pixel.
SmvEntry adc_offset_entry(double pedestal);

// The reading of no photon in an SMV image, and how its 16 bits come about. Readings of 0 are those
// that no photon count reaches on a pedestal, and then the mark of what measures nothing.
double smv_pedestal(const ImageDescription& image);
SixteenBits smv_bits(const ImageDescription& image);

// What a read-out adds to a header: GAIN and CCD_IMAGE_SATURATION. Empty for counts of photons.
std::vector<SmvEntry> read_out_entries(const ImageDescription& image);

// A whole image of counts. Throws Error for detectors that the header has no words for.
void check_smv_image(const std::filesystem::path& path, const Experiment& experiment);
void write_smv_image(const std::filesystem::path& path, const DetectorImage& image);

}  // namespace nanobragg::io
