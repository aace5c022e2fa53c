// Counts equal pixels.
#include "nanobragg/io/experiment/stored_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

// The pixels of the runs. Sizes beyond any file are refused before memory is taken.
std::size_t pixels_in(const StoredMask& stored) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  if (stored.runs.size() % 2 != 0) throw Error("a value without its count");
  std::uint64_t pixels = 0;
  for (std::size_t i = 0; i < stored.runs.size(); i += 2) {
    if (!std::in_range<std::uint16_t>(stored.runs[i])) {
      throw Error(fmt::format("a mask's value of {} (0 to 65535)", stored.runs[i]));
    }
    pixels += std::min(stored.runs[i + 1], kMost);
    if (pixels >= kMost) throw Error("more pixels than any detector has");
  }
  return pixels;
}

}  // namespace

StoredMask stored(const Image<std::uint16_t>& mask) {
  StoredMask out{mask.shape().slow, mask.shape().fast, {}};
  const auto pixels = mask.pixels();
  for (auto begin = pixels.begin(); begin != pixels.end();) {
    const auto end = std::find_if(begin, pixels.end(), [&](auto flag) { return flag != *begin; });
    out.runs.push_back(*begin);
    out.runs.push_back(static_cast<std::uint64_t>(end - begin));
    begin = end;
  }
  return out;
}

Image<std::uint16_t> restored(const StoredMask& stored) {
  const std::size_t pixels = pixels_in(stored);
  const auto [slow, fast] = std::pair(stored.pixels_slow, stored.pixels_fast);
  if (pixels == 0 || fast == 0 || pixels % fast != 0 || pixels / fast != slow) {
    throw Error(fmt::format("{} pixels of a mask of {} × {} (fast × slow)", pixels, fast, slow));
  }
  Image<std::uint16_t> mask({slow, fast});
  auto at = mask.pixels().begin();
  for (std::size_t i = 0; i < stored.runs.size(); i += 2) {
    at = std::fill_n(at, static_cast<std::ptrdiff_t>(stored.runs[i + 1]),
                     static_cast<std::uint16_t>(stored.runs[i]));
  }
  return mask;
}

}  // namespace nanobragg::io
