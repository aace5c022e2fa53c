// Observed images as photons: readings become photons, with what measures nothing left out.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {

// photons = (readings − offset)/gain, as far as a user says them.
struct CountScale {
  std::optional<double> offset;  // unset: the file's pedestal, or `usual_offset` for SMV, or 0
  std::optional<double> gain;    // readings a photon; unset: the file's, or 1
  double usual_offset = 0.0;
};

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
