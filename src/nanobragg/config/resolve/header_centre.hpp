// Where an SMV header puts the beam, by words that mean the same to every reader.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::config {

// Who reads a header: in whose words BEAM_CENTER_X and BEAM_CENTER_Y are taken to be.
struct HeaderReader {
  Convention convention;
  Pivot pivot;
  DetectorSize size;
};

// What a header says in any convention.
struct HeaderPoints {
  std::optional<DetectorPoint> beam;  // where it hits
  std::optional<Vec3<double>>
      dials_origin_m;  // the corner of the first pixel, in the frame of DIALS
};

struct HeaderCentre {
  std::optional<BeamCentre> centre;   // in the reader's words; nothing where no word names its own
  std::optional<DetectorPoint> beam;  // where the beam hits, by the words that say it
  std::vector<std::string> warnings;  // of words that contradict one another
};

// MOSFLM_CENTER_X, DENZO_X_BEAM, ADXV_CENTER_X and XDS_ORGX say what they mean. BEAM_CENTER_X and
// XBEAM are in the convention of the program that wrote them, found by comparing. `taken` is what
// the reader makes of BEAM_CENTER_X and BEAM_CENTER_Y.
HeaderCentre centre_by_names(const io::SmvHeader& header, const std::optional<BeamCentre>& taken,
                             const HeaderReader& reader);

// A warning of words of a header that lie elsewhere than where the others put the detector; nothing
// where flags place it, or where quirks read but what the reference reads.
std::vector<std::string> header_contradictions(const Settings& settings,
                                               const HeaderGeometry& header,
                                               const HeaderPoints& points,
                                               const DetectorFrame& frame, compat::QuirkSet quirks);

}  // namespace nanobragg::config
