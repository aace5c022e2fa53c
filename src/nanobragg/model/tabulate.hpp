// A table of amplitudes from a function of the index.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg {

// amplitude(index) of every index of the box. Throws Error where the table would not fit in memory.
template <class F>
StructureFactors tabulate(const MillerBox& box, double default_amplitude, const F& amplitude) {
  check_fits_in_memory(box);
  std::vector<double> table;
  table.reserve(box.size_h() * box.size_k() * box.size_l());
  for (std::int32_t h = box.min.h; h <= box.max.h; ++h) {
    for (std::int32_t k = box.min.k; k <= box.max.k; ++k) {
      for (std::int32_t l = box.min.l; l <= box.max.l; ++l) {
        table.push_back(amplitude(MillerIndex{h, k, l}));
      }
    }
  }
  return StructureFactors::from_table(box, std::move(table), default_amplitude);
}

}  // namespace nanobragg
