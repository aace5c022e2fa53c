// Wavelengths, directions, polarisation and fluence of the beam.
#include <array>

#include "nanobragg/model/limits.hpp"
#include "nanobragg/plan/parameter_groups.hpp"
#include "nanobragg/plan/parametrisation.hpp"
#include "nanobragg/plan/rays.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

// id, name, group, unit, units in an internal one, bounds, scale, help
constexpr auto kRows = std::to_array<Parameter>({
    {Id::wavelength, "wavelength", "", "Å", kAngstrom, limits::kShortestWavelength_m,
     limits::kLongestWavelength_m, 0, "mean wavelength"},
    {Id::bandwidth, "bandwidth", "", "%", kPercent, 0, 1.9, 0, "range of wavelengths, Δλ/λ"},
    {Id::horizontal_divergence, "divergence_h", "divergence", "mrad", kMilli, 0, 1, 0,
     "horizontal range of directions"},
    {Id::vertical_divergence, "divergence_v", "divergence", "mrad", kMilli, 0, 1, 0,
     "vertical range of directions"},
    {Id::kahn_factor, "kahn_factor", "", "", 1, -1, 1, 0.1, "polarisation (Kahn) factor"},
    {Id::fluence, "fluence", "scale", "photons/m²", 1, 1e-300, kUnbounded, 0,
     "fluence: the scale of the image"},
});
static_assert(are_rows_of(after(Id::thickness), Id::fluence, kRows));

ParameterValues<double> read(const Experiment& e, ParameterValues<double> v) {
  const BeamValues& beam = *e.beam;
  v[Id::wavelength] = beam.wavelength.value();
  const RaySamples samples = ray_samples(beam);
  v[Id::bandwidth] = samples.dispersion.range;
  v[Id::horizontal_divergence] = samples.horizontal.range;
  v[Id::vertical_divergence] = samples.vertical.range;
  v[Id::kahn_factor] = beam.kahn_factor;
  v[Id::fluence] = beam.fluence;
  return v;
}

Beam with_beam(const Experiment& e, const ParameterValues<double>& v) {
  BeamValues beam = *e.beam;
  beam.wavelength = Metre(v[Id::wavelength]);
  const RaySamples samples = ray_samples(beam);
  beam.dispersion = respread(beam.dispersion, samples.dispersion, v[Id::bandwidth]);
  SteppedRangeRequest& horizontal = beam.divergence.horizontal;
  SteppedRangeRequest& vertical = beam.divergence.vertical;
  horizontal = respread(horizontal, samples.horizontal, v[Id::horizontal_divergence]);
  vertical = respread(vertical, samples.vertical, v[Id::vertical_divergence]);
  beam.kahn_factor = v[Id::kahn_factor];
  beam.fluence = v[Id::fluence];
  return Beam(beam);
}

Experiment write(Experiment e, const ParameterValues<double>& v) {
  e.beam = with_beam(e, v);
  return e;
}

std::string why_without(ParameterId id, const Experiment& e) {
  const BeamValues& beam = *e.beam;
  const bool listed = !beam.sources.empty();
  const std::string from_list = "the rays come from a list of sources";
  const RaySamples samples = ray_samples(beam);
  switch (id) {
    case Id::wavelength:
      return listed ? from_list : "";
    case Id::bandwidth:
      if (listed) return from_list;
      return samples.dispersion.count == 1 ? "there is one wavelength" : "";
    case Id::horizontal_divergence:
      if (listed) return from_list;
      return samples.horizontal.count == 1 ? "there is one direction" : "";
    case Id::vertical_divergence:
      if (listed) return from_list;
      return samples.vertical.count == 1 ? "there is one direction" : "";
    case Id::kahn_factor:
      return beam.polarisation == Polarisation::off ? "polarisation is off" : "";
    default:
      return "";
  }
}

}  // namespace

ParameterGroup beam_parameters() { return {kRows, read, write, why_without}; }

}  // namespace nanobragg::plan
