// How finely, and where, the image of an experiment is computed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/base/units.hpp"

namespace nanobragg {

// A rectangle of pixels, both ends included.
struct RegionOfInterest {
  PixelIndex first;
  PixelIndex last;
  bool contains(PixelIndex p) const {
    return p.slow >= first.slow && p.slow <= last.slow && p.fast >= first.fast &&
           p.fast <= last.fast;
  }
};

enum class Interpolation : std::uint8_t { nearest, tricubic };

// Whether a factor is computed once a pixel or for every sub-pixel.
enum class FactorSampling : std::uint8_t { per_pixel, per_subpixel };

// What a kernel with the choice does about mosaic turns, spectra, divergences, the spindle's turn
// and the area of a pixel: sum over samples, or integrate where that has a closed form.
enum class Smearing : std::uint8_t { sampled, integrated };

struct Sampling {
  int oversample = 1;             // sub-pixels along each axis
  int background_oversample = 0;  // the same for amorphous matter; 0: as many as its curve needs
  FactorSampling solid_angle = FactorSampling::per_pixel;
  FactorSampling polarisation = FactorSampling::per_pixel;
  FactorSampling absorption = FactorSampling::per_pixel;
  Interpolation interpolation = Interpolation::nearest;
  Smearing smearing = Smearing::sampled;
  Metre resolution_limit;                  // steps at a smaller d-spacing are skipped; 0: none
  double cull = 0.0;                       // photons a pixel that sparse rendering may leave out
  std::optional<RegionOfInterest> region;  // unset: all pixels
  std::shared_ptr<const Image<std::uint16_t>> mask;  // pixels at 0 are skipped; null: none
};

}  // namespace nanobragg
