// Copies the part of the amplitudes' table that a panel sees.
#include "nanobragg/kernel/pixel/reachable_squares.hpp"

#include <algorithm>

#include "nanobragg/plan/panel_bounds.hpp"

namespace nanobragg::kernel {
namespace {

constexpr double kMostBytes = 48e6;

void include(MillerBox& box, const MillerBox& other) {
  const auto& [low, high] = other;
  box.min = {std::min(box.min.h, low.h), std::min(box.min.k, low.k), std::min(box.min.l, low.l)};
  box.max = {std::max(box.max.h, high.h), std::max(box.max.k, high.k), std::max(box.max.l, high.l)};
}

double largest_q_of(const plan::PanelPlan& plan, const RegionOfInterest& region) {
  // Far more than the rounding of what is compared with it.
  constexpr double kMargin = 1e-9;
  double largest = 0.0;
  for (const plan::Ray<double>& source : plan.beam.sources) {
    largest = std::max(largest, largest_scattering_vector(plan, region, source));
  }
  return largest * (1.0 + kMargin);
}

MillerBox box_of(const plan::CrystalSamples& crystal, double largest_q) {
  MillerBox box;
  for (const Axes<double>& lattice : crystal.lattices) {
    include(box, plan::reachable_box(lattice, largest_q));
  }
  return box;
}

double bytes_of(const MillerBox& box) {
  return static_cast<double>(box.size_h()) * static_cast<double>(box.size_k()) *
         static_cast<double>(box.size_l()) * sizeof(float);
}

float squared(double amplitude) { return static_cast<float>(amplitude * amplitude); }

}  // namespace

ReachableSquares::ReachableSquares(const plan::PanelPlan& plan) {
  const StructureFactors& f = *plan.crystal.structure_factors;
  if (!f.has_table()) return;
  // Of the whole panel: with a copy pixels are computed another way, and what a pixel is must not
  // depend on the region.
  const double largest_of_all = largest_q_of(plan, whole_panel(plan));
  if (bytes_of(box_of(plan.crystal, largest_of_all)) > kMostBytes) return;
  largest_q_ = largest_q_of(plan, plan.region);
  box_ = box_of(plan.crystal, largest_q_);
  squares_.assign(box_.size_h() * box_.size_k() * box_.size_l(), squared(f.default_amplitude()));
  const auto& [min, max] = f.box();
  const std::int32_t first_l = std::max(box_.min.l, min.l);
  const std::int32_t last_l = std::min(box_.max.l, max.l);
  for (std::int32_t h = std::max(box_.min.h, min.h); h <= std::min(box_.max.h, max.h); ++h) {
    for (std::int32_t k = std::max(box_.min.k, min.k); k <= std::min(box_.max.k, max.k); ++k) {
      const auto row = static_cast<std::size_t>(h - box_.min.h) * box_.size_k() +
                       static_cast<std::size_t>(k - box_.min.k);
      float* to = &squares_[row * box_.size_l() + static_cast<std::size_t>(first_l - box_.min.l)];
      for (std::int32_t l = first_l; l <= last_l; ++l) *to++ = squared(f.in_table({h, k, l}));
    }
  }
}

SquaredTable ReachableSquares::table() const {
  if (squares_.empty()) return {};
  SquaredTable out;
  out.squares = squares_.data();
  out.largest_q = largest_q_;
  out.stride_k = static_cast<double>(box_.size_l());
  out.stride_h = static_cast<double>(box_.size_k()) * out.stride_k;
  out.origin = -(box_.min.h * out.stride_h + box_.min.k * out.stride_k + box_.min.l);
  return out;
}

}  // namespace nanobragg::kernel
