// Chooses the spindle among the axes of the sample.
#include "nanobragg/io/nxmx/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/io/files/unit_names.hpp"
#include "nanobragg/io/nxmx/axis_chain.hpp"

namespace nanobragg::io::nxmx {
namespace {

// Positions that motors report scatter by less.
constexpr double kStill = 1e-3 / constants::kDegreesPerRadian;

double turn_between(double from, double to, std::size_t exposures) {
  constexpr double kWhole = 2.0 * constants::kPi;
  const double turn = to - from;
  // Angles that begin again at 0 after 360°.
  return exposures > 1 && std::abs(turn) > constants::kPi ? std::remainder(turn, kWhole) : turn;
}

// The turn in an exposure as a field of its own gives it: `…_end`, or the increment.
std::optional<double> said_width(const Fields& fields, const Link& axis) {
  const auto unit = [&](const std::string& path) {
    return hdf5::attribute_text(fields.needed(path), "units")
               ? fields.factor(path, radians_of)
               : fields.factor(axis.path, radians_of);
  };
  const std::string end = axis.path + "_end";
  if (fields.has_numbers(end)) {
    const std::vector<double> ends = fields.numbers(end);
    return turn_between(axis.setting, unit(end) * fields.of_exposure(ends, end), ends.size());
  }
  for (const char* name : {"_increment_set", "_range_average", "_increment"}) {
    const std::string path = axis.path + name;
    if (fields.has_numbers(path)) {
      return unit(path) * fields.of_exposure(fields.numbers(path), path);
    }
  }
  return std::nullopt;
}

// The turn of the exposure: what the file says, or the way to the next exposure; of the last one,
// that from the one before.
std::optional<double> width(const Fields& fields, const Link& axis) {
  const std::vector<double>& angles = axis.settings;
  std::optional<double> step;
  if (angles.size() > 1) {
    const std::size_t from = std::min(fields.exposure(), angles.size() - 2);
    step = turn_between(angles[from], angles[from + 1], angles.size());
  }
  const auto said = said_width(fields, axis);
  if (!said) return step;
  // A step of another direction cannot be that of a scan.
  if (step && *said * *step < 0.0 && std::abs(*step) > kStill) {
    fields.warn(fmt::format(
        "{} goes by {:g}° from one exposure to the next, each is said to turn "
        "by {:g}° (taken)",
        axis.path, *step * constants::kDegreesPerRadian, *said * constants::kDegreesPerRadian));
  }
  return said;
}

bool moves(const Fields& fields, const Link& axis) {
  if (!axis.rotates) return false;
  const auto [least, most] = std::ranges::minmax_element(axis.settings);
  if (*most - *least > kStill) return true;
  return std::abs(said_width(fields, axis).value_or(0.0)) > 0.0;
}

// Axes of the sample on which no other depends, where the sample does not say on which it stands.
std::string innermost(const Fields& fields, const std::string& sample) {
  std::vector<std::string> axes;
  std::vector<std::string> outer;
  for (const std::string& group : fields.of_class(sample, "NXtransformations")) {
    for (const std::string& name : fields.needed(group).children) {
      const std::string path = hdf5::joined(group, name);
      const auto object = fields.look(path);
      if (!object || !hdf5::attribute_text(*object, "transformation_type")) continue;
      if (name.ends_with("_end")) continue;
      axes.push_back(path);
      outer.push_back(dependency(fields, path).value_or(""));
    }
  }
  std::erase_if(
      axes, [&](const std::string& path) { return std::ranges::find(outer, path) != outer.end(); });
  if (axes.size() == 1) return axes.front();
  if (axes.size() > 1) {
    fields.refuse("several axes of which none depends on another, and no depends_on", sample);
  }
  return "";
}

// As EIGER detectors wrote the goniometer before its axes had directions.
void read_older(const Fields& fields, const std::string& sample, GeometryFile& out) {
  const std::string path = sample + "/goniometer/omega";
  if (!fields.has_numbers(path)) return;
  for (const char* name : {"chi", "kappa", "phi"}) {
    const std::string other = sample + "/goniometer/" + name;
    const std::vector<double> angles =
        fields.has_numbers(other) ? fields.numbers(other) : std::vector<double>{};
    if (std::ranges::any_of(angles, [](double x) { return x != 0.0; })) {
      fields.warn(
          fmt::format("{} is not 0, about an axis that the file does not give (left out)", other));
    }
  }
  Link omega;
  omega.path = path;
  omega.rotates = true;
  omega.vector = {-1.0, 0.0, 0.0};
  const double unit = fields.factor(path, radians_of);
  for (const double x : fields.numbers(path)) omega.settings.push_back(unit * x);
  omega.setting = fields.of_exposure(omega.settings, path);
  fields.warn(
      fmt::format("{} has no direction: taken along −x of the file, across the beam", path));
  out.spindle_axis = from_crystfel(omega.vector);
  out.phi_rad = omega.setting;
  out.oscillation_rad = width(fields, omega);
}

std::optional<std::size_t> spindle_in(const Fields& fields, const Chain& chain) {
  std::optional<std::size_t> found;
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (!chain[i].rotates) continue;
    if (!first) first = i;
    if (!moves(fields, chain[i])) continue;
    if (found) {
      fields.warn(fmt::format("{} moves as well as {}: an exposure turns about the former alone",
                              chain[*found].path, chain[i].path));
      continue;
    }
    found = i;
  }
  return found ? found : first;
}

void read_orientation(const Fields& fields, const std::string& sample, const Chain& others,
                      GeometryFile& out) {
  const std::string path = sample + "/ub_matrix";
  if (!fields.has_numbers(path)) {
    for (const char* name : {"/unit_cell", "/orientation_matrix"}) {
      if (!fields.has_numbers(sample + name)) continue;
      fields.warn(
          fmt::format("{}{} is left out (there is no ub_matrix): -cell, -mat or -crystal "
                      "give a crystal",
                      sample, name));
    }
    return;
  }
  const auto unit_name = hdf5::attribute_text(fields.needed(path), "units");
  const auto unit = per_metre_of(unit_name.value_or(""));
  if (!unit) {
    fields.warn(fmt::format("{} is left out (its unit '{}' is not one over a length)", path,
                            unit_name.value_or("")));
    return;
  }
  constexpr std::size_t kNumbers = 9;
  const std::size_t count = fields.needed(path).count();
  const std::vector<double> values = fields.numbers(path);
  if (count % kNumbers != 0) fields.refuse("not matrices of 3 × 3", path);
  const double* const m = &values[kNumbers * fields.row_of_exposure(count / kNumbers, path)];
  const auto column = [&](std::size_t i) {
    return 1e-10 * *unit * from_crystfel(turned(others, {m[i], m[i + 3], m[i + 6]}));
  };
  const Axes<double> axes{column(0), column(1), column(2)};
  if (!(dot(axes.a, cross(axes.b, axes.c)) > 0.0)) {
    fields.refuse("the axes of the crystal do not span a right-handed cell", path);
  }
  out.reciprocal_axes = axes;
}

}  // namespace

void read_sample(const Fields& fields, const std::string& sample, GeometryFile& out) {
  const auto on = dependency(fields, sample);
  const Chain chain = read_chain(fields, on ? *on : innermost(fields, sample));
  Chain others = chain;
  if (const auto spindle = spindle_in(fields, chain)) {
    const auto at = static_cast<std::ptrdiff_t>(*spindle);
    const Chain outer(chain.begin() + at + 1, chain.end());
    const Link& axis = chain[*spindle];
    out.spindle_axis = from_crystfel(turned(outer, axis.vector));
    out.phi_rad = axis.setting;
    out.oscillation_rad = width(fields, axis);
    others.erase(others.begin() + at);
  } else if (chain.empty()) {
    read_older(fields, sample, out);
  }
  read_orientation(fields, sample, others, out);
}

}  // namespace nanobragg::io::nxmx
