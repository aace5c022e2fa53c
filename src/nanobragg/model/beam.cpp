// What a valid beam is.
#include "nanobragg/model/beam.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg {
namespace {

void check_wavelength(Metre wavelength) {
  const double metres = wavelength.value();
  if (!(metres > 0.0)) {
    throw Error(fmt::format("impossible wavelength {:g} Å (it must be positive)",
                            to_angstrom(wavelength).value()));
  }
  if (metres < limits::kShortestWavelength_m || !(metres <= limits::kLongestWavelength_m)) {
    throw Error(fmt::format("impossible wavelength {:g} Å ({:g} to {:g} Å can be computed)",
                            to_angstrom(wavelength).value(), 1e10 * limits::kShortestWavelength_m,
                            1e10 * limits::kLongestWavelength_m),
                "", "-lambda takes Å, -energy eV, the last column of a -sourcefile m");
  }
}

void check_dispersion(const SteppedRangeRequest& dispersion) {
  const double range = dispersion.range.value_or(0.0);
  if (!(range >= 0.0 && range < limits::kMostBandwidth)) {
    throw Error(
        fmt::format("impossible dispersion {:g} % (the shortest wavelength would not be "
                    "positive: less than {:g} %)",
                    100.0 * range, 100.0 * limits::kMostBandwidth));
  }
  const double step = dispersion.step.value_or(0.0);
  if (!std::isfinite(step)) throw Error(fmt::format("impossible step of dispersion {:g}", step));
}

void check_divergence(const SteppedRangeRequest& divergence) {
  for (const auto& angle : {divergence.range, divergence.step}) {
    if (angle && !(*angle >= 0.0 && *angle <= limits::kWidestDivergence_rad)) {
      throw Error(fmt::format("impossible divergence {:g} mrad (0 to {:.6g} mrad)", 1e3 * *angle,
                              1e3 * limits::kWidestDivergence_rad));
    }
  }
}

bool is_direction(const Vec3<double>& v) { return std::isfinite(dot(v, v)) && dot(v, v) > 0.0; }

}  // namespace

void check(const BeamValues& values) {
  check_wavelength(values.wavelength);
  check_dispersion(values.dispersion);
  check_divergence(values.divergence.horizontal);
  check_divergence(values.divergence.vertical);
  if (!is_direction(values.direction) || !is_direction(values.polarisation_axis)) {
    throw Error("the beam or its polarisation has no direction");
  }
  if (!(values.fluence >= 0.0) || !std::isfinite(values.fluence)) {
    throw Error(fmt::format("impossible fluence {:g} photons/m²", values.fluence));
  }
  if (!(values.size.value() >= 0.0) || !std::isfinite(values.size.value())) {
    throw Error(fmt::format("impossible size of the beam {:g} mm", 1e3 * values.size.value()));
  }
  if (!(std::abs(values.kahn_factor) <= 1.0)) {
    throw Error(fmt::format("impossible Kahn polarisation factor {:g} (it lies in -1 … 1)",
                            values.kahn_factor));
  }
  double weight = 0.0;
  for (const Source& source : values.sources) {
    check_wavelength(source.wavelength);
    if (!(source.weight >= 0.0) || !std::isfinite(source.weight)) {
      throw Error(fmt::format("impossible source weight {:g}", source.weight));
    }
    if (!is_direction(source.position_m)) throw Error("a source is at the sample");
    weight += source.weight;
  }
  if (!(values.line_width >= 0.0 && values.line_width < limits::kMostBandwidth)) {
    throw Error(fmt::format("impossible width of a line {:g} % (0 to {:g} %)",
                            100.0 * values.line_width, 100.0 * limits::kMostBandwidth));
  }
  if (values.line_width > 0.0 && values.sources.empty()) {
    throw Error("a width of listed wavelengths, of which there are none");
  }
  if (!values.sources.empty() && !(weight > 0.0)) throw Error("all sources have weight 0");
}

}  // namespace nanobragg
