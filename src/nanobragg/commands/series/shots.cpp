// Renders one shot after the other.
#include "nanobragg/commands/series/shots.hpp"

#include <utility>

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
  return description_of(request_.written, std::move(about));
}

io::ImageDescription Shots::description(std::size_t i) const {
  const Shot shot = request_.shot(i);
  return description(shot, plan::make_plan(shot.experiment, request_.run.compute.quirks), i);
}

// No more pixels are rendered than those that are written come from.
plan::SamplingPlan Shots::plan_of(const Shot& shot) const {
  const auto& read_out = request_.run.response.read_out;
  const std::size_t shares = read_out && read_out->charge_sharing > 0.0 ? 1 : 0;
  Experiment rendered = shot.experiment;
  rendered.sampling.region = region_of(request_.written.pixels, rendered, shares);
  return plan::make_plan(rendered, request_.run.compute.quirks);
}

void Shots::expose(const Shot& shot, const plan::SamplingPlan& plan, std::size_t i,
                   ImageView<const float> photons,
                   const std::function<void(const io::DetectorImage&)>& take) const {
  ExposureSettings settings =
      exposure_settings(request_.run.response, request_.run.compute.threads);
  settings.seed = bits_at(settings.seed, i);
  const auto& read_out = request_.run.response.read_out;
  if (read_out) {
    settings.sensitivities =
        shared_.sensitivities(read_out->calibration, photons.shape().size(), settings.threads);
  }
  Exposure exposure(shot.experiment, plan, photons, settings);
  exposure.description() = description(shot, plan, i);
  const io::DetectorImage whole = exposure.image();
  const PartOfExposure part(whole, request_.written,
                            read_out ? saturation(*read_out) : kLargestReading);
  take(part.image());
}

void Shots::render(std::size_t i, const std::function<bool()>& stop,
                   const std::function<void(const Rendered&)>& take) const {
  const Shot shot = request_.shot(i);
  const config::Compute& compute = request_.run.compute;
  const plan::SamplingPlan plan = plan_of(shot);
  StopSink sink(stop);
  const image::Simulation simulation =
      image::simulate(plan, *compute.kernel, {compute.threads, &sink, compute.precision}, &shared_);
  image::check_finite(simulation.photons.view());
  expose(shot, plan, i, simulation.photons.view(), [&](const io::DetectorImage& image) {
    take({image, sum_of(image.photons)});
  });
}

void Shots::blank(const std::function<void(const io::DetectorImage&)>& take) const {
  const Shot shot = request_.shot(0);
  const plan::SamplingPlan plan = plan_of(shot);
  const Image<float> dark(stack_of(plan.detector.panels).shape);
  expose(shot, plan, 0, dark.view(), take);
}

}  // namespace nanobragg::commands
