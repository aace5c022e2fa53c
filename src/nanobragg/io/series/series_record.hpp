// What a series writes besides its pixels: the truth, for files that describe it.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/io/series/frame_series.hpp"

namespace nanobragg::io {

struct SeriesRecord {
  SeriesKind kind = SeriesKind::rotation;
  std::size_t frames = 1;
  std::vector<ImageDescription> exposures;  // of stills each, of a rotation the first
  // Where the images are: one file of all, or one each; none where there are no images.
  std::vector<std::string> files;
  // Of numbered files, with # for each digit.
  std::string pattern = {};

  bool in_one_file() const { return files.size() == 1 && pattern.empty(); }
};

}  // namespace nanobragg::io
