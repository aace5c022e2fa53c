// Bounds the work by the number of reciprocal lattice points and the widest spot; where that is
// much, looks at some rows.
#include "nanobragg/kernel/analytic/spot_work.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/kernel/analytic/spot_beam.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/plan/panel_bounds.hpp"

namespace nanobragg::kernel::analytic {
namespace {

// Every point that a line can reach lights the pixels of the widest spot, or all of the panel.
double most_pixels(const plan::PanelPlan& plan) {
  const SpotBeam beam = spot_beam(plan);
  const physics::Smearing<double> smearing = smearing_of(plan);
  const PanelValues& panel = plan.panel;
  const auto& [first, last] = plan.region;
  const double of_panel = static_cast<double>(last.slow - first.slow + 1) *
                          static_cast<double>(last.fast - first.fast + 1);
  double sum = 0.0;
  for (const physics::Line& line : beam.lines) {
    const double k = line.wavenumber_per_A;
    const plan::Ray<double> ray{line.incident, 1e-10 / k, 1.0};
    const double q = 1e-10 * largest_scattering_vector(plan, plan.region, ray);
    const double reach =
        physics::kSpotReach *
        widest_deviation(smearing, plan.crystal.lattice.reciprocal, {.wavenumber = k, .q = q});
    const double farthest = 1.05 * q + reach;
    const double points =
        4.0 / 3.0 * constants::kPi * farthest * farthest * farthest * plan.crystal.lattice.volume;
    // Seen from the sample, pixels are the smallest in the farthest corner: there the ellipse and
    // its margin end.
    double farthest_m = 0.0;
    for (int i = 0; i < 8; ++i) {
      farthest_m = std::max(farthest_m, length(region_corner(plan, plan.region, i)));
    }
    const double cosine = std::abs(panel.close_distance.value()) / farthest_m;
    const double pixel = k * panel.pixel_size.value() / farthest_m * cosine;
    const double across = 2.0 * (2.0 * reach / pixel + 4.0);
    sum += points * std::min(of_panel, across * across);
  }
  return sum;
}

}  // namespace

SpotWork work_of(const plan::SamplingPlan& plan, double few, std::size_t threads) {
  SpotWork out;
  for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
    const auto panel = plan::panel_plan(plan, i);
    if (!panel || most_pixels(*panel) < few) continue;
    const SpotWork of_panel = work_of(*panel, threads);
    out.spots += of_panel.spots;
    out.pixels += of_panel.pixels;
    out.bytes = std::max(out.bytes, of_panel.bytes);
  }
  return out;
}

}  // namespace nanobragg::kernel::analytic
