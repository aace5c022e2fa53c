// Finds the pixels in the shadow, and what passes the edge.
#include "nanobragg/image/beamstop_shadow.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "nanobragg/base/dual.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/rendered_pixels.hpp"
#include "nanobragg/image/variable_panel.hpp"
#include "nanobragg/physics/beamstop.hpp"
#include "nanobragg/physics/pixel_position.hpp"

namespace nanobragg::image {
namespace {

enum class Light : std::uint8_t { none, part, all };

// What reaches a pixel past the arm, by a point of its centre in the plane of the stop, from which
// all its points are within `reach`.
Light light_past_arm(const Beamstop& stop, const Vec3<double>& point, double reach) {
  const double outwards = dot(point, stop.arm->direction);
  if (outwards < -reach) return Light::all;
  const double beside = length(point - outwards * stop.arm->direction);
  const double width = stop.arm->width.value();
  const double edge = stop.edge.value();
  if (beside - reach >= (width + edge) / 2.0) return Light::all;
  const bool is_black = beside + reach <= (width - edge) / 2.0;
  return outwards > reach && is_black ? Light::none : Light::part;
}

// By the pixel's centre and the farthest that any of its points can be from there.
Light light_on(const physics::PanelGeometry<double>& panel, const Beamstop& stop,
               PixelIndex pixel) {
  physics::PanelGeometry<double> whole = panel;
  whole.oversample = 1;
  const Vec3<double> centre = physics::position_of<double>({pixel, {0, 0}, 0}, whole);
  const double along = dot(centre, panel.beam);
  const double farthest = panel.pixel_size;  // more than half a diagonal
  if (along <= farthest) return along < -farthest ? Light::all : Light::part;
  const double across = length(centre - along * panel.beam);
  const double distance = stop.distance.value();
  const double inner = (stop.diameter.value() - stop.edge.value()) / 2.0;
  const double outer = (stop.diameter.value() + stop.edge.value()) / 2.0;
  if ((across + farthest) * distance <= inner * (along - farthest)) return Light::none;
  const bool is_beside = (across - farthest) * distance >= outer * (along + farthest);
  if (!stop.arm) return is_beside ? Light::all : Light::part;
  // Towards (across + δ)/(along + ε), with δ and ε within ± farthest.
  const double reach = distance * farthest * (along + across) / (along * (along - farthest));
  const Light past_arm =
      light_past_arm(stop, (distance / along) * (centre - along * panel.beam), reach);
  return past_arm == Light::all && !is_beside ? Light::part : past_arm;
}

using Slopes = Dual<double, plan::kPanelInputs>;

// The panel with each of its inputs as the variable of its own place.
physics::PanelGeometry<Slopes> variable_panel(const plan::PanelPlan& plan) {
  return physics::panel_geometry(plan, variable_panel_inputs<Slopes>(plan));
}

}  // namespace

template <class T>
T shadow_transmission(const physics::PanelGeometry<T>& whole, const Beamstop& stop,
                      PixelIndex pixel) {
  physics::PanelGeometry<T> panel = whole;
  panel.oversample = kShadowPoints;
  T sum(0);
  for (std::size_t slow = 0; slow < kShadowPoints; ++slow) {
    for (std::size_t fast = 0; fast < kShadowPoints; ++fast) {
      const Vec3<T> position = physics::position_of<T>({pixel, {slow, fast}, 0}, panel);
      if (!(dot(position, panel.beam) > T(0))) {
        sum = sum + T(1);  // behind the sample
        continue;
      }
      sum = sum + physics::beamstop_transmission(position, panel.beam, stop);
    }
  }
  return sum / T(static_cast<double>(kShadowPoints * kShadowPoints));
}
template Dual<double, 1> shadow_transmission(const physics::PanelGeometry<Dual<double, 1>>&,
                                             const Beamstop&, PixelIndex);

BeamstopShadow::BeamstopShadow(const plan::PanelPlan& plan)
    : plan_(plan), panel_(physics::panel_geometry<double>(plan)) {
  if (is_absent()) return;
  const auto met = physics::nearest_subpixel(plan, panel_.beam);
  const double distance = plan.beamstop->distance.value();
  if (!met || dot(*met, panel_.beam) > distance) return;
  throw Error(fmt::format("a beamstop {:g} mm from the sample (the beam meets the detector at {:g} "
                          "mm)",
                          1e3 * distance, 1e3 * dot(*met, panel_.beam)),
              "", "give a smaller -beamstop_distance");
}

double BeamstopShadow::transmission(PixelIndex pixel) const {
  if (is_absent()) return 1.0;
  switch (light_on(panel_, *plan_.beamstop, pixel)) {
    case Light::none:
      return 0.0;
    case Light::all:
      return 1.0;
    case Light::part:
      break;
  }
  return shadow_transmission(panel_, *plan_.beamstop, pixel);
}

template <class Real>
void BeamstopShadow::apply_to(ImageView<Real> image, std::size_t threads) const {
  if (is_absent()) return;
  for_each_rendered_pixel(plan_, threads, [&](PixelIndex pixel) {
    const double part = transmission(pixel);
    if (part != 1.0) image[pixel] = static_cast<Real>(static_cast<double>(image[pixel]) * part);
  });
}
template void BeamstopShadow::apply_to(ImageView<float>, std::size_t) const;
template void BeamstopShadow::apply_to(ImageView<double>, std::size_t) const;

void BeamstopShadow::apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const {
  if (is_absent() || slopes.is_dark) return;
  const physics::PanelGeometry<Slopes> variable = variable_panel(plan_);
  for (std::size_t i = 0; i < batch.count; ++i) {
    const PixelIndex pixel{static_cast<std::size_t>(batch.slow[i]),
                           static_cast<std::size_t>(batch.fast[i])};
    const Light light = light_on(panel_, *plan_.beamstop, pixel);
    if (light == Light::all) continue;
    slopes.is_of_stages = true;
    const Slopes part =
        light == Light::none ? Slopes(0.0) : shadow_transmission(variable, *plan_.beamstop, pixel);
    for (auto& row : slopes.by_input) row[i] *= part.value;
    for (std::size_t k = 0; k < plan::kPanelInputs; ++k) {
      slopes.by_input[plan::kFirstPanelInput + k][i] += slopes.photons[i] * part.slope[k];
    }
    slopes.photons[i] *= part.value;
    if (!slopes.amplitudes) continue;
    for (auto& entry : slopes.amplitudes->entries()) {
      if (i >= entry.first && i < entry.first + entry.by_pixel.size()) {
        entry.by_pixel[i - entry.first] *= part.value;
      }
    }
  }
}

}  // namespace nanobragg::image
