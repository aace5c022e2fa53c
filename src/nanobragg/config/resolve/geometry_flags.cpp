// Reads the flags off the resolved experiment.
#include "nanobragg/config/resolve/geometry_flags.hpp"

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/resolve/convention.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::config {
namespace {

constexpr double kMillimetres = 1e3;

// The file's crystal, where no flag gives one.
void keep_crystal(Settings& s) {
  if (s.crystal_file || s.matrix_file || s.cell || !s.geometry_file) return;
  const auto geometry = read_geometry(s);
  if (geometry && geometry->reciprocal_axes) s.crystal_file = s.geometry_file;
}

void place(Settings& s, const Panel& panel, const DetectorFrame& frame) {
  const double pixel = panel->pixel_size.value();
  const DetectorSize size{pixel * static_cast<double>(panel->shape.fast),
                          pixel * static_cast<double>(panel->shape.slow), pixel};
  const BeamCentre centre =
      to_centre({frame.placed.beam_f, frame.placed.beam_s}, Convention::custom, size);
  s.convention = Convention::custom;
  s.pivot = Pivot::beam;
  s.implied_pivot = Pivot::beam;
  s.fast_vector = panel->fast;
  s.slow_vector = panel->slow;
  s.normal_vector = panel->normal;
  s.distance_mm = kMillimetres * panel->distance.value();
  s.close_distance_mm.reset();
  s.beam_x_mm = kMillimetres * centre.x;
  s.beam_y_mm = kMillimetres * centre.y;
  s.pixel_mm = kMillimetres * pixel;
  s.pixels_fast = static_cast<long>(panel->shape.fast);
  s.pixels_slow = static_cast<long>(panel->shape.slow);
}

}  // namespace

Settings with_geometry_flags(const Settings& settings, const Job& run) {
  const Experiment& e = run.experiment;
  if (e.detector.panels.size() != 1) {
    throw UsageError("the detector has several panels (they are moved in their file)");
  }
  Settings s = settings;
  keep_crystal(s);
  s.geometry_file.reset();
  s.header_file.reset();
  if (!s.crystal_file) s.experiment.reset();
  place(s, e.detector.panels.front(), run.origin.frame);
  s.beam_vector = e.beam->direction;
  s.polar_vector = e.beam->polarisation_axis;
  s.spindle_axis = e.spindle.axis;
  if (!s.spectrum_file) s.wavelength_A = to_angstrom(e.beam->wavelength).value();
  if (!s.kahn_factor) s.kahn_factor = e.beam->kahn_factor;
  s.phi_deg = to_degree(e.spindle.start).value();
  if (e.spindle.oscillation.range) {
    s.oscillation_deg = constants::kDegreesPerRadian * *e.spindle.oscillation.range;
  }
  return s;
}

}  // namespace nanobragg::config
