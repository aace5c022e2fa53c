// Fills the table of amplitudes.
#include "nanobragg/model/structure_factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/model/equivalents.hpp"
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
                                   double default_amplitude,
                                   std::shared_ptr<const Equivalents> equivalents)
    : box_(box),
      table_(std::move(table)),
      default_(default_amplitude),
      equivalents_(std::move(equivalents)) {
  NANOBRAGG_EXPECTS(table_.size() == box.size());
  NANOBRAGG_EXPECTS(!equivalents_ || equivalents_->box() == box);
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
  std::vector<double> table(box.size(), default_amplitude);
  for (const auto& [index, amplitude] : reflections) table[box.position(index)] = amplitude;
  return {box, std::move(table), default_amplitude, nullptr};
}

StructureFactors StructureFactors::from_table(const MillerBox& box, std::vector<double> amplitudes,
                                              double default_amplitude,
                                              std::shared_ptr<const Equivalents> equivalents) {
  return {box, std::move(amplitudes), default_amplitude, std::move(equivalents)};
}

StructureFactors StructureFactors::with_table(std::vector<double> amplitudes) const {
  return {box_, std::move(amplitudes), default_, equivalents_};
}

std::size_t StructureFactors::reflection_count() const {
  return equivalents_ ? equivalents_->size() : table_.size();
}

std::size_t StructureFactors::reflection_at(std::size_t position) const {
  return equivalents_ ? equivalents_->reflection_at(position) : position;
}

std::vector<std::size_t> StructureFactors::positions_like(std::size_t position) const {
  return equivalents_ ? equivalents_->positions_like(position) : std::vector{position};
}

}  // namespace nanobragg
