// Miller indices along a row of a flat panel, whose pixels stand on a line. To be included only by
// files that are compiled for one instruction set each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "nanobragg/kernel/simd/ray.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// With pixel n at r = start + n·pixel, and incident direction i,
//   h = a·q = (a·start + n·a·pixel)/(λ|r|) − a·i/λ:
// two multiplications an index, once the three products of each orientation are known.
class RowIndices {
 public:
  explicit RowIndices(const RowTask& task)
      : lattices_(task.constants->lattices),
        sources_(task.constants->sources),
        products_(task.along_row) {}

  // The rows of the panel's layers are such lines, and none passes through the sample.
  static bool are_lines(const RowTask& task) {
    const auto& detector = task.constants->plan.detector;
    const double nearest = dot(task.constants->panel.corner, task.constants->panel.normal);
    const double farthest = nearest + detector.deepest_m();
    return detector.curvature == Curvature::flat &&
           detector.capture != plan::Capture::at_mean_depth && nearest * farthest > 0.0;
  }

  // To where pixel 0 stands at `start` (m).
  void move_to(const Vec3<double>& start) {
    if (is_placed_ && start == start_) return;
    start_ = start;
    is_placed_ = true;
    for (std::size_t i = 0; i < lattices_.size(); ++i) {
      products_.start[i] = axis_products(lattices_[i], start);
    }
  }

  // Some orientations in the light of a source.
  struct Block {
    std::span<const Vec3<double>> start, pixel, incident;
    double inverse_wavelength_per_m;

    std::size_t size() const { return start.size(); }
    HWY_INLINE Vec3<Wide> indices(const Ray& ray, std::size_t i) const {
      const Wide scale = inverse_wavelength_per_m * ray.inverse_distance;
      const auto index = [&](double at_start, double by_pixel, double by_incident) {
        return scale * (ray.number * by_pixel + at_start) - by_incident;
      };
      return {index(start[i].x, pixel[i].x, incident[i].x),
              index(start[i].y, pixel[i].y, incident[i].y),
              index(start[i].z, pixel[i].z, incident[i].z)};
    }
  };
  // Up to `most` orientations from `first` on.
  Block block(std::size_t first, std::size_t most, std::size_t source) const {
    const std::size_t count = std::min(most, lattices_.size() - first);
    return {products_.start.subspan(first, count), products_.pixel.subspan(first, count),
            products_.incident.subspan(source * lattices_.size() + first, count),
            sources_[source].inverse_wavelength_per_m};
  }
  std::size_t orientations() const { return lattices_.size(); }

 private:
  std::span<const Axes<double>> lattices_;
  std::span<const SourceConstants<double>> sources_;
  AlongRow products_;
  Vec3<double> start_{};
  bool is_placed_ = false;
};

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
