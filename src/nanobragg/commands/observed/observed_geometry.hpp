// Where the detector of an observed image stands: by its file, or by flags.
#pragma once

#include <optional>
#include <string>

#include "nanobragg/base/image.hpp"
#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::commands {

// Whether the flags say where the detector is.
bool places_detector(const config::Settings& settings);

// What an image says of the experiment, or why nothing. The header of an SMV image is none: -img
// reads it.
struct OwnGeometry {
  std::optional<io::GeometryFile> file;
  std::string why_not;
};
OwnGeometry own_geometry(const ObservedFrame& frame);

bool is_smv(const ObservedFrame& frame);

// One exposure. `shape` is that of raw floats. Throws Error as for_each_frame().
io::ObservedImage read_frame(const ObservedFrame& frame, std::optional<ImageShape> shape);

// The settings with as many pixels as the image has, where nothing says how many there are.
config::Settings with_pixels_of(config::Settings settings, const ObservedFrame& frame);

}  // namespace nanobragg::commands
