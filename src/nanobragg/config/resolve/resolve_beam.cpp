// Wavelength, sources, intensity and polarisation of the beam; angles of the spindle.
#include "nanobragg/config/resolve/resolve_beam.hpp"

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {

using compat::Quirk;
using compat::QuirkSet;

namespace {

Metre wavelength(const Settings& settings, const HeaderGeometry& header) {
  if (!settings.wavelength_A && header.wavelength_m) return Metre(*header.wavelength_m);
  return to_metre(Angstrom(value(settings, &Settings::wavelength_A)));
}

std::vector<Source> listed_sources(const Inputs& inputs, const Vec3<double>& beam_direction,
                                   Metre default_wavelength) {
  std::vector<Source> sources;
  const Vec3<double> centre = -kSourceDistance * beam_direction;
  for (const io::SourceRow& row : inputs.lists.sources) {
    sources.push_back(
        {{row.x_m.value_or(centre.x), row.y_m.value_or(centre.y), row.z_m.value_or(centre.z)},
         row.wavelength_m ? Metre(*row.wavelength_m) : default_wavelength,
         inputs.quirks.has(Quirk::source_weights_ignored) ? 1.0 : row.weight.value_or(1.0)});
  }
  return sources;
}

std::vector<Source> spectral_sources(const Inputs& inputs, const Vec3<double>& beam_direction) {
  const Settings& settings = inputs.settings;
  if (settings.source_file || settings.dispersion_percent.value_or(0.0) > 0.0) {
    throw UsageError("-spectrum with -sourcefile or -dispersion (each gives the wavelengths)");
  }
  if (settings.hdiv_range_mrad.value_or(0.0) > 0.0 ||
      settings.vdiv_range_mrad.value_or(0.0) > 0.0) {
    throw UsageError("-spectrum with a divergence (its sources have one direction)", "",
                     "a -sourcefile has directions and wavelengths");
  }
  if (inputs.quirks.has(Quirk::source_weights_ignored)) {
    throw UsageError("-spectrum with -compat " + to_text(value(settings, &Settings::compat)) +
                         " (it would ignore the weights)",
                     "", "a -sourcefile may repeat a source");
  }
  return sources_of(inputs.lists.spectrum, beam_direction);
}

double beam_size_m(const Settings& settings) {
  return metres_from_mm(value(settings, &Settings::beamsize_mm));
}

double fluence(const Settings& settings) {
  const double flux = settings.flux.value_or(0.0);
  const double exposure = value(settings, &Settings::exposure_s);
  const double beamsize = beam_size_m(settings);
  if (flux == 0.0 || exposure <= 0.0) {
    return settings.fluence.value_or(constants::kDefaultFluence);
  }
  if (beamsize == 0.0) {
    throw UsageError("-beamsize 0 with -flux (the fluence would be infinite)");
  }
  return flux * exposure / beamsize / beamsize;
}

}  // namespace

bool ignores_source_weights(QuirkSet quirks) { return quirks.has(Quirk::source_weights_ignored); }

std::vector<Source> sources_of(std::span<const io::SpectrumPoint> spectrum,
                               const Vec3<double>& beam_direction) {
  std::vector<Source> sources;
  for (const io::SpectrumPoint& point : spectrum) {
    sources.push_back({-kSourceDistance * beam_direction, Metre(point.wavelength_m), point.weight});
  }
  return sources;
}

Metre mean_wavelength(std::span<const Source> sources) {
  double sum = 0.0;
  double weights = 0.0;
  for (const Source& source : sources) {
    sum += source.weight * source.wavelength.value();
    weights += source.weight;
  }
  return Metre(sum / weights);
}

bool gives_wavelengths(const Settings& settings) {
  const auto spreads = [](const std::optional<double>& range) { return range.value_or(0.0) > 0.0; };
  return settings.wavelength_A || settings.spectrum_file || settings.source_file ||
         spreads(settings.dispersion_percent) || spreads(settings.hdiv_range_mrad) ||
         spreads(settings.vdiv_range_mrad);
}

Beam resolve_beam(const Inputs& inputs, const DetectorFrame& frame) {
  const Settings& settings = inputs.settings;
  Metre lambda = wavelength(settings, inputs.header.geometry);
  std::vector<Source> sources = settings.spectrum_file
                                    ? spectral_sources(inputs, frame.vectors.beam)
                                    : listed_sources(inputs, frame.vectors.beam, lambda);
  if (settings.spectrum_file && !settings.wavelength_A) lambda = mean_wavelength(sources);
  if (inputs.geometry && !gives_wavelengths(settings)) {
    sources = sources_of(inputs.geometry->spectrum, frame.vectors.beam);
  }
  if (sources.empty() && value(settings, &Settings::line_width_percent) > 0.0) {
    throw UsageError("-line_width without a list of wavelengths (it is that of each of them)", "",
                     "-spectrum or -sourcefile list some; -dispersion with -dispersion_shape gauss "
                     "is the width of one line");
  }
  BeamValues beam{
      .direction = frame.vectors.beam,
      .polarisation_axis = frame.vectors.polarisation_axis,
      .polarisation =
          value(settings, &Settings::polarised) ? Polarisation::kahn : Polarisation::off,
      .kahn_factor = value(settings, &Settings::kahn_factor),
      .wavelength = lambda,
      .dispersion = {count(settings.dispersion_steps),
                     converted(settings.dispersion_percent, [](double x) { return x / 100.0; }),
                     std::nullopt},
      .dispersion_profile = value(settings, &Settings::dispersion_profile),
      .divergence = {.horizontal = {count(settings.hdiv_steps),
                                    converted(settings.hdiv_range_mrad, radians_from_mrad),
                                    converted(settings.hdiv_step_mrad, radians_from_mrad)},
                     .vertical = {count(settings.vdiv_steps),
                                  converted(settings.vdiv_range_mrad, radians_from_mrad),
                                  converted(settings.vdiv_step_mrad, radians_from_mrad)},
                     .outline = value(settings, &Settings::round_divergence)
                                    ? DivergenceOutline::round
                                    : DivergenceOutline::square,
                     .profile = value(settings, &Settings::divergence_profile)},
      .sources = std::move(sources),
      .line_width = 0.01 * value(settings, &Settings::line_width_percent),
      .fluence = fluence(settings),
      .size = Metre(beam_size_m(settings))};
  return Beam(std::move(beam));
}

Beam with_beam_flags(const Beam& base, const Settings& settings) {
  BeamValues values = *base;
  values.kahn_factor = settings.kahn_factor.value_or(values.kahn_factor);
  if (settings.polarised) {
    values.polarisation = *settings.polarised ? Polarisation::kahn : Polarisation::off;
  }
  values.fluence = settings.fluence.value_or(values.fluence);
  return Beam(std::move(values));
}

namespace {

// The reference does not take an angle below 0.
std::optional<double> allowed(std::optional<double> angle, QuirkSet quirks) {
  const bool forwards_only = quirks.has(Quirk::negative_oscillation);
  return angle && *angle < 0.0 && forwards_only ? std::nullopt : angle;
}

}  // namespace

Spindle with_spindle_flags(const Spindle& base, const Settings& settings, QuirkSet quirks) {
  Spindle spindle = base;
  if (settings.phi_deg) spindle.start = Radian(radians_from_degrees(*settings.phi_deg));
  if (settings.phi_middle) {
    spindle.place = *settings.phi_middle ? StepPlace::middle : StepPlace::start;
  }
  SteppedRangeRequest& turn = spindle.oscillation;
  const auto range = allowed(converted(settings.oscillation_deg, radians_from_degrees), quirks);
  const auto step = allowed(converted(settings.phi_step_deg, radians_from_degrees), quirks);
  const auto steps = count(settings.phi_steps);
  const bool was_still = turn.range.value_or(0.0) == 0.0;
  if (range) turn.range = range;
  if (step || steps) {
    turn.step = step;
    turn.count = steps;
  } else if (range && was_still) {
    turn.step.reset();
    turn.count.reset();
  } else if (range && turn.count) {
    turn.step.reset();
  }
  return spindle;
}

Spindle resolve_spindle(const Settings& settings, const HeaderGeometry& header,
                        const DetectorFrame& frame, QuirkSet quirks) {
  const auto phi = converted(settings.phi_deg, radians_from_degrees);
  const auto oscillation = converted(settings.oscillation_deg, radians_from_degrees);
  return {frame.vectors.spindle_axis,
          Radian(phi ? *phi : header.phi_rad.value_or(0.0)),
          {count(settings.phi_steps),
           allowed(oscillation ? oscillation : header.oscillation_rad, quirks),
           allowed(converted(settings.phi_step_deg, radians_from_degrees), quirks)},
          value(settings, &Settings::phi_middle) ? StepPlace::middle : StepPlace::start};
}

}  // namespace nanobragg::config
