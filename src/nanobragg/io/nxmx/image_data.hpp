// Where the images of an NXmx file stand.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/io/nxmx/fields.hpp"

namespace nanobragg::io::nxmx {

// One dataset of images, or several of which each holds the next ones: data_000001, data_000002 …
struct ImageData {
  std::vector<std::string> paths;
  std::vector<std::size_t> shape;   // of the first that can be read: [image,] slow, fast
  std::vector<std::size_t> images;  // in each dataset; 0 where it cannot be read
  std::string obstacle;             // why one cannot be read; empty where all can

  bool is_known() const { return !shape.empty(); }
  std::size_t count() const;
};

// The images of a detector: its own `data`, else those of the entry's NXdata groups, by their
// `signal` or by their names. Nothing in it where there are none.
ImageData find_images(const Fields& fields, const std::string& entry, const std::string& detector);

}  // namespace nanobragg::io::nxmx
