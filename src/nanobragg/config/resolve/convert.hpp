// Small conversions from settings, in the user's units, to SI.
#pragma once

#include <optional>

#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// The setting, or the default that changes nothing when it is repeated.
template <class T>
T value(const Settings& settings, std::optional<T> Settings::*member) {
  return (settings.*member) ? *(settings.*member) : *(default_settings().*member);
}

template <class F>
std::optional<double> converted(const std::optional<double>& given, F convert) {
  if (!given) return std::nullopt;
  return convert(*given);
}

inline std::optional<int> count(const std::optional<long>& steps) {
  if (!steps) return std::nullopt;
  return static_cast<int>(*steps);
}

inline double radians_from_degrees(double x) { return to_radian(Degree(x)).value(); }
inline double radians_from_mrad(double x) { return to_radian(Milliradian(x)).value(); }
inline double metres_from_mm(double x) { return to_metre(Millimetre(x)).value(); }
inline double metres_from_um(double x) { return to_metre(Micrometre(x)).value(); }

}  // namespace nanobragg::config
