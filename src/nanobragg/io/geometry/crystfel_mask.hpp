// Pixels that a CrystFEL .geom file calls bad.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/geometry/crystfel_text.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::io {

// A panel of a .geom file: where it stands, and which part of the data it is.
struct CrystfelPanel {
  GeometryPanel panel;
  std::size_t first_fast = 0, first_slow = 0;
  bool is_unused = false;       // no_index
  std::size_t edge_pixels = 0;  // mask_edge_pixels: so many at each edge
};

struct CrystfelMask {
  std::shared_ptr<const Image<std::uint16_t>> mask;  // of the stack; null: all pixels count
  std::vector<std::string> warnings;
};

// Regions in fs and ss hold their ends; those in x and y, pixels across the beam, hold the pixels
// whose middle is inside (crystfel_geometry(5), "Bad regions"). Throws Error for a region without
// bounds, in both kinds of coordinates, or of a panel that is not there.
CrystfelMask crystfel_mask(std::span<const CrystfelPanel> panels, const CrystfelText& text,
                           const std::string& file);

}  // namespace nanobragg::io
