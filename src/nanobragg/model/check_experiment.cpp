// Goes through the numbers that no constructor has seen.
#include "nanobragg/model/check_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/block_sizes.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg {
namespace {

void check_spindle(const Spindle& spindle) {
  const double axis = length(spindle.axis);
  if (!std::isfinite(axis) || !(axis > 0.0)) throw Error("the spindle has no direction");
  const double start = spindle.start.value();
  if (!std::isfinite(start)) throw Error(fmt::format("impossible spindle angle {:g}", start));
  for (const auto& angle : {spindle.oscillation.range, spindle.oscillation.step}) {
    if (angle && !std::isfinite(*angle)) {
      throw Error(fmt::format("impossible spindle range or step {:g}", *angle));
    }
  }
}

void check_sensor(const Sensor& sensor) {
  for (const auto& metres : {sensor.thickness.range, sensor.thickness.step}) {
    if (metres && !(*metres >= 0.0 && *metres <= limits::kFarthest_m)) {
      throw Error(fmt::format("impossible thickness of the sensor {:g} µm", 1e6 * *metres));
    }
  }
  const auto& attenuation = sensor.attenuation_per_m;
  if (attenuation && !(*attenuation >= 0.0)) {
    throw Error(fmt::format("impossible attenuation of the sensor {:g} mm⁻¹", 1e-3 * *attenuation));
  }
}

void check_sampling(const Sampling& sampling) {
  if (sampling.oversample < 1 || sampling.oversample > limits::kMostSubpixels) {
    throw Error(fmt::format("{}² sub-pixels (1² to {}² can be computed)", sampling.oversample,
                            limits::kMostSubpixels),
                "", "give a smaller -oversample");
  }
  if (sampling.background_oversample < 0 ||
      sampling.background_oversample > limits::kMostSubpixels) {
    throw Error(fmt::format("{}² sub-pixels of the background (0 to {}²)",
                            sampling.background_oversample, limits::kMostSubpixels));
  }
  const double limit = sampling.resolution_limit.value();
  if (!(limit >= 0.0) || !std::isfinite(limit)) {
    throw Error(fmt::format("impossible resolution limit {:g} Å", 1e10 * limit));
  }
  if (!(sampling.cull >= 0.0) || !std::isfinite(sampling.cull)) {
    throw Error(fmt::format("impossible photons to leave out {:g}", sampling.cull));
  }
}

void check_arm(const BeamstopArm& arm, const Beamstop& stop) {
  const double direction = length(arm.direction);
  if (!std::isfinite(direction) || !(direction > 0.0)) {
    throw Error("the arm of the beamstop has no direction");
  }
  const double width = arm.width.value();
  const double widest = (stop.diameter - 2.0 * stop.edge).value();
  if (width > 0.0 && width <= widest) return;
  throw Error(
      fmt::format("impossible width of the beamstop's arm {:g} mm (more than 0, and at most its "
                  "diameter less two edges, {:g} mm)",
                  1e3 * width, 1e3 * widest),
      "", "its end would stand out of the disc");
}

}  // namespace

void check(const Beamstop& stop) {
  const double diameter = stop.diameter.value();
  const double distance = stop.distance.value();
  const double edge = stop.edge.value();
  if (!(diameter > 0.0 && diameter <= limits::kFarthest_m)) {
    throw Error(fmt::format("impossible diameter of the beamstop {:g} mm", 1e3 * diameter));
  }
  if (!(distance > 0.0 && distance <= limits::kFarthest_m)) {
    throw Error(fmt::format("impossible distance of the beamstop {:g} mm", 1e3 * distance));
  }
  if (!(edge > 0.0 && edge <= diameter)) {
    throw Error(
        fmt::format("impossible edge of the beamstop {:g} mm (more than 0, and at most its "
                    "diameter, {:g} mm)",
                    1e3 * edge, 1e3 * diameter));
  }
  if (stop.arm) check_arm(*stop.arm, stop);
}

void check(const AmorphousSlab& slab) {
  const auto& [name, table, density, molar_mass] = slab.material;
  if (!table || table->stol_per_A.size() < 4 ||
      table->stol_per_A.size() != table->amplitude_e.size()) {
    throw Error("a table of fewer than four amplitudes", name);
  }
  for (std::size_t i = 0; i < table->stol_per_A.size(); ++i) {
    const double stol = table->stol_per_A[i];
    if (!std::isfinite(stol) || !std::isfinite(table->amplitude_e[i]) || stol < 0.0) {
      throw Error(fmt::format("impossible amplitude {:g} at sin θ/λ = {:g} Å⁻¹",
                              table->amplitude_e[i], stol),
                  name);
    }
    if (i > 0 && !(stol > table->stol_per_A[i - 1])) {
      throw Error(fmt::format("sin θ/λ = {:g} Å⁻¹ after {:g} (rows must rise)", stol,
                              table->stol_per_A[i - 1]),
                  name);
    }
  }
  if (!(density > 0.0) || !std::isfinite(density)) {
    throw Error(fmt::format("impossible density {:g} g/cm³", 1e-3 * density), name);
  }
  if (!(molar_mass > 0.0) || !std::isfinite(molar_mass)) {
    throw Error(fmt::format("impossible molar mass {:g} g/mol", 1e3 * molar_mass), name);
  }
  const double thickness = slab.thickness.value();
  if (!(thickness >= 0.0 && thickness <= limits::kFarthest_m)) {
    throw Error(fmt::format("impossible thickness {:g} µm", 1e6 * thickness), name);
  }
}

void check(const MeasuredBackground& background) {
  const auto& [name, profile, image, scale] = background;
  if (!(scale >= 0.0) || !std::isfinite(scale)) {
    throw Error(fmt::format("impossible scale {:g} of a measured background", scale), name);
  }
  if ((profile == nullptr) == (image == nullptr)) {
    throw Error("a measured background is either a profile or an image", name);
  }
  if (image) {
    const auto is_number = [](double photons) { return std::isfinite(photons); };
    if (std::ranges::all_of(image->pixels(), is_number)) return;
    throw Error("a background whose pixels are not all numbers", name);
  }
  const auto& [stol, photons] = *profile;
  if (stol.size() < 2 || stol.size() != photons.size()) {
    throw Error("a profile of fewer than two rows", name);
  }
  for (std::size_t i = 0; i < stol.size(); ++i) {
    if (!std::isfinite(stol[i]) || stol[i] < 0.0 || !std::isfinite(photons[i])) {
      throw Error(fmt::format("impossible row of a profile: {:g} photons at sin θ/λ = {:g} Å⁻¹",
                              photons[i], stol[i]),
                  name);
    }
    if (i == 0 || stol[i] > stol[i - 1]) continue;
    throw Error(fmt::format("sin θ/λ = {:g} Å⁻¹ after {:g} (rows must rise)", stol[i], stol[i - 1]),
                name);
  }
}

void check(const PointSpread& spread) {
  const double width = spread.full_width.value();
  if (!(width > 0.0 && width <= limits::kFarthest_m)) {
    throw Error(fmt::format("impossible width of the point spread {:g} µm", 1e6 * width));
  }
}

namespace {

void check_point_spread(const Detector& detector) {
  if (!detector.point_spread) return;
  check(*detector.point_spread);
  const double width = detector.point_spread->full_width.value();
  for (const Panel& panel : detector.panels) {
    const auto pixels = static_cast<double>(std::max(panel->shape.fast, panel->shape.slow));
    const double edge = pixels * panel->pixel_size.value();
    if (width <= edge) continue;
    throw Error(
        fmt::format("a point spread {:g} mm wide on a panel of {:g} mm", 1e3 * width, 1e3 * edge),
        "", "-psf_fwhm is in µm");
  }
}

void check_lattices(const std::vector<LatticePart>& lattices) {
  double total = 0.0;
  for (const LatticePart& part : lattices) {
    if (!(part.weight >= 0.0) || !std::isfinite(part.weight)) {
      throw Error(fmt::format("impossible weight {:g} of a lattice", part.weight));
    }
    if (!std::isfinite(length(part.turn_rad))) throw Error("impossible turn of a lattice");
    total += part.weight;
  }
  if (!lattices.empty() && !(total > 0.0)) {
    throw Error("lattices of total weight 0", "", "give one of them a weight above 0");
  }
}

void check_block_sizes(const CrystalValues& crystal) {
  double smallest = 1.0;
  for (const BlockSize& size : sizes_of(crystal.block_sizes)) {
    smallest = std::min(smallest, size.factor);
  }
  const double cells = *std::ranges::min_element(crystal.cells);
  if (smallest == 1.0 || smallest * cells >= 1.0) return;
  throw Error(
      fmt::format("blocks of {:.3g} cells along an axis (the smallest of {} sizes is {:.3g} "
                  "of {:g} cells)",
                  smallest * cells, crystal.block_sizes.count, smallest, cells),
      "", "give more cells (-N), or a narrower -block_sizes");
}

}  // namespace

void check(const Experiment& experiment) {
  check_block_sizes(*experiment.crystal);
  check_spindle(experiment.spindle);
  check_sensor(experiment.detector.sensor);
  const double water = experiment.water.value();
  if (!(water >= 0.0 && water <= limits::kLargestWater_m)) {
    throw Error(fmt::format("impossible edge of the water {:g} µm (0 to {:g} µm)", 1e6 * water,
                            1e6 * limits::kLargestWater_m));
  }
  check_lattices(experiment.lattices);
  if (experiment.slabs.size() > kMostSlabs) {
    throw Error(fmt::format("{} slabs of amorphous matter (at most {})", experiment.slabs.size(),
                            kMostSlabs));
  }
  for (const AmorphousSlab& slab : experiment.slabs) check(slab);
  if (experiment.measured.size() > kMostMeasured) {
    throw Error(fmt::format("{} measured backgrounds (at most {})", experiment.measured.size(),
                            kMostMeasured));
  }
  for (const MeasuredBackground& background : experiment.measured) check(background);
  if (experiment.beamstop) check(*experiment.beamstop);
  check_point_spread(experiment.detector);
  check_sampling(experiment.sampling);
}

}  // namespace nanobragg
