// Counts photons, or reads a detector out.
#include "nanobragg/commands/exposure.hpp"

#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {
namespace {

// What lies beside a narrow panel, and what the plan leaves out, in rows from `first` of the stack.
void mark_unmeasured(Image<std::int32_t>& counts, std::size_t first,
                     const plan::SamplingPlan& plan) {
  const PanelStack place = stack_of(plan.detector.panels);
  for (std::size_t row = 0; row < counts.shape().slow; ++row) {
    const std::size_t slow = first + row;
    const auto panel = panel_pixel(place, {slow, 0});
    const std::size_t width = panel ? plan.detector.panels[panel->panel].shape.fast : 0;
    const auto pixels = counts.view().row(row);
    for (std::size_t fast = 0; fast < pixels.size(); ++fast) {
      if (fast >= width || !plan.renders({slow, fast})) pixels[fast] = image::kNotMeasured;
    }
  }
}

}  // namespace

ExposureSettings exposure_settings(const config::Response& response, std::size_t threads) {
  const bool is_read_with_pedestal = response.read_out && response.read_out->pedestal;
  return {.values = response.values,
          .seed = static_cast<std::uint64_t>(response.seed),
          .threads = threads,
          .pedestal = is_read_with_pedestal ? 0.0 : response.adc_offset,
          .exposure_s = response.exposure_s,
          .read_out = response.read_out};
}

Exposure::Exposure(const Experiment& experiment, const plan::SamplingPlan& plan,
                   ImageView<const float> photons, const ExposureSettings& settings)
    : description_(io::describe(experiment, plan)),
      photons_(photons),
      plan_(plan),
      seed_(settings.seed),
      threads_(settings.threads) {
  description_.values = settings.values;
  description_.pedestal = settings.pedestal;
  description_.exposure_s = settings.exposure_s;
  description_.start_s = settings.start_s;
  // Expected photons are not read out.
  if (!settings.read_out || settings.values != io::PixelValues::counts) return;
  description_.readings = io::readings_of(*settings.read_out);
  reading_.emplace(*settings.read_out, photons, stack_of(plan.detector.panels), settings.seed,
                   settings.sensitivities);
}

Image<std::int32_t> Exposure::counts(std::size_t first, std::size_t rows) const {
  const std::size_t before = first * photons_.shape().fast;
  const ImageShape shape{rows, photons_.shape().fast};
  const ImageView<const float> photons(shape, photons_.pixels().subspan(before, shape.size()));
  Image<std::int32_t> counts = [&] {
    if (description_.values != io::PixelValues::counts) return image::round_photons(photons);
    return reading_ ? reading_->read(first, rows, threads_)
                    : image::count_photons(photons, seed_, threads_, before);
  }();
  mark_unmeasured(counts, first, plan_);
  return counts;
}

io::DetectorImage Exposure::image() const {
  return {description_, photons_,
          io::CountRows(photons_.shape(), [this](std::size_t first, std::size_t rows) {
            return counts(first, rows);
          })};
}

}  // namespace nanobragg::commands
