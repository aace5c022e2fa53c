// Measured backgrounds: read from their files, and resolved on the detector.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/config/options/background_value.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/io/lists/radial_table.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/measured_background.hpp"

namespace nanobragg::config {

// One of the two.
struct MeasuredFile {
  std::optional<io::RadialTable> table;
  std::optional<io::ObservedImage> image;
  std::size_t exposures = 1;  // in the file of the image, of which the first is taken
};

// Throws Error for what cannot be read, and for a picture.
MeasuredFile read_measured_file(const BackgroundValue& value, const Settings& settings);

struct ResolvedMeasured {
  MeasuredBackground background;
  std::vector<std::string> warnings;
};

// On this detector, in this beam. Readings become photons by what the file says of them; a pixel
// that measures nothing takes the median of those at its resolution. Throws Error for an image of
// another size, and where no pixel measures anything.
ResolvedMeasured resolve_measured(const BackgroundValue& value, const MeasuredFile& file,
                                  const std::vector<Panel>& panels, const BeamValues& beam);

}  // namespace nanobragg::config
