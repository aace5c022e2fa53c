// Files of a header and rows of pixels that are made while they are written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {

// Rows of pixels from row `first` on, at least one; valid until the next call.
template <class T>
using NextRows = std::function<ImageView<const T>(std::size_t first)>;

// So much memory as a few rows take is all that this needs.
template <class T>
void write_rows_atomically(const std::filesystem::path& path, std::string_view header,
                           std::size_t rows, const NextRows<T>& next_rows) {
  AtomicFile file(path);
  file.write(header);
  for (std::size_t slow = 0; slow < rows;) {
    const ImageView<const T> block = next_rows(slow);
    file.write(std::as_bytes(block.pixels()));
    slow += block.shape().slow;
  }
  file.commit();
}

}  // namespace nanobragg::io
