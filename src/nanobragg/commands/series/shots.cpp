// Renders one shot after the other.
#include "nanobragg/commands/series/shots.hpp"

#include "nanobragg/commands/exposure.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::commands {
namespace {

// Ends a rendering between two of its tiles.
class StopSink : public ProgressSink {
 public:
  explicit StopSink(const std::function<bool()>& stop) : stop_(stop) {}
  void advance(std::size_t /*pixels*/) override {
    if (stop_ && stop_()) throw Stopped{};
  }

 private:
  const std::function<bool()>& stop_;
};

double sum_of(ImageView<const float> photons) {
  double sum = 0.0;
  for (const float value : photons.pixels()) sum += static_cast<double>(value);
  return sum;
}

}  // namespace

io::ImageDescription Shots::description(const Shot& shot, const plan::SamplingPlan& plan,
                                        std::size_t i) const {
  const config::Response& response = request_.run.response;
  io::ImageDescription about = io::describe(shot.experiment, plan);
  about.experiment.spindle.start = shot.start;
  about.exposure_s = response.exposure_s;
  about.start_s = static_cast<double>(i) * response.exposure_s;
  about.pedestal = exposure_settings(response, 1).pedestal;
  about.values = response.values;
  if (response.read_out) about.readings = io::readings_of(*response.read_out);
  return about;
}

io::ImageDescription Shots::description(std::size_t i) const {
  const Shot shot = request_.shot(i);
  return description(shot, plan::make_plan(shot.experiment, request_.run.compute.quirks), i);
}

void Shots::expose(const Shot& shot, const plan::SamplingPlan& plan, std::size_t i,
                   ImageView<const float> photons,
                   const std::function<void(const io::DetectorImage&)>& take) const {
  ExposureSettings settings =
      exposure_settings(request_.run.response, request_.run.compute.threads);
  settings.seed = bits_at(settings.seed, i);
  Exposure exposure(shot.experiment, plan, photons, settings);
  exposure.description() = description(shot, plan, i);
  take(exposure.image());
}

void Shots::render(std::size_t i, const std::function<bool()>& stop,
                   const std::function<void(const Rendered&)>& take) const {
  const Shot shot = request_.shot(i);
  const config::Compute& compute = request_.run.compute;
  const plan::SamplingPlan plan = plan::make_plan(shot.experiment, compute.quirks);
  StopSink sink(stop);
  const image::Simulation simulation =
      image::simulate(plan, *compute.kernel, {compute.threads, &sink, compute.precision});
  image::check_finite(simulation.photons.view());
  expose(shot, plan, i, simulation.photons.view(), [&](const io::DetectorImage& image) {
    take({image, sum_of(simulation.photons.view())});
  });
}

void Shots::blank(const std::function<void(const io::DetectorImage&)>& take) const {
  const Shot shot = request_.shot(0);
  const plan::SamplingPlan plan = plan::make_plan(shot.experiment, request_.run.compute.quirks);
  const Image<float> dark(stack_of(plan.detector.panels).shape);
  expose(shot, plan, 0, dark.view(), take);
}

}  // namespace nanobragg::commands
