// The part of a detector that images show, and how many of its pixels one of theirs adds up.
#pragma once

#include <cstddef>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg {

// A rectangle of pixels of a panel.
struct PixelBox {
  PixelIndex first;
  ImageShape shape;
};

struct CropAndBin {
  std::optional<PixelBox> crop = {};  // unset: every pixel
  std::size_t bin = 1;                // pixels along each axis that are added up

  bool changes_nothing() const { return !crop && bin == 1; }
};

// Throws UsageError for a crop that does not lie within the panel, one of a detector of several
// panels, and for so many pixels to add up that none is left of a panel. Along an axis, what is
// left over behind the last whole sum belongs to no pixel; of several panels none may be along
// slow.
void check(const CropAndBin& part, const Detector& detector);
// Throws UsageError where pixels are left over.
void check_divides(const CropAndBin& part, const Detector& detector);

// How many pixels of the stack of panels (model/panel_stack.hpp) are left. `part` has been checked.
ImageShape shape_after(const CropAndBin& part, ImageShape stack);

// The experiment whose image is the part of that of `experiment`: panels of fewer and larger pixels
// where these were, more sub-pixels in each, and the same photons of measured backgrounds. Its mask
// leaves out every pixel of which a part was left out. A panel that was moved stands where it is
// without motion, as it turns about another centre. `part` has been checked.
Experiment cropped_and_binned(const Experiment& experiment, const CropAndBin& part);

// The pixels of the whole that `part` needs: those of the crop that the experiment renders, and
// `margin` more on each side. Unset: all that it renders. Throws UsageError where it renders none.
std::optional<RegionOfInterest> region_of(const CropAndBin& part, const Experiment& experiment,
                                          std::size_t margin);

}  // namespace nanobragg
