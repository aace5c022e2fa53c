// The detector that simulation flags describe, for programs that only say it in pixels.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/compare/radial_profile.hpp"

namespace nanobragg::commands {

struct FlagGeometry {
  ImageShape shape;
  compare::PixelPosition beam_centre;  // where the direct beam meets the detector
  compare::ResolutionMap d_spacing_A;
};

struct FlagGeometryResult {
  std::optional<FlagGeometry> geometry;
  std::string problem;  // why there is none
};

// Files that the flags name are read, the amplitudes excepted. Flags that this program does not
// know, which another program may, leave the geometry unknown.
FlagGeometryResult geometry_of_flags(const std::vector<std::string>& flags);

}  // namespace nanobragg::commands
