// Puts the experiment together, in the order in which the reference decides.
#include "nanobragg/config/resolve/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iterator>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/amplitudes.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/config/resolve/header_centre.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/config/resolve/mask_size.hpp"
#include "nanobragg/config/resolve/quirk_report.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/config/resolve/resolve_beam.hpp"
#include "nanobragg/config/resolve/resolve_crystal.hpp"
#include "nanobragg/config/resolve/run_length.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/model/limits.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;
using compat::QuirkSet;

bool shows_pixels(const Settings& settings) {
  return settings.trace_pixel || value(settings, &Settings::printout);
}

// The fastest that can do what is asked for.
std::string default_kernel(const Settings& settings, QuirkSet quirks) {
  if (quirks.acts_on(compat::Scope::pixels)) return "reference";
  return shows_pixels(settings) ? "scalar" : "auto";
}

const kernel::Kernel& choose_kernel(const Settings& settings, QuirkSet quirks) {
  const kernel::Kernel& kernel =
      kernel::find_kernel(settings.kernel.value_or(default_kernel(settings, quirks)));
  if (settings.precision == kernel::Precision::float32 &&
      kernel.precisions == kernel::PrecisionSupport::float64) {
    throw UsageError("-dtype float32 with the kernel '" + std::string(kernel.name) +
                         "' (it computes in double precision alone)",
                     "", "leave out -dtype, or -compat and -kernel");
  }
  if (settings.cull_photons && kernel.name != "auto" && kernel.name != "sparse") {
    throw UsageError(
        "-cull with the kernel '" + std::string(kernel.name) + "' (it leaves nothing out)", "",
        "leave out -kernel, or take -kernel sparse");
  }
  if (shows_pixels(settings) && !kernel.trace) {
    throw UsageError("-trace_pixel or -printout with the kernel '" + std::string(kernel.name) +
                         "' (it does not show its steps)",
                     "", "leave out -kernel, or take -kernel scalar");
  }
  return kernel;
}

void check_can_render(const Settings& settings, const kernel::Kernel& kernel,
                      const plan::SamplingPlan& plan) {
  if (plan.quirks.acts_on(compat::Scope::pixels) && !kernel.why_not(plan).empty()) {
    throw UsageError(
        fmt::format("-compat {} with -kernel {} ({})", to_text(value(settings, &Settings::compat)),
                    kernel.name, kernel.why_not(plan)),
        "", "-kernel reference reproduces them");
  }
  kernel::check_can_render(kernel, plan);
}

kernel::Precision precision_of(const Settings& settings, const kernel::Kernel& kernel) {
  return settings.precision.value_or(kernel.default_precision);
}

Detector resolve_sensor(const Settings& settings, const DetectorFrame& frame,
                        std::vector<Panel> panels) {
  Detector detector;
  detector.panels = std::move(panels);
  // One placement tells where one panel stands.
  if (detector.panels.size() == 1) detector.placement = frame.placing;
  detector.pixel_model =
      value(settings, &Settings::point_pixel) ? PixelModel::point : PixelModel::area;
  detector.curvature = value(settings, &Settings::curved) ? Curvature::spherical : Curvature::flat;
  // An infinite depth (written as 0) means that absorption is off.
  const bool off = settings.absorption_depth_um == 0.0;
  if (!off) {
    detector.sensor.thickness = {count(settings.thickness_steps),
                                 converted(settings.thickness_um, metres_from_um), std::nullopt};
    detector.sensor.attenuation_per_m =
        converted(settings.absorption_depth_um, [](double um) { return 1.0 / metres_from_um(um); });
  }
  return detector;
}

// A little finer than the corner, because spots have a width and a spectrum has a short end.
Illumination illumination(const Settings& settings, const std::vector<Panel>& panels,
                          const BeamValues& beam) {
  constexpr double kMargin = 0.98;
  double shortest = beam.wavelength.value();
  for (const Source& source : beam.sources) {
    shortest = std::min(shortest, source.wavelength.value());
  }
  const double spectrum =
      shortest / beam.wavelength.value() / (1.0 + beam.dispersion.range.value_or(0.0) / 2.0);
  const double corner = kMargin * spectrum * best_resolution_A(panels, beam);
  return {std::max(corner, settings.dmin_A.value_or(0.0)), to_angstrom(beam.wavelength).value()};
}

// Sub-pixels so small that the transform of the whole crystal is sampled three times. A number that
// is whole but for rounding stays: the digits that a file of the experiment loses do not add one.
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

// What both leave.
std::shared_ptr<const Image<std::uint16_t>> both_masks(const Inputs& inputs) {
  const auto& of_geometry = inputs.geometry ? inputs.geometry->mask : nullptr;
  if (!of_geometry) return inputs.header.mask;
  if (!inputs.header.mask) return of_geometry;
  auto both = std::make_shared<Image<std::uint16_t>>(*of_geometry);
  const auto flags = inputs.header.mask->pixels();
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i] == 0) both->pixels()[i] = 0;
  }
  return both;
}

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

Sampling resolve_sampling(const Settings& settings, const Crystal& crystal, int oversample,
                          QuirkSet quirks) {
  const auto each = [&](std::optional<bool> Settings::*flag) {
    return value(settings, flag) ? FactorSampling::per_subpixel : FactorSampling::per_pixel;
  };
  Sampling sampling;
  sampling.oversample = oversample;
  sampling.solid_angle = each(&Settings::oversample_omega);
  sampling.polarisation = each(&Settings::oversample_polar);
  sampling.absorption = each(&Settings::oversample_thick);
  const std::array<double, 3> cells = quirks.has(Quirk::interpolation_before_size)
                                          ? flagged_cells(settings, quirks)
                                          : crystal->cells;
  sampling.interpolation = settings.interpolate.value_or(few_cells(cells)) ? Interpolation::tricubic
                                                                           : Interpolation::nearest;
  sampling.cull = settings.cull_photons.value_or(0.0);
  sampling.resolution_limit = Metre(settings.dmin_A.value_or(0.0) * 1e-10);
  if (settings.roi) sampling.region = region(*settings.roi);
  return sampling;
}

Outputs resolve_outputs(const Settings& settings, std::int64_t seed, QuirkSet quirks) {
  Outputs outputs;
  // Where -out says what is wanted, the default names are not.
  const auto file = [&](std::optional<std::string> Settings::*name) {
    return settings.out_files ? settings.*name : std::optional(value(settings, name));
  };
  outputs.float_image = file(&Settings::float_file);
  outputs.int_image = file(&Settings::int_file);
  if (value(settings, &Settings::noise)) outputs.noise_image = file(&Settings::noise_file);
  if (value(settings, &Settings::pgm)) outputs.pgm = file(&Settings::pgm_file);
  outputs.png = settings.png_file;
  outputs.scale = settings.scale.value_or(0.0);
  outputs.pgm_scale = settings.pgm_scale.value_or(0.0);
  outputs.adc_offset = value(settings, &Settings::adc);
  outputs.seed = seed;
  if (quirks.has(Quirk::rmsd_counts_masked)) {
    outputs.statistics.rmsd_pixels = report::RmsdPixels::all_in_region;
  }
  if (quirks.has(Quirk::single_rounding)) {
    outputs.statistics.summation = report::Summation::one_by_one;
  }
  return outputs;
}

NamedImages resolve_images(const Settings& settings) {
  NamedImages images;
  images.files = settings.out_files.value_or(std::vector<std::string>{});
  for (const std::string& file : images.files) io::format_of(file);
  images.values =
      value(settings, &Settings::noise) ? io::PixelValues::counts : io::PixelValues::photons;
  return images;
}

// What was chosen automatically becomes explicit, so that the printed configuration repeats the
// run.
Settings effective(const Settings& given, const DetectorFrame& frame, const Sampling& sampling,
                   const kernel::Kernel& kernel, std::int64_t seed) {
  Settings defaults = default_settings();
  // What the header of an image may say has no default beside it.
  if (given.mask_file || given.header_file || given.geometry_file || given.spectrum_file) {
    defaults.wavelength_A.reset();
    defaults.pixel_mm.reset();
  }
  // With -out, a file is written only where it is named.
  if (given.out_files) {
    for (const auto name :
         {&Settings::float_file, &Settings::int_file, &Settings::noise_file, &Settings::pgm_file}) {
      (defaults.*name).reset();
    }
  }
  Settings settings = overlaid(defaults, given);
  settings.seed = seed;
  if (given.geometry_file) {
    settings.convention.reset();
  } else {
    settings.convention = frame.convention;
    if (frame.convention == Convention::custom) settings.pivot = frame.placing.pivot;
  }
  settings.oversample = sampling.oversample;
  settings.interpolate = sampling.interpolation == Interpolation::tricubic;
  settings.kernel = std::string(kernel.name);
  settings.config_file.reset();
  settings.show_config.reset();
  return settings;
}

std::vector<std::string> wavelength_warnings(const Inputs& inputs, Metre taken) {
  const Settings& settings = inputs.settings;
  if (inputs.geometry && inputs.geometry->spectrum.size() > 1 && gives_wavelengths(settings)) {
    return {
        fmt::format("the spectrum of {} is left out: the flags of the beam give wavelengths or "
                    "directions",
                    *settings.geometry_file)};
  }
  const bool given = settings.wavelength_A || settings.spectrum_file;
  if (!inputs.geometry || inputs.geometry->wavelength_m || given) return {};
  return {fmt::format("{} has no wavelength: taking {:g} Å (-lambda gives it)",
                      *settings.geometry_file, to_angstrom(taken).value())};
}

// That of the file of -geometry; empty without one.
std::vector<io::SpectrumPoint> spectrum_of(const Inputs& inputs) {
  return inputs.geometry ? inputs.geometry->spectrum : std::vector<io::SpectrumPoint>{};
}

std::vector<std::string> sampling_warnings(int oversample, int recommended_oversample) {
  if (oversample >= recommended_oversample) return {};
  const std::string remedy =
      recommended_oversample > limits::kMostSubpixels
          ? fmt::format("it takes more than {} sub-pixels", limits::kMostSubpixels)
          : fmt::format("-oversample {} resolves it", recommended_oversample);
  return {"the intensity may vary within a pixel (the crystal is large for its angle): " + remedy};
}

// Tells it at once, or leaves it among the warnings.
void tell_if_long(Resolved& run, const TellAtOnce& tell) {
  plan::check_samples(run.experiment);
  const auto warning = warn_if_long(run);
  if (!warning) return;
  if (tell) {
    tell(*warning);
  } else {
    run.warnings.push_back(*warning);
  }
}

}  // namespace

bool refuses_non_finite(const Resolved& run) { return !run.quirks.has(Quirk::nan_written); }

void check_differentiable(const Resolved& run) {
  if (!run.quirks.acts_on(compat::Scope::pixels)) return;
  throw UsageError(fmt::format("-compat {} (its quirks have no derivatives)",
                               to_text(value(run.effective, &Settings::compat))),
                   "", "leave it out");
}

void check_refinable(const Resolved& run) {
  check_differentiable(run);
  if (!run.quirks.acts_on(compat::Scope::numbers)) return;
  throw UsageError(fmt::format("-compat {} (refined numbers would be read in another sense)",
                               to_text(value(run.effective, &Settings::compat))),
                   "", "leave it out");
}

Resolved resolve(const Settings& settings, const TellAtOnce& tell) {
  return resolve(settings, value(settings, &Settings::compat).quirks, tell);
}

Resolved resolve(const Settings& given, QuirkSet quirks, const TellAtOnce& tell) {
  const kernel::Kernel& kernel = choose_kernel(given, quirks);
  const std::int64_t seed = given.seed.value_or(static_cast<long>(std::time(nullptr)));
  const Inputs inputs = read_inputs(given, quirks);
  const Settings& settings = inputs.settings;
  const HeaderFiles& header = inputs.header;
  const DetectorFrame frame = inputs.geometry ? frame_of(*inputs.geometry)
                                              : resolve_detector(settings, header.geometry, quirks);
  std::vector<Panel> panels =
      inputs.geometry ? panels_of(*inputs.geometry) : std::vector{panel_of(frame)};
  if (header.mask) check_mask_size(settings, header.mask->shape(), stack_of(panels).shape);
  Beam beam = resolve_beam(settings, header.geometry, frame, spectrum_of(inputs), quirks);
  ResolvedCrystal crystal = resolve_crystal(settings, inputs.axes, beam->wavelength, seed, quirks);
  const Amplitudes amplitudes = resolve_amplitudes(
      settings, inputs.amplitudes, illumination(settings, panels, *beam), crystal.crystal, quirks);

  const int recommended = recommended_oversample(crystal.crystal, beam->wavelength, frame, quirks);
  const int asked = static_cast<int>(settings.oversample.value_or(0));
  const int oversample = asked > 0 ? asked : recommended;
  Sampling sampling = resolve_sampling(settings, crystal.crystal, oversample, quirks);
  sampling.mask = both_masks(inputs);

  Resolved run{.experiment = {.crystal = crystal.crystal,
                              .beam = beam,
                              .spindle = resolve_spindle(settings, header.geometry, frame, quirks),
                              .detector = resolve_sensor(settings, frame, std::move(panels)),
                              .structure_factors = amplitudes.structure_factors,
                              .water = Metre(settings.water_um.value_or(0.0) / 1e6),
                              .sampling = sampling},
               .quirks = quirks,
               .kernel = &kernel,
               .threads = settings.threads ? static_cast<std::size_t>(*settings.threads)
                                           : default_thread_count(),
               .precision = precision_of(settings, kernel),
               .frame = frame,
               .outputs = resolve_outputs(settings, seed, quirks),
               .images = resolve_images(settings),
               .effective = effective(settings, frame, sampling, kernel, seed),
               .amplitude_source = amplitudes.source,
               .exercised = {},
               .warnings = {}};
  // Under its default name the file is a mere cache.
  const bool is_cache = amplitudes.dump_to_write == default_settings().dump_file;
  (is_cache ? run.outputs.cache : run.outputs.dump) = amplitudes.dump_to_write;
  tell_if_long(run, tell);
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, quirks);
  check_can_render(settings, kernel, plan);

  for (const auto& part :
       {inputs.warnings, wavelength_warnings(inputs, beam->wavelength), frame.warnings,
        cell_warnings(settings, inputs.amplitudes, cell_of(lattice_of(*crystal.crystal))),
        header_contradictions(settings, header.geometry, header.points, frame, quirks),
        crystal.warnings, amplitudes.warnings, sampling_warnings(oversample, recommended)}) {
    run.warnings.insert(run.warnings.end(), part.begin(), part.end());
  }
  run.exercised = exercised_quirks(run, settings, header, plan);
  std::ranges::copy_if(amplitudes.exercised, std::back_inserter(run.exercised),
                       [&](Quirk quirk) { return !quirks.has(quirk); });
  return run;
}

}  // namespace nanobragg::config
