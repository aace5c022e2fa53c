// A detector by its name: what its description file says of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::config {

// Modules side by side in one plane, with pixels between them that do not measure.
struct ModuleGrid {
  ImageShape module;  // pixels of one
  ImageShape gap;     // pixels between two neighbours
  ImageShape count;   // modules down (slow) and across (fast)

  ImageShape shape() const {
    return {count.slow * (module.slow + gap.slow) - gap.slow,
            count.fast * (module.fast + gap.fast) - gap.fast};
  }
  bool has_gaps() const {
    return (count.slow > 1 && gap.slow > 0) || (count.fast > 1 && gap.fast > 0);
  }
  // Whether a pixel of the whole lies on a module.
  bool measures(PixelIndex pixel) const {
    return pixel.slow % (module.slow + gap.slow) < module.slow &&
           pixel.fast % (module.fast + gap.fast) < module.fast;
  }
};

// A panel in the frame of the whole detector: from the corner of its first pixel, x along the fast
// axis, y along the slow axis, z away from the sample; m.
struct DescribedPanel {
  Vec3<double> corner_m, fast, slow;
};

struct DetectorDescription {
  std::string source;                  // the name or the file that the user gave
  std::string name;                    // what image files call it
  std::string format;                  // the end of the name of the image file that suits it
  double pixel_m = 0.0;                // edge
  ImageShape outline;                  // of the whole, by which beam centres count
  ImageShape panel_shape;              // of each panel
  std::vector<DescribedPanel> panels;  // empty: one, the whole
  std::optional<ModuleGrid> modules;   // of each panel; unset: all pixels measure
  Settings defaults;                   // of options that are not given
};

// Reads the text of the file `name`. Throws UsageError for what describes no detector.
DetectorDescription parse_description(std::string_view text, const std::string& name);

}  // namespace nanobragg::config
