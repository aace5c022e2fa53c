// Which pixels of an image measure something, beyond what the image itself says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {

// A pixel below 0 is a measurement where the file of the experiment trusts such readings: −1 is
// the mark of many formats for none.
void trust_negative(io::ObservedImage& image, const TrustedRanges& ranges, const PanelStack& stack);

// Of each panel: 0 where a pixel does not count.
using PanelMasks = std::vector<Image<std::uint8_t>>;
// `name` is that of the file. Throws Error for a mask of other panels.
void apply_mask(const PanelMasks& mask, std::span<const Panel> panels, const std::string& name,
                io::ObservedImage& image);

}  // namespace nanobragg::commands
