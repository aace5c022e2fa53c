// Amplifies, adds noise, and converts.
#include "nanobragg/image/readout/amplifier.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/random/normal_deviate.hpp"

namespace nanobragg::image::readout {
namespace {

double gain_at(double photons, const ReadOut& read_out) {
  double gain = read_out.gain;
  for (const GainStep& step : read_out.switching) {
    if (photons >= step.from_photons) gain = step.gain;
  }
  return gain;
}

}  // namespace

double reading(double photons, const ReadOut& read_out, NumberedDeviates deviates) {
  const double gain = gain_at(photons, read_out);
  const double pedestal = read_out.pedestal.value_or(0.0);
  double analog = photons * gain + pedestal;
  if (read_out.noise > 0.0) analog += read_out.noise * draw_normal(deviates);
  const double converted = std::clamp(std::round(analog), 0.0, read_out.largest);
  if (gain == read_out.gain) return converted;
  const double scaled = std::round((converted - pedestal) * read_out.gain / gain + pedestal);
  return std::clamp(scaled, 0.0, kLargestReading);
}

}  // namespace nanobragg::image::readout
