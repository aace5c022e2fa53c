// Puts the experiment of flags together, in the order in which the reference decides.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/amplitudes.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/described_experiment.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/config/resolve/header_centre.hpp"
#include "nanobragg/config/resolve/named_detector.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/config/resolve/resolve_background.hpp"
#include "nanobragg/config/resolve/resolve_beam.hpp"
#include "nanobragg/config/resolve/resolve_beamstop.hpp"
#include "nanobragg/config/resolve/resolve_crystal.hpp"
#include "nanobragg/config/resolve/resolve_disorder.hpp"
#include "nanobragg/config/resolve/resolve_lattices.hpp"
#include "nanobragg/config/resolve/resolve_point_spread.hpp"
#include "nanobragg/config/resolve/resolve_sampling.hpp"
#include "nanobragg/config/resolve/sensor_words.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;
using compat::QuirkSet;

// Where the detector stands: as a whole, its first panel, and all of them.
struct StandingDetector {
  DetectorFrame whole, first;
  std::vector<Panel> panels;
};

StandingDetector stand(const io::GeometryFile& geometry, const DetectorFrame& whole) {
  return {whole, frame_of(geometry), panels_of(geometry)};
}

StandingDetector stand(const Inputs& inputs) {
  if (inputs.geometry) return stand(*inputs.geometry, frame_of(*inputs.geometry));
  const DetectorFrame whole =
      resolve_detector(inputs.settings, inputs.header.geometry, inputs.quirks);
  if (inputs.detector && !inputs.detector->panels.empty()) {
    return stand(described_geometry(*inputs.detector, whole), whole);
  }
  return {whole, whole, {panel_of(whole)}};
}

Detector resolve_panels(const Inputs& inputs, const StandingDetector& standing, Metre wavelength) {
  const Settings& settings = inputs.settings;
  Detector detector;
  detector.panels = standing.panels;
  // One placement is that of one panel.
  if (detector.panels.size() == 1) detector.placement = standing.first.placing;
  detector.pixel_model =
      value(settings, &Settings::point_pixel) ? PixelModel::point : PixelModel::area;
  detector.curvature = value(settings, &Settings::curved) ? Curvature::spherical : Curvature::flat;
  detector.sensor = resolve_sensor(settings, wavelength);
  detector.point_spread = resolve_point_spread(settings, std::nullopt);
  if (inputs.detector) detector.name = inputs.detector->name;
  return detector;
}

// By weight, as the attenuation of a sensor is taken for all of the beam.
Metre mean_wavelength(const BeamValues& beam) {
  return beam.sources.empty() ? beam.wavelength : config::mean_wavelength(beam.sources);
}

// What gave the detector another size than the mask's.
std::string mask_hint(const Settings& settings) {
  if (settings.detector) return fmt::format("the detector is {}", *settings.detector);
  if (settings.pixels_fast || settings.pixels_slow) {
    return "without -detpixels the detector takes the size of the mask";
  }
  const auto& of_header = settings.header_file;
  const auto& file = of_header ? of_header : settings.geometry_file;
  if (!file) return "without -detsize the detector takes the size of the mask";
  return fmt::format("the detector is that of '{}': give a mask of its size", *file);
}

void check_mask_size(const Settings& settings, const ImageShape& mask, const ImageShape& detector) {
  if (mask == detector) return;
  throw Error(fmt::format("mask of {} × {} pixels (the detector has {} × {})", mask.fast, mask.slow,
                          detector.fast, detector.slow),
              *settings.mask_file, mask_hint(settings));
}

// A little finer than the corner, because spots have a width and a spectrum has a short end.
Illumination illumination(const Settings& settings, const std::vector<Panel>& panels,
                          const BeamValues& beam) {
  constexpr double kMargin = 0.98;
  double shortest = beam.wavelength.value();
  for (const Source& source : beam.sources) {
    shortest = std::min(shortest, source.wavelength.value());
  }
  const double half_span = beam.dispersion_profile == Profile::gauss ? 1.5 : 0.5;
  const double spectrum =
      shortest / beam.wavelength.value() / (1.0 + half_span * beam.dispersion.range.value_or(0.0));
  const double corner = kMargin * spectrum * best_resolution_A(panels, beam);
  return {std::max(corner, settings.dmin_A.value_or(0.0)), to_angstrom(beam.wavelength).value()};
}

using Mask = std::shared_ptr<const Image<std::uint16_t>>;

// What both leave.
Mask both_masks(const Mask& one, const Mask& other) {
  if (!one) return other;
  if (!other) return one;
  auto both = std::make_shared<Image<std::uint16_t>>(*one);
  const auto flags = other->pixels();
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i] == 0) both->pixels()[i] = 0;
  }
  return both;
}

// What the file of -geometry, -mask and the gaps of a known detector leave.
Mask all_masks(const Inputs& inputs) {
  const Mask of_geometry = inputs.geometry ? inputs.geometry->mask : nullptr;
  const Mask of_gaps = inputs.detector ? mask_of_gaps(*inputs.detector) : nullptr;
  return both_masks(both_masks(of_geometry, inputs.header.mask), of_gaps);
}

// What was chosen automatically becomes explicit, so that the printed configuration repeats the
// run.
Settings effective(const Settings& given, const DetectorFrame& frame, const Sampling& sampling) {
  Settings defaults = default_settings();
  // What the header of an image may say has no default beside it.
  if (given.mask_file || given.header_file || given.geometry_file || given.spectrum_file) {
    defaults.wavelength_A.reset();
    defaults.pixel_mm.reset();
  }
  if (given.sensor) defaults.thickness_um.reset();
  // With -out, a file is written only where it is named.
  if (given.out_files) {
    for (const auto name :
         {&Settings::float_file, &Settings::int_file, &Settings::noise_file, &Settings::pgm_file}) {
      (defaults.*name).reset();
    }
  }
  Settings settings = overlaid(defaults, given);
  if (given.geometry_file) {
    settings.convention.reset();
  } else {
    settings.convention = frame.convention;
    if (frame.convention == Convention::custom) settings.pivot = frame.placing.pivot;
  }
  settings.oversample = sampling.oversample;
  settings.interpolate = sampling.interpolation == Interpolation::tricubic;
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

}  // namespace

DescribedExperiment experiment_of_flags(const Inputs& inputs) {
  const Settings& settings = inputs.settings;
  const HeaderFiles& header = inputs.header;
  const QuirkSet quirks = inputs.quirks;
  const StandingDetector standing = stand(inputs);
  const DetectorFrame& frame = standing.whole;
  const std::vector<Panel>& panels = standing.panels;
  if (header.mask) check_mask_size(settings, header.mask->shape(), stack_of(panels).shape);
  Beam beam = resolve_beam(inputs, frame);
  const ResolvedCrystal crystal = resolve_crystal(inputs, beam->wavelength);
  const Amplitudes amplitudes = resolve_amplitudes(
      settings, inputs.amplitudes, illumination(settings, panels, *beam), crystal.crystal, quirks);
  const int recommended = recommended_oversample(crystal.crystal, beam->wavelength, frame, quirks);
  Sampling sampling = resolve_sampling(settings, crystal.crystal, recommended, quirks);
  sampling.mask = all_masks(inputs);
  MeasuredBackgrounds measured = resolve_measured(settings, inputs.lists.background, panels, *beam);

  DescribedExperiment out{
      .experiment = {.crystal = crystal.crystal,
                     .lattices = resolve_lattices(settings),
                     .beam = beam,
                     .spindle = resolve_spindle(settings, header.geometry, frame, quirks),
                     .detector = resolve_panels(inputs, standing, mean_wavelength(*beam)),
                     .structure_factors = amplitudes.structure_factors,
                     .water = Metre(settings.water_um.value_or(0.0) / 1e6),
                     .slabs = resolve_slabs(settings, inputs.lists.background, beam->size),
                     .measured = std::move(measured.list),
                     .beamstop = resolve_beamstop(settings, frame),
                     .sampling = sampling},
      .frame = standing.first,
      .amplitude_source = amplitudes.source,
      .dump = amplitudes.dump,
      .effective = effective(settings, frame, sampling),
      .warnings = {},
      .exercised = amplitudes.exercised};
  for (const auto& part :
       {inputs.warnings, wavelength_warnings(inputs, beam->wavelength), frame.warnings,
        cell_warnings(settings, inputs.amplitudes, cell_of(lattice_of(*crystal.crystal))),
        header_contradictions(settings, header.geometry, header.points, frame, quirks),
        crystal.warnings, lattice_warnings(settings), amplitudes.warnings,
        background_warnings(settings, out.experiment), measured.warnings,
        disorder_warnings(out.experiment),
        sampling_warnings(sampling, crystal.crystal->shape, recommended)}) {
    out.warnings.insert(out.warnings.end(), part.begin(), part.end());
  }
  return out;
}

}  // namespace nanobragg::config
