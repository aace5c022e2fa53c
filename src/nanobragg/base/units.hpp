// Numbers that know their unit, and the conversions the program uses; SI everywhere inside.
#pragma once

#include <compare>

#include "nanobragg/base/constants.hpp"

namespace nanobragg {

// A double with a unit in its type. Only same-unit arithmetic and scaling are offered: a formula
// that mixes units takes .value() and says in a name what it holds.
template <class Unit>
class Quantity {
 public:
  constexpr Quantity() = default;
  explicit constexpr Quantity(double value) : value_(value) {}
  constexpr double value() const { return value_; }

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity x, Quantity y) {
    return Quantity(x.value_ + y.value_);
  }
  friend constexpr Quantity operator-(Quantity x, Quantity y) {
    return Quantity(x.value_ - y.value_);
  }
  friend constexpr Quantity operator-(Quantity x) { return Quantity(-x.value_); }
  friend constexpr Quantity operator*(double scale, Quantity x) {
    return Quantity(scale * x.value_);
  }
  friend constexpr Quantity operator/(Quantity x, double scale) {
    return Quantity(x.value_ / scale);
  }
  friend constexpr double operator/(Quantity x, Quantity y) { return x.value_ / y.value_; }

 private:
  double value_ = 0.0;
};

using Metre = Quantity<struct MetreUnit>;
using Millimetre = Quantity<struct MillimetreUnit>;
using Micrometre = Quantity<struct MicrometreUnit>;
using Angstrom = Quantity<struct AngstromUnit>;
using ElectronVolt = Quantity<struct ElectronVoltUnit>;
using Radian = Quantity<struct RadianUnit>;
using Degree = Quantity<struct DegreeUnit>;
using Milliradian = Quantity<struct MilliradianUnit>;

// Conversions divide where the reference divides, so that the last bit agrees.
constexpr Metre to_metre(Millimetre x) { return Metre(x.value() / 1000.0); }
constexpr Metre to_metre(Micrometre x) { return Metre(x.value() * 1e-6); }
constexpr Metre to_metre(Angstrom x) { return Metre(x.value() / 1.0e10); }
constexpr Radian to_radian(Degree x) { return Radian(x.value() / constants::kDegreesPerRadian); }
constexpr Radian to_radian(Milliradian x) { return Radian(x.value() / 1000.0); }
constexpr Degree to_degree(Radian x) { return Degree(x.value() * constants::kDegreesPerRadian); }
constexpr Millimetre to_millimetre(Metre x) { return Millimetre(x.value() * 1000.0); }
constexpr Angstrom to_angstrom(Metre x) { return Angstrom(x.value() * 1e10); }

// Photon energy to wavelength, λ = hc/E.
constexpr Angstrom to_wavelength(ElectronVolt energy) {
  return Angstrom(constants::kAngstromElectronVolt / energy.value());
}

}  // namespace nanobragg
