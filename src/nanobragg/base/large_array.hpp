// Arrays as large as images, whose memory comes cheaply.
#pragma once

#include <cstddef>
#include <vector>

#include "nanobragg/base/memory.hpp"

namespace nanobragg {

// `size` zeros. Asks for large pages first: to be given memory in small ones takes as long as to
// compute with it.
template <class T>
std::vector<T> zeroed_array(std::size_t size) {
  std::vector<T> array;
  array.reserve(size);
  prefer_large_pages(array.data(), size * sizeof(T));
  array.resize(size);
  return array;
}

}  // namespace nanobragg
