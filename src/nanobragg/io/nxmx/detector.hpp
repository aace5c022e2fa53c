// The detector of an NXmx file: its modules as panels, where they stand, and which pixels are
// masked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/nxmx/fields.hpp"
#include "nanobragg/io/nxmx/image_data.hpp"

namespace nanobragg::io::nxmx {

// What of an image is a module's, the slowest direction first.
struct Area {
  std::vector<std::size_t> origin, size;
};

// A panel and the part of the images and of the mask that is its own.
struct Module {
  GeometryPanel panel;
  std::vector<std::size_t> origin;  // in an image, the slowest direction first
};

struct DetectorPart {
  std::string path;
  ImageData images;
  std::vector<Module> modules;
};

// Paths of the detectors that are meant: one, or those of an NXdetector_group.
std::vector<std::string> detectors_of(const Fields& fields, const std::string& instrument);

// Paths of the modules of a detector in the order of their names: module2 before module10.
std::vector<std::string> modules_of(const Fields& fields, const std::string& detector);

// Where a module lies in the images, held against their size. Throws Error where it is not within.
Area area_of(const Fields& fields, const std::string& module, const ImageData& images);

// How thick the sensor of a detector is, in m; nothing where the file does not say it, or says the
// nanometre that stands for none. Throws Error for a unit that is not a length.
std::optional<double> read_sensor(const Fields& fields, const DetectorPart& part);

// One detector, or the several of an NXdetector_group. Modules stand in the order of their names.
// Throws Error, naming the path, for what contradicts itself or the images.
std::vector<DetectorPart> read_detectors(const Fields& fields, const std::string& entry,
                                         const std::string& instrument);

// Where the mask of a detector stands; nothing where it has none, or an empty one.
std::optional<std::string> mask_path(const Fields& fields, const std::string& detector);

// Whether a pixel of the mask measures nothing: bits 0 to 15 are reasons; of those above, bit 31
// says that a reading was interpolated (NXmx, NXdetector/pixel_mask).
bool sees_nothing(double bits);

// Pixels that the mask says see nothing are 0; null where all see. A mask may have an image for
// each exposure, and an empty one masks nothing.
std::shared_ptr<const Image<std::uint16_t>> read_mask(const Fields& fields,
                                                      const std::vector<DetectorPart>& parts);

}  // namespace nanobragg::io::nxmx
