// The parameters of an experiment: what can be refined, and how photons depend on it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/model/experiment.hpp"

namespace nanobragg::plan {

enum class ParameterId : std::uint8_t {
  cell_a,
  cell_b,
  cell_c,
  cell_alpha,
  cell_beta,
  cell_gamma,
  misset_x,
  misset_y,
  misset_z,
  phi,
  oscillation,
  mosaic_spread,
  cells_a,
  cells_b,
  cells_c,
  fudge,
  b_factor,
  distance,
  beam_fast,
  beam_slow,
  origin_x,
  origin_y,
  origin_z,
  tilt_x,
  tilt_y,
  tilt_z,
  twotheta,
  pixel_size,
  attenuation,
  thickness,
  wavelength,
  bandwidth,
  horizontal_divergence,
  vertical_divergence,
  kahn_factor,
  fluence,
  water,
};
inline constexpr std::size_t kParameterCount = 37;

// One row of the table. Inside, values are in SI, radians and Å; `unit` is what users see, of which
// `per_internal` make one internal unit.
struct Parameter {
  ParameterId id;
  std::string_view name;   // unique
  std::string_view group;  // a name for several at once
  std::string_view unit;
  double per_internal;
  double lower, upper;  // bounds that no value may leave, in internal units
  double scale;  // a change that shows clearly, in internal units; 0: in proportion to the value
  std::string_view help;
};

// Every parameter, in the order of the enumeration.
std::span<const Parameter> parameters();
const Parameter& info(ParameterId id);

// The parameters of a list of names and names of groups, in the order given. Throws UsageError for
// an unknown name, naming the nearest, and for a parameter named twice.
std::vector<ParameterId> find_parameters(std::span<const std::string> names);

// A value for every parameter, internal units.
template <class T>
class ParameterValues {
 public:
  T& operator[](ParameterId id) { return values_[static_cast<std::size_t>(id)]; }
  const T& operator[](ParameterId id) const { return values_[static_cast<std::size_t>(id)]; }

 private:
  std::array<T, kParameterCount> values_{};
};

ParameterValues<double> values_of(const Experiment& experiment);

// The experiment with other values; what does not differ keeps every bit. Throws Error where the
// values make no experiment.
Experiment with_values(const Experiment& experiment, const ParameterValues<double>& values);

// Why the photons of an experiment do not depend on a parameter, as a clause ("there is one mosaic
// domain"); empty where they do.
std::string why_without_effect(ParameterId id, const Experiment& experiment);

}  // namespace nanobragg::plan
