// The detector of an NXmx file: its modules as panels, where they stand, and what they do not see.
#pragma once

#include <memory>
#include <vector>

#include "nanobragg/io/geometry_file.hpp"
#include "nanobragg/io/nxmx/fields.hpp"
#include "nanobragg/io/nxmx/image_data.hpp"

namespace nanobragg::io::nxmx {

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

// One detector, or the several of an NXdetector_group. Modules stand in the order of their names.
// Throws Error, naming the path, for what contradicts itself or the images.
std::vector<DetectorPart> read_detectors(const Fields& fields, const std::string& entry,
                                         const std::string& instrument);

// Pixels whose mask is not 0 see nothing; null where all see. A mask may have an image for each
// exposure, and an empty one masks nothing.
std::shared_ptr<const Image<std::uint16_t>> read_mask(const Fields& fields,
                                                      const std::vector<DetectorPart>& parts);

}  // namespace nanobragg::io::nxmx
