// When a parameter has no effect on an image, and why.
#include <string>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

// What acts through Miller indices alone: spots of constant height do not see it.
bool acts_by_position(Id id) {
  return id <= Id::mosaic_spread || id == Id::wavelength || id == Id::bandwidth;
}

std::string crystal_reason(Id id, const Experiment& e) {
  const CrystalValues& crystal = *e.crystal;
  const bool flat_spots = crystal.shape == CrystalShape::tophat && crystal.b_factor == 0.0 &&
                          e.sampling.interpolation == Interpolation::nearest;
  if (flat_spots && acts_by_position(id)) return "spots of constant height have no gradient";
  switch (id) {
    case Id::oscillation: {
      const SteppedRange oscillation = phi_steps(e.spindle.oscillation);
      if (oscillation.count == 1) return "there is one spindle step";
      return oscillation.range == 0.0 ? "the crystal does not turn" : "";
    }
    case Id::mosaic_spread:
      return crystal.mosaicity.domains == 1 ? "there is one mosaic domain" : "";
    case Id::cells_a:
    case Id::cells_b:
    case Id::cells_c: {
      const auto axis = static_cast<std::size_t>(id) - static_cast<std::size_t>(Id::cells_a);
      const bool single = crystal.shape == CrystalShape::square && crystal.cells[axis] <= 1.0;
      return single ? "the crystal is one cell thick along this axis" : "";
    }
    case Id::fudge:
      if (crystal.shape == CrystalShape::square) return "the square shape has no fudge";
      return crystal.shape == CrystalShape::tophat ? "the tophat's edge has no gradient" : "";
    default:
      return "";
  }
}

std::string detector_reason(Id id, const Experiment& e) {
  const Detector& detector = e.detector;
  const bool several = detector.panels.size() > 1;
  const bool by_corner = detector.placement && detector.placement->corner;
  const SteppedRange layers = sensor_layers(detector.sensor.thickness, LayerRule::equal_layers);
  if (const auto motion = motion_in(id)) {
    return motion->panel < detector.panels.size()
               ? ""
               : "the detector has " + std::to_string(detector.panels.size()) + " panels";
  }
  switch (id) {
    case Id::distance:
    case Id::beam_fast:
    case Id::beam_slow:
      if (several) return "the detector has several panels, which origin_x, _y, _z move";
      return by_corner ? "the detector is placed by its corner: origin_x, _y, _z" : "";
    case Id::tilt_x:
    case Id::tilt_y:
    case Id::tilt_z:
    case Id::twotheta:
      return several ? "the detector has several panels, which origin_x, _y, _z move" : "";
    case Id::attenuation:
    case Id::thickness:
      return layers.range <= 0.0 ? "the sensor does not absorb" : "";
    default:
      return "";
  }
}

std::string beam_reason(Id id, const Experiment& e) {
  const BeamValues& beam = *e.beam;
  const bool listed = !beam.sources.empty();
  const std::string from_list = "the rays come from a list of sources";
  switch (id) {
    case Id::wavelength:
      return listed ? from_list : "";
    case Id::bandwidth:
      if (listed) return from_list;
      return dispersion_steps(beam.dispersion).count == 1 ? "there is one wavelength" : "";
    case Id::horizontal_divergence:
      if (listed) return from_list;
      return divergence_steps(beam.divergence.horizontal).count == 1 ? "there is one direction"
                                                                     : "";
    case Id::vertical_divergence:
      if (listed) return from_list;
      return divergence_steps(beam.divergence.vertical).count == 1 ? "there is one direction" : "";
    case Id::kahn_factor:
      return beam.polarisation == Polarisation::off ? "polarisation is off" : "";
    case Id::water:
      return e.water.value() == 0.0 ? "there is no water" : "";
    default:
      return "";
  }
}

}  // namespace

std::string why_without_effect(ParameterId id, const Experiment& experiment) {
  for (const auto& reason : {crystal_reason, detector_reason, beam_reason}) {
    const std::string why = reason(id, experiment);
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace nanobragg::plan
