// The parameters of an experiment: what can be refined, and how photons depend on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/model/experiment.hpp"

namespace nanobragg::plan {

// From `panel_motions` on: the motions of the first panel, of the second, …
enum class ParameterId : std::uint32_t {
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
  mosaic_a,
  mosaic_b,
  mosaic_c,
  mosaic_bc,
  mosaic_ac,
  mosaic_ab,
  cell_spread,
  cells_a,
  cells_b,
  cells_c,
  blocks,
  fudge,
  b_factor,
  b_11,
  b_22,
  b_33,
  b_12,
  b_13,
  b_23,
  sigma_x,
  sigma_y,
  sigma_z,
  gamma_x,
  gamma_y,
  gamma_z,
  lattice_turn,  // of the first lattice about x, y and z; those of the others follow
  lattice_weight = lattice_turn + 3 * kMostRefinedLattices,  // of the first lattice, and so on
  distance = lattice_weight + kMostRefinedLattices,
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
  slab_thickness,                                // of the first slab; those of the others follow
  measured_scale = slab_thickness + kMostSlabs,  // of the first measured background, and so on
  point_spread = measured_scale + kMostMeasured,
  panel_motions,
};
constexpr ParameterId slab_thickness(std::size_t slab) {
  return static_cast<ParameterId>(static_cast<std::size_t>(ParameterId::slab_thickness) + slab);
}
constexpr ParameterId measured_scale(std::size_t background) {
  return static_cast<ParameterId>(static_cast<std::size_t>(ParameterId::measured_scale) +
                                  background);
}
// About x, y or z.
constexpr ParameterId lattice_turn(std::size_t lattice, std::size_t axis) {
  return static_cast<ParameterId>(static_cast<std::size_t>(ParameterId::lattice_turn) +
                                  3 * lattice + axis);
}
constexpr ParameterId lattice_weight(std::size_t lattice) {
  return static_cast<ParameterId>(static_cast<std::size_t>(ParameterId::lattice_weight) + lattice);
}
constexpr bool is_of_lattice(ParameterId id) {
  return id >= ParameterId::lattice_turn && id < lattice_weight(kMostRefinedLattices);
}
// Of B11, B22, B33, B12, B13, B23.
constexpr ParameterId anisotropic_b(std::size_t element) {
  return static_cast<ParameterId>(static_cast<std::size_t>(ParameterId::b_11) + element);
}
inline constexpr std::size_t kParameterCount = static_cast<std::size_t>(ParameterId::panel_motions);

// What moves a panel from where it was placed (model/panel_motion.hpp).
enum class Motion : std::uint8_t {
  shift_fast,
  shift_slow,
  shift_normal,
  turn_fast,
  turn_slow,
  turn_normal,
};
inline constexpr std::size_t kMotionCount = 6;

struct MotionOfPanel {
  std::size_t panel;
  Motion motion;
};
ParameterId id_of(const MotionOfPanel& motion);
// Unset for a parameter of the whole experiment.
std::optional<MotionOfPanel> motion_in(ParameterId id);

// One row of the table. Inside, values are in SI, radians and Å; `unit` is what users see, of which
// `per_internal` make one internal unit.
struct Parameter {
  ParameterId id;          // of a motion: that of the first panel
  std::string_view name;   // unique; of a motion without its panel
  std::string_view group;  // a name for several at once
  std::string_view unit;
  double per_internal;
  double lower, upper;  // bounds that no value may leave, in internal units
  double scale;  // a change that shows clearly, in internal units; 0: in proportion to the value
  std::string_view help;
};

// Those of the whole experiment in the order of the enumeration, then the motions of a panel.
std::span<const Parameter> parameters();
std::span<const Parameter> motions();
const Parameter& info(ParameterId id);

// Every parameter that an experiment has; of several panels the motions too, as one alone moves
// with the detector.
std::vector<ParameterId> parameters_of(const Experiment& experiment);

// The parameters of a list of names and names of groups, in the order given. Throws UsageError for
// an unknown name, naming the nearest, and for a parameter named twice. panel[*] stands for each of
// so many panels.
std::vector<ParameterId> find_parameters(std::span<const std::string> names,
                                         std::size_t panels = 1);

// A value for every parameter, internal units. Motions that were never set are 0.
template <class T>
class ParameterValues {
 public:
  ParameterValues() = default;
  template <class S>
  explicit ParameterValues(const ParameterValues<S>& from)
      : values_(from.all().begin(), from.all().end()) {}

  T& operator[](ParameterId id) {
    const auto i = static_cast<std::size_t>(id);
    if (i >= values_.size()) values_.resize(i + 1, T(0));
    return values_[i];
  }
  const T& operator[](ParameterId id) const {
    static const T kZero(0);
    const auto i = static_cast<std::size_t>(id);
    return i < values_.size() ? values_[i] : kZero;
  }
  std::span<const T> all() const { return values_; }
  PanelMotion<T> motion(std::size_t panel) const {
    const auto of = [&](Motion m) { return (*this)[id_of({panel, m})]; };
    return {{of(Motion::shift_fast), of(Motion::shift_slow), of(Motion::shift_normal)},
            {of(Motion::turn_fast), of(Motion::turn_slow), of(Motion::turn_normal)}};
  }

 private:
  std::vector<T> values_ = std::vector<T>(kParameterCount, T(0));
};

ParameterValues<double> values_of(const Experiment& experiment);

// The experiment with other values; what does not differ keeps every bit. Throws Error where the
// values make no experiment.
Experiment with_values(const Experiment& experiment, const ParameterValues<double>& values);

// Why the photons of an experiment do not depend on a parameter, as a clause ("there is one mosaic
// domain"); empty where they do.
std::string why_without_effect(ParameterId id, const Experiment& experiment);

}  // namespace nanobragg::plan
