// Halves levels, chooses limits and packs tiles.
#include "nanobragg/view/picture.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace nanobragg::view {
namespace {

static_assert(std::endian::native == std::endian::little, "pages read little-endian numbers");

PixelKind kind_of(io::Validity validity) {
  switch (validity) {
    case io::Validity::valid:
    case io::Validity::negative:
      return PixelKind::valid;
    case io::Validity::overloaded:
      return PixelKind::overloaded;
    case io::Validity::not_measured:
    case io::Validity::underloaded:
    case io::Validity::not_finite:
      break;
  }
  return PixelKind::not_measured;
}

// The four pixels, or fewer at the end, that one of the next level stands for.
struct Gathering {
  double sum = 0.0;
  int valid = 0;
  bool is_overloaded = false;
  float any = 0.0F;

  void add(float value, std::uint8_t kind) {
    any = value;
    is_overloaded |= kind == static_cast<std::uint8_t>(PixelKind::overloaded);
    if (kind == static_cast<std::uint8_t>(PixelKind::not_measured)) return;
    sum += static_cast<double>(value);
    ++valid;
  }
  float value() const { return valid > 0 ? static_cast<float>(sum / valid) : any; }
  PixelKind kind() const {
    if (is_overloaded) return PixelKind::overloaded;
    return valid > 0 ? PixelKind::valid : PixelKind::not_measured;
  }
};

std::vector<Level> levels_from(Level finest) {
  std::vector<Level> levels;
  levels.push_back(std::move(finest));
  while (std::max(levels.back().shape().slow, levels.back().shape().fast) > kTileEdge) {
    levels.push_back(halved(levels.back()));
  }
  return levels;
}

template <class T>
void append(std::string& bytes, std::span<const T> values) {
  const std::size_t before = bytes.size();
  bytes.resize(before + values.size_bytes());
  std::memcpy(bytes.data() + before, values.data(), values.size_bytes());
}

}  // namespace

Level panel_of_stack(const Level& whole, std::size_t first_row, ImageShape shape) {
  Level out{Image<float>(shape), Image<std::uint8_t>(shape)};
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    const auto values = whole.values.view().row(first_row + slow).first(shape.fast);
    const auto kinds = whole.kinds.view().row(first_row + slow).first(shape.fast);
    std::ranges::copy(values, out.values.view().row(slow).begin());
    std::ranges::copy(kinds, out.kinds.view().row(slow).begin());
  }
  return out;
}

Level halved(const Level& level) {
  const ImageShape from = level.shape();
  const ImageShape to{(from.slow + 1) / 2, (from.fast + 1) / 2};
  Level out{Image<float>(to), Image<std::uint8_t>(to)};
  for (std::size_t slow = 0; slow < to.slow; ++slow) {
    for (std::size_t fast = 0; fast < to.fast; ++fast) {
      Gathering four;
      for (std::size_t s = 2 * slow; s < std::min(2 * slow + 2, from.slow); ++s) {
        for (std::size_t f = 2 * fast; f < std::min(2 * fast + 2, from.fast); ++f) {
          four.add(level.values[{s, f}], level.kinds[{s, f}]);
        }
      }
      out.values[{slow, fast}] = four.value();
      out.kinds[{slow, fast}] = static_cast<std::uint8_t>(four.kind());
    }
  }
  return out;
}

Picture picture_of(const Level& whole, const std::vector<ImageShape>& shapes) {
  Picture picture;
  picture.limits = limits_of(whole);
  std::size_t first_row = 0;
  for (const ImageShape& shape : shapes.empty() ? std::vector{whole.shape()} : shapes) {
    picture.panels.push_back(levels_from(panel_of_stack(whole, first_row, shape)));
    first_row += shape.slow;
  }
  return picture;
}

Level level_of(const io::ObservedImage& image) {
  Level out{Image<float>(image.shape()), Image<std::uint8_t>(image.shape())};
  const auto values = image.values.pixels();
  const auto validity = image.validity.pixels();
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.values.pixels()[i] = static_cast<float>(values[i]);
    out.kinds.pixels()[i] = static_cast<std::uint8_t>(kind_of(validity[i]));
  }
  return out;
}

report::Limits limits_of(const Level& level) {
  // So many pixels say as much as all of them.
  constexpr std::size_t kEnough = 400'000;
  std::vector<float> valid;
  const std::size_t step = std::max<std::size_t>(level.shape().size() / kEnough, 1);
  for (std::size_t i = 0; i < level.shape().size(); i += step) {
    if (level.kinds.pixels()[i] == 0) valid.push_back(level.values.pixels()[i]);
  }
  return report::limits_from_noise(std::move(valid));
}

std::string bytes_of(const Level& level, const Tile& tile) {
  const ImageShape shape = level.shape();
  if (tile.first_slow >= shape.slow || tile.first_fast >= shape.fast) return {};
  const std::size_t rows = std::min(tile.rows, shape.slow - tile.first_slow);
  const std::size_t columns = std::min(tile.columns, shape.fast - tile.first_fast);
  std::string bytes;
  bytes.reserve(24 + rows * columns * 5 + 3);
  const std::array<std::uint32_t, 6> head{
      static_cast<std::uint32_t>(tile.panel),      static_cast<std::uint32_t>(tile.level),
      static_cast<std::uint32_t>(tile.first_fast), static_cast<std::uint32_t>(tile.first_slow),
      static_cast<std::uint32_t>(columns),         static_cast<std::uint32_t>(rows)};
  append(bytes, std::span<const std::uint32_t>(head));
  for (std::size_t slow = 0; slow < rows; ++slow) {
    append(bytes,
           level.values.view().row(tile.first_slow + slow).subspan(tile.first_fast, columns));
  }
  for (std::size_t slow = 0; slow < rows; ++slow) {
    append(bytes, level.kinds.view().row(tile.first_slow + slow).subspan(tile.first_fast, columns));
  }
  bytes.resize((bytes.size() + 3) / 4 * 4);
  return bytes;
}

}  // namespace nanobragg::view
