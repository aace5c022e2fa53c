// Neighbouring pixels of one row.
#pragma once

#include <cstddef>

#include "nanobragg/base/image.hpp"

namespace nanobragg::kernel {

struct PixelRun {
  PixelIndex first;
  std::size_t count = 0;
};

}  // namespace nanobragg::kernel
