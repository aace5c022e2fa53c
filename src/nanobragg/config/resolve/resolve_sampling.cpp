// Sub-pixels, factors, interpolation and the pixels that are rendered.
#include "nanobragg/config/resolve/resolve_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/resolve_crystal.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;
using compat::QuirkSet;

RegionOfInterest region(const std::array<long, 4>& roi) {
  const auto [fast_first, fast_last, slow_first, slow_last] = roi;
  const auto index = [](long slow, long fast) {
    return PixelIndex{static_cast<std::size_t>(slow), static_cast<std::size_t>(fast)};
  };
  return {index(slow_first, fast_first), index(slow_last, fast_last)};
}

bool few_cells(const std::array<double, 3>& cells) {
  return std::ranges::any_of(cells, [](double n) { return n <= 2.0; });
}

void set_factor(FactorSampling& factor, const std::optional<bool>& flag) {
  if (flag) factor = *flag ? FactorSampling::per_subpixel : FactorSampling::per_pixel;
}

}  // namespace

int recommended_oversample(const Crystal& crystal, Metre wavelength, const DetectorFrame& frame,
                           QuirkSet quirks) {
  const Axes<double> edges = lattice_of(*crystal).direct;
  const auto& [na, nb, nc] = crystal->cells;
  const double largest = std::max(
      {length(1e-10 * edges.a) * na, length(1e-10 * edges.b) * nb, length(1e-10 * edges.c) * nc});
  const double reciprocal_pixel = wavelength.value() * frame.placed.distance / frame.size.pixel;
  const double slack = quirks.has(Quirk::single_rounding) ? 0.0 : 1e-9;
  const double recommended = std::ceil(3.0 * largest / reciprocal_pixel * (1.0 - slack));
  // Beyond an int nothing is recommended, as in the reference: its number wraps around there.
  const bool counts = recommended >= 1.0 && recommended <= std::numeric_limits<int>::max();
  return counts ? static_cast<int>(recommended) : 1;
}

namespace {

// Whether a number of samples is asked for, of anything that has a closed form.
bool asks_for_samples(const Settings& s) {
  const auto is_given = [](const auto& count) { return count.value_or(0) > 0; };
  const bool is_still = s.oscillation_deg == 0.0;
  return is_given(s.mosaic_domains) || s.mosaic_seed || is_given(s.dispersion_steps) ||
         is_given(s.hdiv_steps) || is_given(s.vdiv_steps) || is_given(s.hdiv_step_mrad) ||
         is_given(s.vdiv_step_mrad) || (is_given(s.phi_steps) && !is_still) ||
         s.phi_step_deg.value_or(0.0) != 0.0 || is_given(s.oversample);
}

}  // namespace

Sampling with_sampling_flags(const Sampling& base, const Settings& settings) {
  Sampling sampling = base;
  if (settings.oversample.value_or(0) > 0) {
    sampling.oversample = static_cast<int>(*settings.oversample);
  }
  if (settings.background_oversample) {
    sampling.background_oversample = static_cast<int>(*settings.background_oversample);
  }
  set_factor(sampling.solid_angle, settings.oversample_omega);
  set_factor(sampling.polarisation, settings.oversample_polar);
  set_factor(sampling.absorption, settings.oversample_thick);
  if (settings.interpolate) {
    sampling.interpolation =
        *settings.interpolate ? Interpolation::tricubic : Interpolation::nearest;
  }
  if (asks_for_samples(settings)) sampling.smearing = Smearing::sampled;
  if (settings.kernel &&
      kernel::find_kernel(*settings.kernel).integration == kernel::Integration::always) {
    sampling.smearing = Smearing::integrated;
  }
  if (settings.cull_photons) sampling.cull = *settings.cull_photons;
  if (settings.dmin_A) sampling.resolution_limit = Metre(*settings.dmin_A * 1e-10);
  if (settings.roi) sampling.region = region(*settings.roi);
  return sampling;
}

Sampling resolve_sampling(const Settings& settings, const Crystal& crystal, int recommended,
                          QuirkSet quirks) {
  Sampling automatic;
  // A spot in closed form needs none, however large the crystal.
  automatic.oversample = crystal->shape == CrystalShape::gauss_cells
                             ? std::min(recommended, limits::kMostSubpixels)
                             : recommended;
  automatic.smearing = Smearing::integrated;
  const std::array<double, 3> cells = quirks.has(Quirk::interpolation_before_size)
                                          ? flagged_cells(settings, quirks)
                                          : crystal->cells;
  if (few_cells(cells)) automatic.interpolation = Interpolation::tricubic;
  return with_sampling_flags(automatic, settings);
}

std::vector<std::string> sampling_warnings(const Sampling& sampling, CrystalShape shape,
                                           int recommended_oversample) {
  const bool is_integrated =
      sampling.smearing == Smearing::integrated && shape == CrystalShape::gauss_cells;
  if (is_integrated || sampling.oversample >= recommended_oversample) return {};
  const std::string remedy =
      recommended_oversample > limits::kMostSubpixels
          ? fmt::format("it takes more than {} sub-pixels", limits::kMostSubpixels)
          : fmt::format("-oversample {} resolves it", recommended_oversample);
  return {"the intensity may vary within a pixel (the crystal is large for its angle): " + remedy};
}

}  // namespace nanobragg::config
