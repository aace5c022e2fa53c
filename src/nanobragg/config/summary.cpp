// Writes the summary of an experiment.
#include "nanobragg/config/summary.hpp"

#include <fmt/format.h>

namespace nanobragg::config {
namespace {

double degrees(double radians) { return to_degree(Radian(radians)).value(); }

double angle_between(const Vec3<double>& u, const Vec3<double>& v) {
  return degrees(std::acos(dot(u, v) / length(u) / length(v)));
}

std::string cell_line(const char* name, const Axes<double>& axes, const char* unit) {
  const auto& [a, b, c] = axes;
  return fmt::format("  {:<16}{:g} {:g} {:g} {}, {:g} {:g} {:g}°\n", name, length(a), length(b),
                     length(c), unit, angle_between(b, c), angle_between(c, a),
                     angle_between(a, b));
}

std::string axes_table(const Axes<double>& real, const Axes<double>& reciprocal) {
  std::string text =
      "  vectors         a           b           c (Å)       a*          b*          c* (1/Å)\n";
  const auto row = [&](char name, double Vec3<double>::*m) {
    text += fmt::format("    {}  {:11.6f} {:11.6f} {:11.6f} {:11.8f} {:11.8f} {:11.8f}\n", name,
                        real.a.*m, real.b.*m, real.c.*m, reciprocal.a.*m, reciprocal.b.*m,
                        reciprocal.c.*m);
  };
  row('x', &Vec3<double>::x);
  row('y', &Vec3<double>::y);
  row('z', &Vec3<double>::z);
  return text;
}

std::string crystal_text(const Resolved& run, const plan::SamplingPlan& plan) {
  const CrystalValues& crystal = *run.experiment.crystal;
  const Lattice<double>& lattice = plan.crystal.lattice;
  const auto& [na, nb, nc] = crystal.cells;
  const auto& [a, b, c] = lattice.direct;
  const Vec3<double> misset = {degrees(crystal.misset_rad.x), degrees(crystal.misset_rad.y),
                               degrees(crystal.misset_rad.z)};
  std::string text = "crystal\n" + cell_line("unit cell", lattice.direct, "Å") +
                     cell_line("reciprocal cell", lattice.reciprocal, "1/Å");
  text += fmt::format("  {:<16}{:g} Å³\n", "cell volume", lattice.volume);
  text += axes_table(lattice.direct, lattice.reciprocal);
  text += fmt::format("  {:<16}{:g} {:g} {:g}°\n", "misset", misset.x, misset.y, misset.z);
  text += fmt::format("  {:<16}{}, {:g} × {:g} × {:g} cells, {:.4g} × {:.4g} × {:.4g} µm\n", "size",
                      kCrystalShapes[static_cast<std::size_t>(crystal.shape)].name, na, nb, nc,
                      length(a) * na * 1e-4, length(b) * nb * 1e-4, length(c) * nc * 1e-4);
  text += fmt::format("  {:<16}{} domain{} over {:g}°\n", "mosaicity", plan.crystal.domains.size(),
                      plan.crystal.domains.size() == 1 ? "" : "s",
                      degrees(crystal.mosaicity.spread.value()));
  const StructureFactors& f = *run.experiment.structure_factors;
  text += fmt::format("  {:<16}", "amplitudes");
  if (f.has_table()) {
    const auto& [low, high] = f.box();
    text +=
        fmt::format("{} {} {} … {} {} {}, elsewhere {:g}, {}\n", low.h, low.k, low.l, high.h,
                    high.k, high.l, f.default_amplitude(),
                    plan.crystal.interpolation == Interpolation::tricubic ? "tricubic interpolation"
                                                                          : "nearest index");
  } else {
    text += fmt::format("{:g} everywhere\n", f.default_amplitude());
  }
  return text;
}

std::string beam_text(const Resolved& run, const plan::SamplingPlan& plan) {
  const BeamValues& beam = *run.experiment.beam;
  std::string text =
      fmt::format("beam\n  {:<16}{:g} Å", "wavelength", to_angstrom(beam.wavelength).value());
  if (plan.beam.dispersion.count > 1) {
    text += fmt::format(" ± {:g} % in {} steps", 50 * plan.beam.dispersion.range,
                        plan.beam.dispersion.count);
  }
  text += fmt::format("\n  {:<16}{:g} photons/m²\n", "fluence", beam.fluence);
  text += fmt::format("  {:<16}{}\n", "polarisation",
                      beam.polarisation == Polarisation::off
                          ? std::string("off")
                          : fmt::format("Kahn factor {:g}", beam.kahn_factor));
  text += fmt::format("  {:<16}{} (divergence {:g} × {:g} mrad)\n", "sources",
                      plan.beam.sources.size(), 1e3 * plan.beam.horizontal_divergence.range,
                      1e3 * plan.beam.vertical_divergence.range);
  const double start = degrees(run.experiment.spindle.start.value());
  const plan::SteppedRange& osc = plan.crystal.oscillation;
  text += fmt::format("  {:<16}{} step{} from {:g}° to {:g}°\n", "spindle", osc.count,
                      osc.count == 1 ? "" : "s", start, start + degrees(osc.range));
  return text;
}

std::string vector_text(const Vec3<double>& v) {
  return fmt::format("{:g} {:g} {:g}", v.x, v.y, v.z);
}

std::string detector_text(const Resolved& run, const plan::SamplingPlan& plan) {
  const DetectorFrame& frame = run.frame;
  const PlacedDetector<double>& placed = frame.placed;
  std::string text = fmt::format("detector\n  {:<16}{} × {} pixels of {:g} mm\n", "fast × slow",
                                 frame.shape.fast, frame.shape.slow, frame.size.pixel * 1e3);
  text += fmt::format("  {:<16}{:g} mm along the beam, {:g} mm at the closest point\n", "distance",
                      placed.distance * 1e3, placed.close_distance * 1e3);
  text += fmt::format("  {:<16}{:g} × {:g} mm (fast × slow); closest point {:g} × {:g} mm\n",
                      "beam hits", placed.beam_f * 1e3, placed.beam_s * 1e3, placed.close_f * 1e3,
                      placed.close_s * 1e3);
  text += fmt::format("  {:<16}fast {}, slow {}, normal {}\n", "axes", vector_text(placed.fast),
                      vector_text(placed.slow), vector_text(placed.normal));
  text += fmt::format("  {:<16}{} m\n", "first corner", vector_text(placed.corner));
  const RegionOfInterest& roi = plan.detector.region;
  text +=
      fmt::format("  {:<16}fast {} … {}, slow {} … {}{}\n", "region", roi.first.fast, roi.last.fast,
                  roi.first.slow, roi.last.slow, plan.detector.mask ? ", masked" : "");
  if (plan.detector.layers.range > 0.0) {
    text += fmt::format("  {:<16}{:g} µm in {} layers, attenuation depth {:g} µm\n", "sensor",
                        plan.detector.layers.range * 1e6, plan.detector.layers.count,
                        1e6 / plan.detector.attenuation_per_m);
  }
  return text;
}

}  // namespace

std::string summary(const Resolved& run, const plan::SamplingPlan& plan) {
  const int n = plan.sampling.oversample;
  return crystal_text(run, plan) + beam_text(run, plan) + detector_text(run, plan) +
         fmt::format(
             "steps\n  {:<16}{} = {} sources × {} spindle × {} domains × {}² sub-pixels; "
             "kernel {}{}, {} thread{}\n",
             "a pixel", plan.steps, plan.beam.sources.size(), plan.crystal.phi_rad.size(),
             plan.crystal.domains.size(), n, run.kernel->name,
             run.precision == kernel::Precision::float32 ? " in single precision" : "", run.threads,
             run.threads == 1 ? "" : "s");
}

}  // namespace nanobragg::config
