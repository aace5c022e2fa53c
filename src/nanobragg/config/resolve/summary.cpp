// Writes the summary of an experiment.
#include "nanobragg/config/resolve/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/config/options/words.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/physics/dose.hpp"

namespace nanobragg::config {
namespace {

double degrees(double radians) { return to_degree(Radian(radians)).value(); }

// Adding 0 turns −0 into 0, which reads badly.
std::string number(double value) { return fmt::format("{:g}", value + 0.0); }

// "1 step", "3 steps".
std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("  {:<16}{}\n", name, text);
}

std::string vector_text(const Vec3<double>& v) {
  return number(v.x) + " " + number(v.y) + " " + number(v.z);
}

double angle_between(const Vec3<double>& u, const Vec3<double>& v) {
  return degrees(std::acos(std::clamp(dot(u, v) / length(u) / length(v), -1.0, 1.0)));
}

std::string cell_text(const Axes<double>& axes, std::string_view unit) {
  const auto& [a, b, c] = axes;
  return fmt::format("{:g} {:g} {:g} {}, {:g} {:g} {:g}°", length(a), length(b), length(c), unit,
                     angle_between(b, c), angle_between(c, a), angle_between(a, b));
}

// An entry of the table below. What rounding leaves of a zero would be printed as -0.
double entry(double value, double smallest) { return std::abs(value) < smallest ? 0.0 : value; }

std::string axes_table(const Axes<double>& real, const Axes<double>& reciprocal) {
  std::string text = fmt::format("  {:<8}{:>12}{:>12}{:>12}{:>13}{:>12}{:>12}\n", "vectors", "a/Å",
                                 "b/Å", "c/Å", "a*/Å⁻¹", "b*/Å⁻¹", "c*/Å⁻¹");
  const auto row = [&](char name, double Vec3<double>::*m) {
    const auto length = [&](const Vec3<double>& v) { return entry(v.*m, 5e-7); };
    const auto inverse = [&](const Vec3<double>& v) { return entry(v.*m, 5e-9); };
    text += fmt::format("  {:<8}{:>12.6f}{:>12.6f}{:>12.6f}{:>13.8f}{:>12.8f}{:>12.8f}\n", name,
                        length(real.a), length(real.b), length(real.c), inverse(reciprocal.a),
                        inverse(reciprocal.b), inverse(reciprocal.c));
  };
  row('x', &Vec3<double>::x);
  row('y', &Vec3<double>::y);
  row('z', &Vec3<double>::z);
  return text;
}

std::string amplitudes_text(const Job& run, const plan::SamplingPlan& plan) {
  const StructureFactors& f = *run.experiment.structure_factors;
  if (!f.has_table()) return fmt::format("{:g} everywhere", f.default_amplitude());
  const auto& [low, high] = f.box();
  return fmt::format("{}: hkl {} {} {} … {} {} {}, elsewhere {:g}, {}",
                     run.origin.inputs.amplitudes, low.h, low.k, low.l, high.h, high.k, high.l,
                     f.default_amplitude(),
                     plan.crystal.interpolation == Interpolation::tricubic ? "interpolated"
                                                                           : "at the nearest hkl");
}

std::string mosaicity_text(const Job& run, const plan::SamplingPlan& plan) {
  const std::size_t domains = plan.crystal.domains.size();
  const Mosaicity& mosaicity = run.experiment.crystal->mosaicity;
  const double spread = degrees(mosaicity.spread.value());
  if (domains == 1) return "none";
  if (mosaicity.relative_spreads) {
    const auto& [x, y, z] = *mosaicity.relative_spreads;
    const auto& [yz, xz, xy] = mosaicity.correlations;
    const bool are_correlated = yz != 0.0 || xz != 0.0 || xy != 0.0;
    return fmt::format(
        "{}, turns of half widths {:g}, {:g} and {:g}° about a*, c × a* and c{}",
        counted(domains, "domain"), spread * x, spread * y, spread * z,
        are_correlated ? fmt::format(", correlated by {:g}, {:g} and {:g}", yz, xz, xy) : "");
  }
  return mosaicity.shape == MosaicShape::gauss
             ? fmt::format("{}, turns of half width {:g}°", counted(domains, "domain"), spread)
             : fmt::format("{} turned by up to {:g}°", counted(domains, "domain"), spread);
}

std::string crystal_text(const Job& run, const plan::SamplingPlan& plan) {
  const CrystalValues& crystal = *run.experiment.crystal;
  const Lattice<double>& lattice = plan.crystal.lattice;
  const auto& [na, nb, nc] = crystal.cells;
  const auto& [a, b, c] = lattice.direct;
  const Vec3<double> misset = {degrees(crystal.misset_rad.x), degrees(crystal.misset_rad.y),
                               degrees(crystal.misset_rad.z)};
  const std::string_view shape = kCrystalShapes[static_cast<std::size_t>(crystal.shape)].name;
  return "crystal\n" + line("unit cell", cell_text(lattice.direct, "Å")) +
         line("reciprocal cell", cell_text(lattice.reciprocal, "Å⁻¹")) +
         line("cell volume", fmt::format("{:g} Å³", lattice.volume)) +
         axes_table(lattice.direct, lattice.reciprocal) +
         line("misset", vector_text(misset) + "°") +
         line("size", fmt::format("{} crystal of {:g} × {:g} × {:g} cells, {:.4g} × {:.4g} × "
                                  "{:.4g} µm",
                                  shape, na, nb, nc, length(a) * na * 1e-4, length(b) * nb * 1e-4,
                                  length(c) * nc * 1e-4)) +
         line("mosaicity", mosaicity_text(run, plan)) +
         line("amplitudes", amplitudes_text(run, plan));
}

std::string spectrum_text(const Job& run, const plan::SamplingPlan& plan) {
  std::string text = fmt::format("{:g} Å", to_angstrom(run.experiment.beam->wavelength).value());
  const plan::SteppedRange& dispersion = plan.beam.samples.dispersion;
  if (dispersion.count > 1) {
    const bool is_normal = run.experiment.beam->dispersion_profile == Profile::gauss;
    text += fmt::format(" ± {:g} %{}, {}", 50 * dispersion.range,
                        is_normal ? " (half width at half maximum)" : "",
                        counted(static_cast<std::size_t>(dispersion.count), "wavelength"));
  }
  return text;
}

std::string sources_text(const Job& run, const plan::SamplingPlan& plan) {
  std::string count = std::to_string(plan.beam.sources.size());
  const double line_width = run.experiment.beam->line_width;
  if (line_width > 0.0) {
    count += fmt::format(" lines of {:g} % (full width at half maximum)", 100.0 * line_width);
  }
  if (run.origin.inputs.sources) return count + " of " + *run.origin.inputs.sources;
  const double horizontal = plan.beam.samples.horizontal.range;
  const double vertical = plan.beam.samples.vertical.range;
  if (horizontal == 0.0 && vertical == 0.0) return count + ", no divergence";
  const bool is_normal = run.experiment.beam->divergence.profile == Profile::gauss;
  return fmt::format("{}, divergence {:g} × {:g} mrad (horizontal × vertical{})", count,
                     1e3 * horizontal, 1e3 * vertical,
                     is_normal ? ", full widths at half maximum" : "");
}

// What "auto" takes is said where it is no sum over samples.
std::string kernel_text(const Job& run, const plan::SamplingPlan& plan) {
  const std::string name(run.compute.kernel->name);
  const bool is_told = name == "analytic" || !kernel::is_closed_form(*run.compute.kernel, plan);
  return is_told ? name : name + ": analytic";
}

std::string spindle_text(const Job& run, const plan::SamplingPlan& plan) {
  const double start = degrees(run.experiment.spindle.start.value());
  const plan::SteppedRange& oscillation = plan.crystal.oscillation;
  if (oscillation.range == 0.0) return fmt::format("still at {}°", number(start));
  return fmt::format("{}° to {}° in {}, about {}", number(start),
                     number(start + degrees(oscillation.range)),
                     counted(static_cast<std::size_t>(oscillation.count), "step"),
                     vector_text(run.experiment.spindle.axis));
}

std::string beam_text(const Job& run, const plan::SamplingPlan& plan) {
  const BeamValues& beam = *run.experiment.beam;
  return "beam\n" + line("wavelength", spectrum_text(run, plan)) +
         line("fluence", fmt::format("{:g} photons/m²", beam.fluence)) +
         line("polarisation", beam.polarisation == Polarisation::off
                                  ? std::string("off")
                                  : fmt::format("Kahn factor {:g}", beam.kahn_factor)) +
         line("sources", sources_text(run, plan)) + line("spindle", spindle_text(run, plan));
}

// "50 µm", in the unit that makes the number short.
std::string length_text(Metre length) {
  const double metres = length.value();
  if (metres >= 1.0) return fmt::format("{:g} m", metres);
  return metres >= 1e-3 ? fmt::format("{:g} mm", 1e3 * metres)
                        : fmt::format("{:g} µm", 1e6 * metres);
}

std::string background_text(const Job& run) {
  const auto& slabs = run.experiment.slabs;
  const Metre water = run.experiment.water;
  const auto& measured = run.experiment.measured;
  if (slabs.empty() && measured.empty() && water.value() == 0.0) return {};
  std::string text = "background\n";
  if (water.value() > 0.0) {
    const std::string edge = length_text(water);
    text += line("water", fmt::format("cube of {}, as bright at all angles (-background "
                                      "water:LENGTH has the rings of water)",
                                      edge));
  }
  for (const MeasuredBackground& background : measured) {
    text += line(background.image ? "image" : "profile",
                 fmt::format("{} times {}, as it was measured", background.scale, background.name));
  }
  if (slabs.empty()) return text;
  for (const auto& [material, thickness] : slabs) {
    text += line("slab", fmt::format("{} of {}, {:g} g/cm³, {:g} g/mol", length_text(thickness),
                                     material.name, 1e-3 * material.density_kg_m3,
                                     1e3 * material.molar_mass_kg));
  }
  return text + line("beam", fmt::format("{0} × {0}", length_text(run.experiment.beam->size)));
}

std::string point_spread_text(const Job& run) {
  const auto& spread = run.experiment.detector.point_spread;
  if (!spread) return {};
  return line("point spread", fmt::format("{}, {} wide at half maximum", word_of(spread->shape),
                                          length_text(spread->full_width)));
}

// What the number of blocks says of the crystal.
std::string blocks_text(const Job& run) {
  const double blocks = run.experiment.crystal->blocks;
  if (blocks == 1.0) return {};
  return line("in the beam", fmt::format("{:.4g} blocks of that size", blocks));
}

// Of a fluence that somebody gave: the default is that of no beam.
std::string dose_text(const Job& run) {
  const BeamValues& beam = *run.experiment.beam;
  if (beam.fluence == constants::kDefaultFluence) return {};
  const double gray = physics::dose_gray(beam.fluence, beam.wavelength.value());
  return line("dose",
              fmt::format("{:.2g} MGy, of a crystal without heavy atoms in the beam", 1e-6 * gray));
}

// B factors of the crystal, and how the sizes of its blocks are spread.
std::string disorder_text(const Job& run) {
  const CrystalValues& crystal = *run.experiment.crystal;
  std::string text;
  if (crystal.displacements.anisotropic_b) {
    const auto& b = *crystal.displacements.anisotropic_b;
    text += line("anisotropic B",
                 fmt::format("11: {:g}, 22: {:g}, 33: {:g}, 12: {:g}, 13: {:g}, 23: {:g} Å²", b[0],
                             b[1], b[2], b[3], b[4], b[5]));
  }
  if (crystal.displacements.liquid_motions) {
    const auto& [sigma, gamma, laue_class, neighbours] = *crystal.displacements.liquid_motions;
    text += line("liquid motions",
                 fmt::format("σ {:g}, {:g}, {:g} Å, γ {:g}, {:g}, {:g} Å along a*, c × a*, c; mean "
                             "over {}",
                             sigma[0], sigma[1], sigma[2], gamma[0], gamma[1], gamma[2],
                             counted(liquid_rotations(run.experiment).size(), "rotation")));
  }
  const auto& [distribution, width, count] = crystal.block_sizes;
  if (width == 0.0) return text;
  const bool is_gamma = distribution == SizeDistribution::gamma;
  return text +
         line("block sizes", fmt::format("{}, spread by {:g} % of that size, by volume; {} "
                                         "stand for all",
                                         is_gamma ? "gamma" : "log-normal", 100.0 * width, count));
}

std::string lattices_text(const Job& run) {
  std::string text;
  double total = 0.0;
  for (const LatticePart& part : run.experiment.lattices) total += part.weight;
  for (const LatticePart& part : run.experiment.lattices) {
    const Vec3<double> turn{degrees(part.turn_rad.x), degrees(part.turn_rad.y),
                            degrees(part.turn_rad.z)};
    text += line("lattice", fmt::format("{:.3g} of the crystal, turned by {}°", part.weight / total,
                                        vector_text(turn)));
  }
  return text;
}

std::string region_text(const plan::SamplingPlan& plan) {
  const auto& [first, last] = plan.detector.region;
  return fmt::format("fast {} … {}, slow {} … {}{}", first.fast, last.fast, first.slow, last.slow,
                     plan.detector.mask ? ", masked" : "");
}

std::string panels_text(const Job& run) {
  if (!run.origin.inputs.geometry) return {};
  const auto& panels = run.experiment.detector.panels;
  const ImageShape stack = stack_of(panels).shape;
  return line("panels", fmt::format("{} of {}; what follows is the first", panels.size(),
                                    *run.origin.inputs.geometry)) +
         (panels.size() == 1 ? std::string()
                             : line("image", fmt::format("{} × {} (fast × slow), one panel below "
                                                         "the other",
                                                         stack.fast, stack.slow)));
}

// What it is called, where it has a name.
std::string name_text(const Detector& detector) {
  return detector.name ? line("name", *detector.name) : std::string();
}

std::string sensor_text(const Detector& detector, const plan::SamplingPlan& plan) {
  const plan::SteppedRange& layers = plan.detector.layers;
  if (!(layers.range > 0.0)) return {};
  const auto& material = detector.sensor.material;
  return line("sensor", fmt::format("{}{:g} µm in {}, attenuation depth {:g} µm",
                                    material ? *material + ", " : "", layers.range * 1e6,
                                    counted(static_cast<std::size_t>(layers.count), "layer"),
                                    1e6 / plan.detector.attenuation_per_m));
}

std::string detector_text(const Job& run, const plan::SamplingPlan& plan) {
  const DetectorFrame& frame = run.origin.frame;
  const PlacedDetector<double>& placed = frame.placed;
  const auto point = [](double fast, double slow) {
    return fmt::format("fast {}, slow {} mm", number(fast * 1e3), number(slow * 1e3));
  };
  const std::string text =
      "detector\n" + name_text(run.experiment.detector) +
      line("pixels", fmt::format("{} × {} (fast × slow) of {:g} mm", frame.shape.fast,
                                 frame.shape.slow, frame.size.pixel * 1e3)) +
      panels_text(run) +
      line("convention",
           fmt::format("{}, pivot {}", word_of(frame.convention), word_of(frame.placing.pivot))) +
      line("distance", fmt::format("{:g} mm along the beam, {:g} mm at the closest point",
                                   placed.distance * 1e3, placed.close_distance * 1e3)) +
      line("beam hits", point(placed.beam_f, placed.beam_s)) +
      line("closest point", point(placed.close_f, placed.close_s)) +
      line("first corner", vector_text(1e3 * placed.corner) + " mm") +
      line("fast axis", vector_text(placed.fast)) + line("slow axis", vector_text(placed.slow)) +
      line("normal", vector_text(placed.normal)) +
      line("resolution",
           fmt::format("{:.3g} Å at the farthest corner",
                       best_resolution_A(run.experiment.detector.panels, *run.experiment.beam))) +
      line("rendered", region_text(plan));
  return text + sensor_text(run.experiment.detector, plan);
}

std::string gain_text(const ReadOut& read_out) {
  std::string text = fmt::format("{:g} counts a photon", read_out.gain);
  for (const GainStep& step : read_out.switching) {
    text += fmt::format(", {:g} from {:g} photons on", step.gain, step.from_photons);
  }
  return text;
}

// What is not said does not happen.
std::string read_out_text(const ReadOut& read_out) {
  std::string text = "read-out\n" + line("gain", gain_text(read_out));
  const auto add = [&](std::string_view name, double value, const std::string& words) {
    if (value > 0.0) text += line(name, words);
  };
  add("flicker", read_out.flicker, fmt::format("{:g} % an image", 100 * read_out.flicker));
  const DeadTime& dead = read_out.dead_time;
  add("dead time", dead.dead_s,
      fmt::format("{:g} ns, {}, in {:g} s", dead.dead_s * 1e9, word_of(dead.model),
                  dead.exposure_s));
  add("charge sharing", read_out.charge_sharing,
      fmt::format("within {:g} of a pixel's width from an edge", read_out.charge_sharing));
  add("calibration", read_out.calibration.error,
      fmt::format("{:g} % a pixel", 100 * read_out.calibration.error));
  add("noise", read_out.noise, fmt::format("{:g} counts", read_out.noise));
  add("pedestal", read_out.pedestal.value_or(0.0),
      fmt::format("{:g} counts", read_out.pedestal.value_or(0.0)));
  if (saturation(read_out) < kLargestReading) {
    text += line("saturation", fmt::format("{:.0f} counts", saturation(read_out)));
  }
  const auto amount = [](double asked) {
    return asked < 1.0 ? fmt::format("{:g} %", 100 * asked) : fmt::format("{:.0f}", asked);
  };
  add("dead pixels", read_out.bad.dead, amount(read_out.bad.dead));
  add("hot pixels", read_out.bad.hot,
      fmt::format("{} of {:g} photons on average", amount(read_out.bad.hot),
                  read_out.bad.hot_photons));
  return text;
}

std::string computation_text(const Job& run, const plan::SamplingPlan& plan) {
  const int n = plan.sampling.oversample;
  return "computation\n" +
         line("steps a pixel", fmt::format("{:g} = {} × {} × {} × {}² sub-pixels", plan.steps,
                                           counted(plan.beam.sources.size(), "source"),
                                           counted(plan.crystal.phi_rad.size(), "spindle angle"),
                                           counted(plan.crystal.domains.size(), "domain"), n)) +
         line("mode",
              fmt::format("{}, kernel {} ({}), {}", to_text(compat::mode_of(run.compute.quirks)),
                          kernel_text(run, plan), word_of(run.compute.precision),
                          counted(run.compute.threads, "thread")));
}

}  // namespace

std::string background_summary(const Job& run) { return background_text(run); }

std::string summary(const Job& run, const plan::SamplingPlan& plan) {
  return crystal_text(run, plan) + blocks_text(run) + disorder_text(run) + lattices_text(run) +
         beam_text(run, plan) + dose_text(run) + background_text(run) + detector_text(run, plan) +
         point_spread_text(run) +
         (run.response.read_out ? read_out_text(*run.response.read_out) : std::string()) +
         computation_text(run, plan);
}

}  // namespace nanobragg::config
