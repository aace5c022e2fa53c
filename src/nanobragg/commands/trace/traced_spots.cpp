// Finds the spots of traced pixels, panel by panel and lattice by lattice.
#include "nanobragg/commands/trace/traced_spots.hpp"

#include <utility>
#include <vector>

#include "nanobragg/image/surroundings.hpp"
#include "nanobragg/kernel/analytic/pixel_spots.hpp"
#include "nanobragg/trace/spot_lines.hpp"

namespace nanobragg::commands {
namespace {

using kernel::analytic::PixelSpot;

// A list for each pixel of the panel.
std::vector<std::vector<PixelSpot>> spots_of_panel(const plan::SamplingPlan& plan,
                                                   const plan::PanelPlan& panel,
                                                   std::span<const PixelIndex> pixels,
                                                   std::size_t threads) {
  const image::Surroundings surroundings(panel);
  auto all = kernel::analytic::spots_at(panel, pixels, threads);
  const auto scale = [](std::vector<PixelSpot>& spots, double share) {
    for (PixelSpot& spot : spots) spot.photons *= share;
  };
  for (auto& spots : all) scale(spots, plan.shares.front());
  for (std::size_t i = 0; i < plan.further_lattices.size(); ++i) {
    auto more =
        kernel::analytic::spots_at(surroundings.plan_of(plan.further_lattices[i]), pixels, threads);
    for (std::size_t j = 0; j < all.size(); ++j) {
      scale(more[j], plan.shares[i + 1]);
      all[j].insert(all[j].end(), more[j].begin(), more[j].end());
    }
  }
  return all;
}

}  // namespace

trace::Trace with_spots(trace::Trace trace, const plan::SamplingPlan& plan, std::size_t threads) {
  for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
    const auto panel = plan::panel_plan(plan, i);
    if (!panel) continue;
    std::vector<trace::TracedPixel*> traced;
    std::vector<PixelIndex> pixels;
    for (trace::TracedPixel& pixel : trace.pixels) {
      if (pixel.record.panel != i) continue;
      const PixelIndex of_stack = pixel.record.pixel;
      traced.push_back(&pixel);
      pixels.push_back({of_stack.slow - panel->first_row, of_stack.fast});
    }
    if (pixels.empty()) continue;
    const auto spots = spots_of_panel(plan, *panel, pixels, threads);
    for (std::size_t j = 0; j < traced.size(); ++j) {
      const std::vector<trace::Line> lines = trace::spot_lines(spots[j]);
      traced[j]->lines.insert(traced[j]->lines.end(), lines.begin(), lines.end());
    }
  }
  return trace;
}

}  // namespace nanobragg::commands
