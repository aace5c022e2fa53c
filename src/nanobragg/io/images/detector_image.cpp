// Gathers what files say about an exposure.
#include "nanobragg/io/images/detector_image.hpp"

#include <algorithm>
#include <map>

#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg::io {
namespace {

// The sources by wavelength: directions of one wavelength add up.
std::vector<SpectrumLine> spectrum_of(const std::vector<plan::Ray<double>>& sources) {
  std::map<double, double> weights;
  for (const plan::Ray<double>& source : sources) {
    weights[source.wavelength_m] += source.weight;
  }
  std::vector<SpectrumLine> spectrum;
  for (const auto& [wavelength, weight] : weights) spectrum.push_back({wavelength, weight});
  return spectrum;
}

}  // namespace

double ImageDescription::mean_wavelength_m() const {
  double sum = 0.0;
  double weights = 0.0;
  for (const SpectrumLine& line : spectrum) {
    sum += line.weight * line.wavelength_m;
    weights += line.weight;
  }
  return spectrum.size() == 1 ? spectrum.front().wavelength_m : sum / weights;
}

Lattice<double> exposed(const ImageDescription& image, const Lattice<double>& lattice) {
  const Spindle& spindle = image.experiment.spindle;
  const double phi = spindle.start.value() + image.oscillation_rad / 2.0;
  const auto turned = [&](const Vec3<double>& v) { return rotate_about(v, spindle.axis, phi); };
  return {transform(lattice.direct, turned), transform(lattice.reciprocal, turned), lattice.volume};
}

Lattice<double> exposed_lattice(const ImageDescription& image) {
  return exposed(image, *image.lattice);
}

Readings readings_of(const ReadOut& read_out) {
  return {.gain = read_out.gain,
          .pedestal = read_out.pedestal.value_or(0.0),
          .saturation = saturation(read_out),
          .dead_time_s = read_out.dead_time.dead_s};
}

double largest_valid(const ImageDescription& image) {
  return image.readings ? image.readings->saturation - 1.0 : kLargestReading;
}

ImageDescription describe(const Experiment& experiment, const plan::SamplingPlan& plan) {
  ImageDescription out{.experiment = experiment,
                       .quirks = plan.quirks,
                       .oscillation_rad = plan.crystal.oscillation.range,
                       .lattice = plan.crystal.lattice,
                       .spectrum = spectrum_of(plan.beam.sources)};
  for (std::size_t i = plan.sizes; i < plan.shares.size(); i += plan.sizes) {
    out.further_lattices.push_back(plan::lattice_samples(plan, i).lattice);
  }
  return out;
}

}  // namespace nanobragg::io
