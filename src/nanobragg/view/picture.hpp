// Images as a page shows them: panels in levels, each half as fine as the one before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/report/limits.hpp"

namespace nanobragg::view {

// What a pixel is, in the bytes that a page reads.
enum class PixelKind : std::uint8_t { valid, not_measured, overloaded };

// A panel at one resolution. The value of a pixel that measures nothing is what its file says.
struct Level {
  Image<float> values;
  Image<std::uint8_t> kinds;  // PixelKind
  ImageShape shape() const { return values.shape(); }
};

// Pixels of two by two: the mean of those that are valid. One of them that is overloaded makes all
// of them so; they are not measured where none is.
Level halved(const Level& level);

// The panel whose first row is `first_row` of a stack of panels.
Level panel_of_stack(const Level& whole, std::size_t first_row, ImageShape shape);

// One exposure: each panel from its own pixels to the level that fits into one tile.
struct Picture {
  std::vector<std::vector<Level>> panels;
  report::Limits limits;
};

inline constexpr std::size_t kTileEdge = 256;

// `shapes` are those of the panels, which stand one below the other in `whole`; a single panel
// where none is given.
Picture picture_of(const Level& whole, const std::vector<ImageShape>& shapes);

// With what the file says of its pixels.
Level level_of(const io::ObservedImage& image);

// Of the valid pixels.
report::Limits limits_of(const Level& level);

// A rectangle of a level, which may reach over its end.
struct Tile {
  std::size_t panel = 0;
  std::size_t level = 0;
  std::size_t first_slow = 0, first_fast = 0;
  std::size_t rows = kTileEdge, columns = kTileEdge;
};

// The tile's part of a level as bytes: six little-endian 32-bit numbers (panel, level, first fast,
// first slow, columns, rows), the values as 32-bit floats row by row, and the kinds as bytes,
// filled up to a multiple of four. Empty where the tile has no pixel of it.
std::string bytes_of(const Level& level, const Tile& tile);

}  // namespace nanobragg::view
