// Asks xraylib, which is included here alone.
#include "nanobragg/physics/attenuation.hpp"

#include <fmt/format.h>
#include <xraylib.h>

#include <cmath>
#include <memory>

#include "nanobragg/base/error.hpp"

namespace nanobragg::physics {
namespace {

struct FreeError {
  void operator()(xrl_error* error) const { xrl_error_free(error); }
};
struct FreeCompound {
  void operator()(compoundData* compound) const { FreeCompoundData(compound); }
};

}  // namespace

void check_formula(const std::string& formula) {
  xrl_error* error = nullptr;
  const std::unique_ptr<compoundData, FreeCompound> compound(
      CompoundParser(formula.c_str(), &error));
  const std::unique_ptr<xrl_error, FreeError> owner(error);
  if (compound) return;
  throw Error(fmt::format("unknown material '{}' (not a chemical formula)", formula), "",
              "write it as Si, CdTe, Gd2O2S or Cd0.9Zn0.1Te");
}

double attenuation_per_m(const Material& material, ElectronVolt energy) {
  check_formula(material.formula);
  constexpr double kDensest = 3e4;  // kg/m³; osmium has 22 590
  const double density = material.density_kg_per_m3;
  if (!(density > 0.0 && density <= kDensest)) {
    throw Error(fmt::format("impossible density of {}: {:g} g/cm³ (above 0, at most {:g})",
                            material.formula, 1e-3 * density, 1e-3 * kDensest));
  }
  xrl_error* error = nullptr;
  const double of_mass = CS_Total_CP(material.formula.c_str(), 1e-3 * energy.value(), &error);
  const std::unique_ptr<xrl_error, FreeError> owner(error);
  if (owner || !(of_mass > 0.0) || !std::isfinite(of_mass)) {
    throw Error(fmt::format("no attenuation of {} is known for photons of {:g} keV",
                            material.formula, 1e-3 * energy.value()),
                "", "the tables of cross sections have 0.1 to 800 keV");
  }
  constexpr double kSquareMetresPerKilogram = 0.1;  // one cm²/g
  return of_mass * kSquareMetresPerKilogram * density;
}

}  // namespace nanobragg::physics
