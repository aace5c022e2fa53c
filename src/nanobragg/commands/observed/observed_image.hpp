// Observed images as photons: readings become photons, with what measures nothing left out.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::commands {

// photons = (readings − offset)/gain, as far as a user says them. Where nothing is said, the file's
// count, and then those that flags give a read-out.
struct CountScale {
  std::optional<double> offset;  // else that of the file, of the read-out, `usual_offset` of SMV, 0
  std::optional<double> gain;    // readings a photon; else that of the file, of the read-out, 1
  double usual_offset = 0.0;
  std::optional<ReadOut> read_out = {};
};

// An array that holds panels elsewhere as a stack of them: each begins at one of `corners`, fast
// and slow. Without corners, or where a panel would not be in the array, it stays as it is.
io::ObservedImage stacked(io::ObservedImage image, std::span<const Panel> panels,
                          std::span<const std::array<std::size_t, 2>> corners);

// Readings of each panel that can be trusted, both ends included; unset: all.
using TrustedRanges = std::vector<std::optional<std::array<double, 2>>>;
// Marks what is outside of its panel's range.
void trust(io::ObservedImage& image, const TrustedRanges& ranges, const PanelStack& stack);

struct Photons {
  Image<double> image;          // NaN where nothing is measured
  io::ValidityCounts pixels{};  // of each kind
};

// Readings of 0 on a pedestal measure nothing, too: SMV files have no other mark. What the file
// says of its readings is told to `tell`. Throws Error for an image of another shape, for a
// picture, and where no pixel can be used.
Photons photons_of(io::ObservedImage image, ImageShape shape, const CountScale& scale,
                   const std::string& name, const std::function<void(const std::string&)>& tell);

}  // namespace nanobragg::commands
