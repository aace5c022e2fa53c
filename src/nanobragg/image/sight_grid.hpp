// How pixels of a panel see amorphous matter, from every eighth of them.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/image/amorphous_sight.hpp"

namespace nanobragg::image {

// sin² of half the scattering angle and P·Ω·captured change little from pixel to pixel: both are
// computed at every kSpacing-th pixel along both axes and interpolated by cubics. Relative error:
// of the order of (kSpacing·p/D)⁴ with the pixel size p and the distance D. Measured in photons
// where p/D is 0.9·kClosest: 2·10⁻⁸; near the beam, where sin² is small, up to 10⁻⁶. Thread-safe
// once made.
class SightGrid {
 public:
  static constexpr std::size_t kSpacing = 8;
  static constexpr double kClosest = 1e-3;
  static constexpr std::size_t kBlock = 32;  // rows that are interpolated together

  // Whether it can be used: one sub-pixel a pixel, far enough from the sample, and enough pixels.
  static bool suits(const AmorphousConstants<double>& constants, ImageShape shape);
  // `constants` outlive the grid.
  SightGrid(const AmorphousConstants<double>& constants, ImageShape shape);

  // The sights of rows first … first + kBlock − 1, or as many as there are. Valid for one thread.
  class Block {
   public:
    Block(const SightGrid& grid, std::size_t first);
    // Of a row of the block; valid until the next call.
    std::span<const Sight<double>> row(std::size_t slow);

   private:
    struct Smooth {
      double square, share;  // sin², P·Ω·captured
    };
    const SightGrid& grid_;
    std::size_t first_node_;            // row of nodes
    std::vector<Smooth> nodes_, line_;  // of the block; of one row
    std::vector<Sight<double>> row_;
  };

 private:
  // The four nodes from `first` on, and their shares in a pixel.
  struct Cubic {
    std::size_t first;
    std::array<double, 4> weights;
  };
  static Cubic cubic_at(std::size_t pixel, std::size_t nodes);

  const AmorphousConstants<double>& constants_;
  ImageShape shape_, nodes_;
  std::vector<Cubic> along_fast_;
};

}  // namespace nanobragg::image
