// Wavelengths as NXbeam has them, with the names of older definitions.
#include "nanobragg/io/nxmx/beam.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/io/files/unit_names.hpp"

namespace nanobragg::io::nxmx {
namespace {

// The weights of a list of wavelengths: NXbeam had two names for them.
std::optional<std::string> weights_of(const Fields& fields, const std::string& wavelengths) {
  for (const char* end : {"_weights", "_weight"}) {
    if (fields.has_numbers(wavelengths + end)) return wavelengths + end;
  }
  return std::nullopt;
}

// One row of a list that is the same for all exposures, or has a row for each.
std::vector<double> row_of(const Fields& fields, const std::string& path) {
  const std::vector<std::size_t> shape = fields.needed(path).shape;
  if (shape.size() < 2) return fields.numbers(path);
  if (shape.size() > 2) {
    fields.refuse(fmt::format("numbers in {} directions", shape.size()), path);
  }
  return fields.numbers(path, hdf5::Rows{fields.row_of_exposure(shape.front(), path), 1});
}

std::vector<SpectrumPoint> spectrum_of(const Fields& fields, const std::string& wavelengths,
                                       const std::string& weights) {
  const double unit = fields.factor(wavelengths, metres_of);
  const std::vector<double> lambda = row_of(fields, wavelengths);
  const std::vector<double> weight = row_of(fields, weights);
  if (lambda.size() != weight.size()) {
    fields.refuse(fmt::format("{} weights for {} wavelengths", weight.size(), lambda.size()),
                  weights);
  }
  std::vector<SpectrumPoint> points;
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    if (!(lambda[i] > 0.0) || !std::isfinite(lambda[i])) {
      fields.refuse("no positive wavelength", wavelengths);
    }
    if (!(weight[i] >= 0.0) || !std::isfinite(weight[i])) {
      fields.refuse("a weight below 0", weights);
    }
    if (weight[i] > 0.0) points.push_back({unit * lambda[i], weight[i]});
  }
  if (points.empty()) fields.refuse("a spectrum without weight", weights);
  return points;
}

// One number, or one each exposure, above 0.
double positive_of_exposure(const Fields& fields, const std::string& path, std::size_t images) {
  const std::vector<double> values = fields.numbers(path);
  if (values.size() > 1 && images > 0 && values.size() != images) {
    fields.refuse(fmt::format("{} numbers for {} images, without weights (neither one, nor one "
                              "each, nor a spectrum)",
                              values.size(), images),
                  path);
  }
  const double value = fields.of_exposure(values, path);
  if (!(value > 0.0) || !std::isfinite(value)) fields.refuse("it must be above 0", path);
  return value;
}

std::optional<double> wavelength_of_energy(const Fields& fields, const std::string& path,
                                           std::size_t images) {
  if (!fields.has_numbers(path)) return std::nullopt;
  const double energy =
      fields.factor(path, electron_volts_of) * positive_of_exposure(fields, path, images);
  return 1e-10 * constants::kAngstromElectronVolt / energy;
}

void read_wavelength(const Fields& fields, const std::string& beam, std::size_t images,
                     GeometryFile& out) {
  const std::string wavelength = beam + "/incident_wavelength";
  if (const auto text = fields.text(wavelength)) {
    fields.refuse(fmt::format("a text ('{}') where a number is expected", *text), wavelength);
  }
  const auto by_energy = wavelength_of_energy(fields, beam + "/incident_energy", images);
  if (fields.has_numbers(wavelength)) {
    const auto variant = hdf5::attribute_text(fields.needed(wavelength), "variant");
    const std::string other = hdf5::joined(beam, variant.value_or("incident_wavelength"));
    if (const auto weights = weights_of(fields, other); weights && fields.has_numbers(other)) {
      out.spectrum = spectrum_of(fields, other, *weights);
    } else if (const auto own = weights_of(fields, wavelength)) {
      out.spectrum = spectrum_of(fields, wavelength, *own);
    }
    // The mean of a spectrum where the list itself has the weights.
    out.wavelength_m = weights_of(fields, wavelength)
                           ? mean_wavelength_m(out.spectrum)
                           : fields.factor(wavelength, metres_of) *
                                 positive_of_exposure(fields, wavelength, images);
    constexpr double kClose = 1e-3;
    if (by_energy && std::abs(*by_energy - *out.wavelength_m) > kClose * *out.wavelength_m) {
      fields.warn(fmt::format("{} is {:.5g} Å (taken), incident_energy is that of {:.5g} Å",
                              wavelength, 1e10 * *out.wavelength_m, 1e10 * *by_energy));
    }
  } else {
    out.wavelength_m = by_energy;
  }
  const std::string spread = wavelength + "_spread";
  if (fields.has_numbers(spread) && fields.number(spread).value_or(0.0) != 0.0) {
    fields.warn(fmt::format("{} is left out: -dispersion gives a bandwidth", spread));
  }
  const std::string divergence = beam + "/incident_beam_divergence";
  if (fields.has_numbers(divergence) &&
      std::ranges::any_of(fields.numbers(divergence), [](double x) { return x != 0.0; })) {
    fields.warn(fmt::format("{} is left out: -divergence gives one", divergence));
  }
}

void warn_of_flux(const Fields& fields, const std::string& beam) {
  for (const char* name : {"/flux", "/total_flux", "/flux_integrated", "/total_flux_integrated"}) {
    const std::string path = beam + name;
    if (!fields.has_numbers(path)) continue;
    if (std::ranges::all_of(fields.numbers(path), [](double x) { return x == 0.0; })) continue;
    fields.warn(fmt::format("{} is left out: -flux, -exposure and -beamsize give one", path));
  }
}

void read_polarisation(const Fields& fields, const std::string& beam, GeometryFile& out) {
  for (const char* name : {"/incident_polarisation_stokes", "/incident_polarization_stokes"}) {
    const std::string path = beam + name;
    if (!fields.has_numbers(path)) continue;
    const std::vector<double> s = row_of(fields, path);
    if (s.size() < 4 || !(s[0] > 0.0)) {
      fields.refuse("no Stokes parameters (four, of a positive intensity)", path);
    }
    // The field of linearly polarised light stands at half the angle of (S1, S2) from x.
    const double angle = std::atan2(s[2], s[1]) / 2.0;
    out.kahn_factor = std::hypot(s[1], s[2]) / s[0];
    out.polarisation_axis = from_crystfel({std::cos(angle), std::sin(angle), 0.0});
    return;
  }
}

}  // namespace

void read_beam(const Fields& fields, const std::vector<std::string>& groups, std::size_t images,
               GeometryFile& out) {
  for (const std::string& group : groups) {
    for (const std::string& beam : fields.of_class(group, "NXbeam")) {
      if (out.wavelength_m) return;
      read_wavelength(fields, beam, images, out);
      warn_of_flux(fields, beam);
      if (!out.kahn_factor) read_polarisation(fields, beam, out);
    }
  }
  for (const std::string& group : groups) {
    for (const std::string& optics : fields.of_class(group, "NXmonochromator")) {
      if (out.wavelength_m) return;
      const std::string wavelength = optics + "/wavelength";
      if (fields.has_numbers(wavelength)) {
        out.wavelength_m =
            fields.factor(wavelength, metres_of) * positive_of_exposure(fields, wavelength, images);
      } else {
        out.wavelength_m = wavelength_of_energy(fields, optics + "/energy", images);
      }
    }
  }
}

}  // namespace nanobragg::io::nxmx
