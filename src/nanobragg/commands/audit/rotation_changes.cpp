// What one function does that turns several things: detector, crystal and rays alike.
#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/plan/orientations.hpp"

namespace nanobragg::commands {
namespace {

using plan::SamplingPlan;

// The crystal with other missetting turns, at other spindle angles.
void reorient(SamplingPlan& plan, const CrystalValues& crystal, const Vector& misset,
              double spindle_sign) {
  plan::CrystalSamples& c = plan.crystal;
  if (misset != crystal.misset_rad) {
    CrystalValues other = crystal;
    other.misset_rad = misset;
    c.lattice = lattice_of(other);
  }
  std::vector<double> angles = c.phi_rad;
  for (double& phi : angles) phi *= spindle_sign;
  c.lattices = plan::orientations<double>(plan::in_metres(c.lattice.direct),
                                          c.continuous.spindle_axis, angles, c.domains);
}

}  // namespace

void add_rotations(Changes& changes, const Scene& scene) {
  const CrystalValues crystal = *scene.job.experiment.crystal;
  Change& about_axes = changes.add("rotations_about_axes_left_handed",
                                   "turns left-handedly wherever it turns about an axis (spindle, "
                                   "2 theta)");
  about_axes.placing = [](Placing& p) {
    p.swing = [in = p.in](const Vector& v) {
      return rotate_about(v, in.twotheta_axis, -in.twotheta);
    };
  };
  about_axes.plan = [crystal](SamplingPlan& plan) {
    reorient(plan, crystal, crystal.misset_rad, -1.0);
  };
  Change& about_xyz = changes.add("rotations_about_xyz_left_handed",
                                  "turns left-handedly wherever it turns about x, y and z (misset, "
                                  "tilts of the detector)");
  about_xyz.placing = [](Placing& p) {
    p.tilt = [in = p.in](const Vector& v) { return rotate_xyz(v, -in.tilt); };
  };
  about_xyz.plan = [crystal](SamplingPlan& plan) {
    reorient(plan, crystal, -crystal.misset_rad, 1.0);
  };
}

}  // namespace nanobragg::commands
