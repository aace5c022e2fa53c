// Fills the table of amplitudes.
#include "nanobragg/model/structure_factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg {

void check_fits_in_memory(const MillerBox& box) {
  // In double: three ranges of up to 2³² would overflow an integer.
  const double bytes = sizeof(double) * static_cast<double>(box.size_h()) *
                       static_cast<double>(box.size_k()) * static_cast<double>(box.size_l());
  check_fits_in_memory(bytes,
                       fmt::format("a table over Miller indices {} {} {} to {} {} {}", box.min.h,
                                   box.min.k, box.min.l, box.max.h, box.max.k, box.max.l),
                       "remove the reflections with extreme indices");
}

namespace {

void check_amplitude(double amplitude) {
  if (std::abs(amplitude) <= limits::kLargestAmplitude) return;
  throw Error(fmt::format("impossible amplitude {:g} electrons (at most {:g})", amplitude,
                          limits::kLargestAmplitude));
}

}  // namespace

StructureFactors::StructureFactors(double default_amplitude) : default_(default_amplitude) {
  check_amplitude(default_amplitude);
}

StructureFactors::StructureFactors(const MillerBox& box, std::vector<double> table,
                                   double default_amplitude)
    : box_(box), table_(std::move(table)), default_(default_amplitude) {
  NANOBRAGG_EXPECTS(table_.size() == box.size_h() * box.size_k() * box.size_l());
  check_amplitude(default_amplitude);
  std::ranges::for_each(table_, check_amplitude);
}

StructureFactors StructureFactors::from_reflections(std::span<const Reflection> reflections,
                                                    double default_amplitude) {
  if (reflections.empty()) throw Error("no reflections");
  MillerBox box{reflections.front().index, reflections.front().index};
  for (const auto& [index, amplitude] : reflections) {
    box.min = {std::min(box.min.h, index.h), std::min(box.min.k, index.k),
               std::min(box.min.l, index.l)};
    box.max = {std::max(box.max.h, index.h), std::max(box.max.k, index.k),
               std::max(box.max.l, index.l)};
  }
  return from_reflections(reflections, box, default_amplitude);
}

StructureFactors StructureFactors::from_reflections(std::span<const Reflection> reflections,
                                                    const MillerBox& box,
                                                    double default_amplitude) {
  check_fits_in_memory(box);
  std::vector<double> table(box.size_h() * box.size_k() * box.size_l(), default_amplitude);
  for (const auto& [index, amplitude] : reflections) {
    NANOBRAGG_EXPECTS(box.contains(index));
    const auto h = static_cast<std::size_t>(index.h - box.min.h);
    const auto k = static_cast<std::size_t>(index.k - box.min.k);
    const auto l = static_cast<std::size_t>(index.l - box.min.l);
    table[(h * box.size_k() + k) * box.size_l() + l] = amplitude;
  }
  return {box, std::move(table), default_amplitude};
}

StructureFactors StructureFactors::from_table(const MillerBox& box, std::vector<double> amplitudes,
                                              double default_amplitude) {
  return {box, std::move(amplitudes), default_amplitude};
}

}  // namespace nanobragg
