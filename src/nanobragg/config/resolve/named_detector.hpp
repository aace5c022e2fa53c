// What -detector names, beside the flags and the files that describe a detector, too.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/detectors/detector_description.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::config {

// The settings with what the description states where they state nothing. A thickness of flags is
// one of the described material. Throws UsageError for flags that contradict the description.
Settings with_detector(const Settings& given, const DetectorDescription& detector);

// Throws UsageError where the header of an SMV image, or panels of a file, are those of another
// detector. `given` are the settings before those of the description.
void check_same_detector(const Settings& given, const DetectorDescription& detector,
                         const HeaderGeometry& header);
void check_same_detector(const DetectorDescription& detector, const io::GeometryFile& geometry);

// The panels of a detector of several, which stands as one panel of its size would.
io::GeometryFile described_geometry(const DetectorDescription& detector,
                                    const DetectorFrame& whole);

// 0 where the stack of panels has pixels between modules; null where all measure.
std::shared_ptr<const Image<std::uint16_t>> mask_of_gaps(const DetectorDescription& detector);

}  // namespace nanobragg::config
