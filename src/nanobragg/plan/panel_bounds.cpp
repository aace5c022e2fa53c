// Bounds from the corners of a panel.
#include "nanobragg/plan/panel_bounds.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::plan {

RegionOfInterest whole_panel(const PanelPlan& plan) {
  const ImageShape& shape = plan.panel.shape;
  return {{0, 0}, {shape.slow - 1, shape.fast - 1}};
}

Vec3<double> region_corner(const PanelPlan& plan, const RegionOfInterest& region, int i) {
  const PanelValues& p = plan.panel;
  const auto& [first, last] = region;
  const double pixel = p.pixel_size.value();
  const auto fast = static_cast<double>((i & 1) != 0 ? last.fast + 1 : first.fast);
  const auto slow = static_cast<double>((i & 2) != 0 ? last.slow + 1 : first.slow);
  return p.corner_m + pixel * fast * p.fast + pixel * slow * p.slow +
         ((i & 4) != 0 ? plan.detector.deepest_m() : 0.0) * p.normal;
}

// |q| = 2 sin θ/λ. Directions within an angle below 90° of the beam form a convex cone: if it holds
// the corners of a flat region, it holds the region.
double largest_scattering_vector(const PanelPlan& plan, const RegionOfInterest& region,
                                 const Ray<double>& source) {
  double lowest_cosine = 1.0;
  for (int i = 0; i < 8; ++i) {
    const Vec3<double> direction = unit(region_corner(plan, region, i));
    lowest_cosine = std::fmin(lowest_cosine, dot(direction, source.incident));
  }
  const bool is_cone = plan.detector.curvature == Curvature::flat && lowest_cosine > 0.0;
  return std::sqrt(2.0 * (1.0 - (is_cone ? lowest_cosine : -1.0))) / source.wavelength_m;
}

// h = a·q, so that |h| ≤ |a||q|.
MillerBox reachable_box(const Axes<double>& lattice, double largest_q) {
  // Widens bounds by far more than their rounding.
  constexpr double kMargin = 1e-7;
  const auto bound = [&](const Vec3<double>& axis) {
    const double largest = std::floor(length(axis) * largest_q * (1.0 + kMargin) + 0.5);
    return static_cast<std::int32_t>(std::clamp(largest, 0.0, 2e9));
  };
  const MillerIndex high{bound(lattice.a), bound(lattice.b), bound(lattice.c)};
  return {{-high.h, -high.k, -high.l}, high};
}

}  // namespace nanobragg::plan
