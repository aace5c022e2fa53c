// Changes the validity of pixels.
#include "nanobragg/commands/refine/shots/measured_pixels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nanobragg/base/error.hpp"

namespace nanobragg::commands {

void trust_negative(io::ObservedImage& image, const TrustedRanges& ranges,
                    const PanelStack& stack) {
  if (image.shape() != stack.shape) return;
  for (std::size_t panel = 0; panel < std::min(ranges.size(), stack.first_row.size()); ++panel) {
    if (!ranges[panel] || (*ranges[panel])[0] >= -1.0) continue;
    const std::size_t end =
        panel + 1 < stack.first_row.size() ? stack.first_row[panel + 1] : stack.shape.slow;
    for (std::size_t slow = stack.first_row[panel]; slow < end; ++slow) {
      for (std::size_t fast = 0; fast < stack.shape.fast; ++fast) {
        const PixelIndex at{slow, fast};
        io::Validity& validity = image.validity[at];
        const bool is_trusted =
            validity == io::Validity::negative && image.values[at] >= (*ranges[panel])[0];
        if (is_trusted) validity = io::Validity::valid;
      }
    }
  }
}

void apply_mask(const PanelMasks& mask, std::span<const Panel> panels, const std::string& name,
                io::ObservedImage& image) {
  if (mask.size() != panels.size()) {
    throw Error(
        fmt::format("a mask of {} panels (the detector has {})", mask.size(), panels.size()), name);
  }
  const PanelStack stack = stack_of(panels);
  if (image.shape() != stack.shape) return;  // which is reported elsewhere
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const ImageShape own = mask[i].shape(), shape = panels[i]->shape;
    if (own != shape) {
      throw Error(fmt::format("a mask of {} x {} pixels for panel {} (which has {} x {})", own.fast,
                              own.slow, i, shape.fast, shape.slow),
                  name);
    }
    for (std::size_t slow = 0; slow < shape.slow; ++slow) {
      for (std::size_t fast = 0; fast < shape.fast; ++fast) {
        if (mask[i][{slow, fast}] != 0) continue;
        image.validity[{stack.first_row[i] + slow, fast}] = io::Validity::not_measured;
      }
    }
  }
}

}  // namespace nanobragg::commands
