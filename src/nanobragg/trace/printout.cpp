// Writes the values of a pixel for reading.
#include "nanobragg/trace/printout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/units.hpp"

namespace nanobragg::trace {
namespace {

using kernel::PointRecord;
using kernel::SourceRecord;
using kernel::StepRecord;

std::string step_text(const StepRecord& step) {
  std::string text = fmt::format("  {:<14}{:f} {:f} {:f}, nearest {:.0f} {:.0f} {:.0f}\n", "h k l",
                                 step.hkl.x, step.hkl.y, step.hkl.z, step.nearest.x + 0.0,
                                 step.nearest.y + 0.0, step.nearest.z + 0.0);
  text += fmt::format("  {:<14}{:g}", "F_latt", step.lattice);
  if (step.cell) text += fmt::format(", F_cell {:g} electrons", *step.cell);
  return text + "\n";
}

std::string source_text(const SourceRecord& source) {
  const double per_angstrom = 1e-10 * length(source.scattering_per_m);
  const double two_theta = std::acos(std::clamp(source.cos_2theta, -1.0, 1.0));
  std::string text =
      fmt::format("  {:<14}{:g} Å⁻¹ (stol {:g} Å⁻¹), 2θ {:g}°\n", "1/d", per_angstrom,
                  per_angstrom / 2.0, to_degree(Radian(two_theta)).value());
  if (source.use == kernel::SourceUse::beyond_resolution_limit) {
    return text + fmt::format("  {:<14}the first source, beyond the resolution limit\n", "skipped");
  }
  return source.steps.empty() ? text : text + step_text(source.steps.front());
}

}  // namespace

std::string printout(const kernel::PixelRecord& record, double steps) {
  std::string text = fmt::format("pixel slow {} fast {}\n", record.pixel.slow, record.pixel.fast);
  const PointRecord& point = record.points.front();
  const Vec3<double>& p = point.position_m;
  text += fmt::format("  {:<14}{:g} {:g} {:g} m, {:g} m from the sample\n", "at", p.x, p.y, p.z,
                      point.distance_m);
  text += source_text(point.sources.front());
  text += fmt::format("  {:<14}{:.10g} = {:.10g} a step × {:g} steps\n", "intensity", record.sum,
                      record.sum / steps, steps);
  text += fmt::format("  {:<14}polarisation {:.10g}, solid angle {:.10g} sr, capture {:.10g}\n",
                      "factors", record.polarisation, record.solid_angle, record.capture);
  if (record.diffuse.haloes != 0.0) {
    text += fmt::format("  {:<14}{:.10g} photons of liquid-like motions\n", "haloes",
                        record.diffuse.haloes);
  }
  if (record.diffuse.water != 0.0)
    text += fmt::format("  {:<14}{:.10g} photons\n", "water", record.diffuse.water);
  if (record.diffuse.slabs != 0.0) {
    text += fmt::format("  {:<14}{:.10g} photons of amorphous matter\n", "background",
                        record.diffuse.slabs);
  }
  if (record.diffuse.profiles != 0.0) {
    text += fmt::format("  {:<14}{:.10g} photons of measured profiles\n", "background",
                        record.diffuse.profiles);
  }
  if (record.transmission != 1.0) {
    text +=
        fmt::format("  {:<14}{:.10g} passes the beamstop\n", "transmission", record.transmission);
  }
  if (record.diffuse.images != 0.0) {
    text += fmt::format("  {:<14}{:.10g} photons of measured images\n", "background",
                        record.diffuse.images);
  }
  text += fmt::format("  {:<14}{:.10g}\n", "photons", record.photons);
  return text;
}

}  // namespace nanobragg::trace
