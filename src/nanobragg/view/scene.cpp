// Renders scenes, finely and coarsely.
#include "nanobragg/view/scene.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "nanobragg/base/progress_sink.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::view {
namespace {

// Ends a computation from inside.
class UntilDropped : public ProgressSink {
 public:
  explicit UntilDropped(const Wanted& wanted) : wanted_(wanted) {}
  void advance(std::size_t /*pixels*/) override {
    if (!wanted_()) throw Dropped{};
  }

 private:
  const Wanted& wanted_;
};

Level level_of_photons(const image::Simulation& simulation, const plan::SamplingPlan& plan) {
  Level out{simulation.photons, Image<std::uint8_t>(simulation.photons.shape())};
  const ImageShape shape = out.shape();
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      const bool is_there = plan.renders({slow, fast});
      out.kinds[{slow, fast}] =
          static_cast<std::uint8_t>(is_there ? PixelKind::valid : PixelKind::not_measured);
    }
  }
  return out;
}

// A mask of pixels so much larger: one is left out where all of those in it are.
std::shared_ptr<const Image<std::uint16_t>> coarse_mask(const Image<std::uint16_t>& mask,
                                                        const std::vector<ImageShape>& shapes,
                                                        std::size_t factor) {
  std::vector<ImageShape> coarse;
  coarse.reserve(shapes.size());
  for (const ImageShape& shape : shapes) {
    coarse.push_back({(shape.slow + factor - 1) / factor, (shape.fast + factor - 1) / factor});
  }
  auto out = std::make_shared<Image<std::uint16_t>>(stack_of(coarse).shape);
  std::size_t first = 0, first_coarse = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t slow = 0; slow < shapes[i].slow; ++slow) {
      const auto from = mask.view().row(first + slow).first(shapes[i].fast);
      const auto to = out->view().row(first_coarse + slow / factor);
      for (std::size_t fast = 0; fast < from.size(); ++fast) {
        if (from[fast] != 0) to[fast / factor] = 1;
      }
    }
    first += shapes[i].slow;
    first_coarse += coarse[i].slow;
  }
  return out;
}

RegionOfInterest coarse_region(const RegionOfInterest& region, std::size_t factor) {
  return {{region.first.slow / factor, region.first.fast / factor},
          {region.last.slow / factor, region.last.fast / factor}};
}

// Larger pixels in the same places.
Experiment with_coarse_pixels(Experiment experiment, std::size_t level) {
  const std::size_t factor = std::size_t{1} << level;
  const std::vector<ImageShape> shapes = panel_shapes(experiment);
  Detector& detector = experiment.detector;
  for (Panel& panel : detector.panels) {
    PanelValues values = *panel;
    values.pixel_size = Metre(values.pixel_size.value() * static_cast<double>(factor));
    values.shape = {(values.shape.slow + factor - 1) / factor,
                    (values.shape.fast + factor - 1) / factor};
    panel = Panel(values);
  }
  // Parallax is smaller than these pixels.
  detector.sensor.thickness = {1, detector.sensor.thickness.range, std::nullopt};
  detector.placement.reset();
  detector.motions.clear();
  Sampling& sampling = experiment.sampling;
  sampling.oversample = 1;
  sampling.background_oversample = 1;
  if (sampling.mask) sampling.mask = coarse_mask(*sampling.mask, shapes, factor);
  if (sampling.region) sampling.region = coarse_region(*sampling.region, factor);
  return experiment;
}

image::Simulation simulated(const plan::SamplingPlan& plan, const config::Compute& compute,
                            ProgressSink* progress) {
  return image::simulate(plan, *compute.kernel, {compute.threads, progress, compute.precision});
}

}  // namespace

std::vector<ImageShape> panel_shapes(const Experiment& experiment) {
  std::vector<ImageShape> shapes;
  shapes.reserve(experiment.detector.panels.size());
  for (const Panel& panel : experiment.detector.panels) shapes.push_back(panel->shape);
  return shapes;
}

Level rendered(const Scene& scene, const Wanted& wanted) {
  const plan::SamplingPlan plan = plan::make_plan(scene.job.experiment, scene.job.compute.quirks);
  UntilDropped sink(wanted);
  return level_of_photons(simulated(plan, scene.job.compute, &sink), plan);
}

std::vector<Level> rendered_coarsely(const Scene& scene, const CoarsePart& part) {
  Experiment experiment =
      part.level == 0 ? scene.job.experiment : with_coarse_pixels(scene.job.experiment, part.level);
  const std::vector<ImageShape> shapes = panel_shapes(experiment);
  if (part.rows > 0 && shapes.size() == 1) {
    const ImageShape shape = shapes.front();
    const RegionOfInterest seen{
        {std::min(part.first_slow, shape.slow - 1), std::min(part.first_fast, shape.fast - 1)},
        {std::min(part.first_slow + part.rows, shape.slow) - 1,
         std::min(part.first_fast + part.columns, shape.fast) - 1}};
    if (!experiment.sampling.region) experiment.sampling.region = seen;
  }
  const plan::SamplingPlan plan = plan::make_plan(experiment, scene.job.compute.quirks);
  Level whole = level_of_photons(simulated(plan, scene.job.compute, nullptr), plan);
  const double area = static_cast<double>(std::size_t{1} << part.level);
  const auto scale = static_cast<float>(1.0 / (area * area));
  for (float& photons : whole.values.pixels()) photons *= scale;
  std::vector<Level> levels;
  levels.reserve(shapes.size());
  std::size_t first_row = 0;
  for (const ImageShape& shape : shapes) {
    levels.push_back(panel_of_stack(whole, first_row, shape));
    first_row += shape.slow;
  }
  return levels;
}

Experiment in_closed_form(Experiment experiment) {
  CrystalValues crystal = *experiment.crystal;
  if (crystal.shape != CrystalShape::gauss_cells) crystal.shape = CrystalShape::gauss_cells;
  crystal.mosaicity.shape = MosaicShape::gauss;
  experiment.crystal = Crystal(crystal);
  return experiment;
}

std::vector<kernel::analytic::PredictedReflection> predictions(const Scene& scene) {
  // Photons are integrals over pixels: larger ones find the same places, and faster.
  constexpr std::size_t kFineEnough = 1024;
  if (!scene.has_crystal) return {};
  Experiment experiment = in_closed_form(scene.job.experiment);
  std::size_t longest = 0;
  for (const ImageShape& shape : panel_shapes(experiment)) {
    longest = std::max({longest, shape.slow, shape.fast});
  }
  std::size_t level = 0;
  while ((longest >> level) > kFineEnough) ++level;
  if (level > 0) experiment = with_coarse_pixels(std::move(experiment), level);
  const plan::SamplingPlan plan = plan::make_plan(experiment, scene.job.compute.quirks);
  // On this thread alone: the others are left to images.
  auto found = kernel::analytic::predicted_reflections(plan, 1);
  const double size = static_cast<double>(std::size_t{1} << level);
  for (kernel::analytic::PredictedReflection& row : found) {
    kernel::analytic::PlaceOnPanel& place = row.place;
    for (double* x : {&place.fast, &place.slow, &place.fast_deviation, &place.slow_deviation}) {
      *x *= size;
    }
  }
  return found;
}

}  // namespace nanobragg::view
