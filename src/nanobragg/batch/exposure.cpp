// Counts photons.
#include "nanobragg/batch/exposure.hpp"

#include <algorithm>

#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/response/photon_counts.hpp"

namespace nanobragg::batch {
namespace {

// What lies beside a narrow panel, and what the plan leaves out.
void mark_unmeasured(Image<std::int32_t>& counts, const plan::SamplingPlan& plan) {
  const PanelStack place = stack_of(plan.detector.panels);
  for (std::size_t i = 0; i < plan.detector.panels.size(); ++i) {
    const ImageShape shape = plan.detector.panels[i].shape;
    for (std::size_t slow = 0; slow < shape.slow; ++slow) {
      const auto row = counts.view().row(place.first_row[i] + slow);
      std::fill(row.begin() + static_cast<std::ptrdiff_t>(shape.fast), row.end(), kNotMeasured);
      for (std::size_t fast = 0; fast < shape.fast; ++fast) {
        if (!plan.renders({place.first_row[i] + slow, fast})) row[fast] = kNotMeasured;
      }
    }
  }
}

}  // namespace

Exposure::Exposure(const Experiment& experiment, const plan::SamplingPlan& plan,
                   ImageView<const float> photons, const ReadOut& read_out)
    : description_(io::describe(experiment, plan)), photons_(photons) {
  description_.values = read_out.values;
  description_.pedestal = read_out.pedestal;
  description_.exposure_s = read_out.exposure_s;
  description_.start_s = read_out.start_s;
  counts_ = read_out.values == io::PixelValues::counts
                ? count_photons(photons_, read_out.seed, read_out.threads)
                : round_photons(photons_);
  mark_unmeasured(counts_, plan);
}

io::DetectorImage Exposure::image() const { return {description_, photons_, counts_.view()}; }

}  // namespace nanobragg::batch
