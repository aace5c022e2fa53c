// Which of the flags and header entries for a beam centre or a closest point places the detector.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/config/resolve/convention.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"

namespace nanobragg::config {

// A coordinate on the detector, m from the corner of the first pixel.
enum class CentreKind : std::uint8_t {
  none,     // nothing is given
  beam,     // where the beam hits: -Xbeam, -Ybeam, BEAM_CENTER_X and _Y
  closest,  // the point nearest to the sample: -ORGX, -ORGY, -Xclose, -Yclose
};
struct CentreCoordinate {
  CentreKind kind = CentreKind::none;
  double at = 0.0;
  bool by_xclose = false;  // -Xclose or -Yclose
};

struct GivenCentre {
  CentreCoordinate fast, slow;
  std::vector<std::string> warnings;  // of flags that yield to another
};

// What is given in a named convention. Flags win over headers. Of either, the words of the pivot
// win: those of the closest point where the detector turns about the sample, those of the beam
// where it turns about the beam.
GivenCentre given_centre(const Settings& settings, const HeaderGeometry& header,
                         Convention convention, Pivot pivot, const DetectorSize& size);

}  // namespace nanobragg::config
