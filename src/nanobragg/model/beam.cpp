// What a valid beam is.
#include "nanobragg/model/beam.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

void check_wavelength(Metre wavelength) {
  if (!(wavelength.value() > 0.0) || !std::isfinite(wavelength.value())) {
    throw Error(fmt::format("impossible wavelength {:g} Å (it must be positive)",
                            to_angstrom(wavelength).value()));
  }
}

}  // namespace

void check(const BeamValues& values) {
  check_wavelength(values.wavelength);
  if (!(values.fluence >= 0.0) || !std::isfinite(values.fluence)) {
    throw Error(fmt::format("impossible fluence {:g} photons/m²", values.fluence));
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
    if (!(length(source.position_m) > 0.0)) throw Error("a source stands on the sample");
    weight += source.weight;
  }
  if (!values.sources.empty() && !(weight > 0.0)) throw Error("all sources have weight 0");
}

}  // namespace nanobragg
