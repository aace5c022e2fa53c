// Resolves settings anew with every change, and reads files only where they are others.
#include "nanobragg/view/live_experiment.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/described_experiment.hpp"
#include "nanobragg/config/resolve/geometry_flags.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/view/refined_settings.hpp"

namespace nanobragg::view {
namespace {

using config::Group;
using config::Option;
using config::Settings;

constexpr std::size_t kUndoSteps = 200;

// What read_inputs() looks at besides the names of files.
bool is_read_from_files(const Option& option) {
  constexpr std::array<std::string_view, 5> kOthers{"-detector", "-compat", "-experiment",
                                                    "-external_files", "-column"};
  if (option.spellings.empty()) return false;
  if (config::names_file(option) && option.group != Group::output) return true;
  return std::ranges::find(kOthers, option.spellings.front().flag) != kOthers.end();
}

// Whether amplitudes of a crystal and a beam are others with another value of it.
bool makes_amplitudes(const Option& option) {
  constexpr std::array<std::string_view, 8> kKeys{
      "cell_A_deg", "solvent_density_per_A3", "solvent_B_A2", "forward_scattering",
      "default_F",  "wilson_B_A2_seed",       "dmin_A",       "leave_out_unknown"};
  return std::ranges::find(kKeys, std::string_view(option.key)) != kKeys.end();
}

// Whether it decides how far they have to reach.
bool moves_corners(const Option& option) {
  return option.group == Group::detector || option.key == "wavelength_A" ||
         option.key.starts_with("dispersion");
}

// Whether it says where the detector stands.
bool places_panel(const Option& option) {
  constexpr std::array<std::string_view, 5> kKeys{"distance_mm", "beam_x_mm", "beam_y_mm",
                                                  "twotheta_deg", "pixel_mm"};
  return std::ranges::find(kKeys, std::string_view(option.key)) != kKeys.end();
}

bool differ(const Settings& a, const Settings& b, bool (*in)(const Option&)) {
  return std::ranges::any_of(config::option_table(), [&](const Option& option) {
    return in(option) && config::toml_value(a, option) != config::toml_value(b, option);
  });
}

Settings without(const Settings& settings, const Option& option) {
  Settings out = config::overlaid({}, settings, [&](const Option& o) { return &o != &option; });
  out.implied_pivot = settings.implied_pivot;
  return out;
}

// The matrix that rotate_xyz applies.
Mat3<double> matrix_of(const Vec3<double>& angles_rad) {
  return rotation_about_z(angles_rad.z) * rotation_about_y(angles_rad.y) *
         rotation_about_x(angles_rad.x);
}

// By rows.
Mat3<double> rotation_about(const Vec3<double>& axis, double angle_rad) {
  const auto column = [&](const Vec3<double>& v) { return rotate_about(v, axis, angle_rad); };
  return transpose(
      Mat3<double>{{column({1.0, 0.0, 0.0}), column({0.0, 1.0, 0.0}), column({0.0, 0.0, 1.0})}});
}

double middle_of_exposure(const Spindle& spindle) {
  return spindle.start.value() + spindle.oscillation.range.value_or(0.0) / 2.0;
}

}  // namespace

LiveExperiment::LiveExperiment(const Settings& given, bool has_crystal)
    : has_crystal_(has_crystal) {
  read(given);
  scene_ = built(given, Amplitudes::made, 1);
}

SharedScene LiveExperiment::scene() const {
  const std::scoped_lock lock(mutex_);
  return scene_;
}

bool LiveExperiment::can_undo() const {
  const std::scoped_lock lock(mutex_);
  return !undo_.empty();
}

bool LiveExperiment::can_redo() const {
  const std::scoped_lock lock(mutex_);
  return !redo_.empty();
}

void LiveExperiment::read(const Settings& given) {
  config::Inputs inputs = config::read_inputs(given);
  additions_ = config::overlaid({}, inputs.settings, [&](const Option& option) {
    return !config::toml_value(given, option);
  });
  read_for_ = given;
  inputs_ = std::move(inputs);
}

LiveExperiment::Amplitudes LiveExperiment::needed(const Settings& given) const {
  const Settings& before = scene_->given;
  if (differ(before, given, is_read_from_files) || differ(before, given, makes_amplitudes)) {
    return Amplitudes::made;
  }
  // Those of coordinates are made as far as the detector reaches.
  const bool reach = given.model_file && differ(before, given, moves_corners);
  if (!scene_->is_exact || reach) return Amplitudes::kept_for_now;
  return Amplitudes::kept;
}

void LiveExperiment::prepare(const Settings& given, Amplitudes amplitudes) {
  // Beside a cell the crystal of a file is not read.
  const bool is_other_crystal = read_for_.cell.has_value() != given.cell.has_value();
  if (is_other_crystal || differ(read_for_, given, is_read_from_files)) read(given);
  inputs_.settings = config::overlaid(additions_, given);
  inputs_.settings.implied_pivot = given.implied_pivot;
  inputs_.amplitudes.made =
      amplitudes == Amplitudes::made ? nullptr : scene_->job.experiment.structure_factors;
}

SharedScene LiveExperiment::built(const Settings& given, Amplitudes amplitudes,
                                  std::uint64_t version) {
  prepare(given, amplitudes);
  Scene scene{.version = version,
              .given = given,
              .job = config::resolve(inputs_),
              .has_crystal = has_crystal_,
              .is_exact = amplitudes != Amplitudes::kept_for_now};
  // What stands for a crystal scatters nothing.
  if (!has_crystal_) {
    scene.job.experiment.structure_factors = std::make_shared<const StructureFactors>(0.0);
  }
  return std::make_shared<const Scene>(std::move(scene));
}

SharedScene LiveExperiment::change_to(const Settings& given, const Movement& movement) {
  SharedScene next = built(given, needed(given), scene_->version + 1);
  const std::scoped_lock lock(mutex_);
  if (movement.empty() || movement != last_movement_) {
    undo_.push_back(scene_->given);
    if (undo_.size() > kUndoSteps) undo_.pop_front();
  }
  last_movement_ = movement;
  redo_.clear();
  scene_ = std::move(next);
  return scene_;
}

// A detector that stands where a file says is placed by flags before it is moved, and so is a
// crystal before its cell is.
Settings LiveExperiment::movable(const Option& option) const {
  const Settings& given = scene_->given;
  const CrystalValues& crystal = *scene_->job.experiment.crystal;
  if (option.key == "cell_A_deg" && !given.cell && !given.matrix_file && crystal.reciprocal_axes) {
    return oriented_by_misset(given, crystal);
  }
  const bool is_by_file = given.geometry_file || given.header_file;
  if (!is_by_file || !places_panel(option)) return given;
  return config::with_geometry_flags(given, scene_->job);
}

Settings LiveExperiment::changed(const Option& option,
                                 const std::vector<std::string>& elements) const {
  Settings next = without(movable(option), option);
  if (elements.empty()) return next;
  const config::ValueForm form = config::form_of(option);
  const bool is_word = elements.size() == 1 && elements.front() == form.word;
  if (!is_word && (elements.size() < form.least || elements.size() > form.most)) {
    throw UsageError(option.key + " needs " + config::describe(form));
  }
  next = config::with_value(next, option, elements, {option.key, ""});
  return config::with_effect(next, option);
}

SharedScene LiveExperiment::set(const Option& option, const std::vector<std::string>& elements,
                                const Movement& movement) {
  const std::scoped_lock changing(changing_);
  return change_to(changed(option, elements), movement);
}

std::string LiveExperiment::why_fixed(const Option& option,
                                      const std::vector<std::string>& elements) {
  const std::scoped_lock changing(changing_);
  const Settings& given = scene_->given;
  const std::string by = given.experiment_file.value_or("") + "\n" +
                         given.geometry_file.value_or("") + "\n" + given.header_file.value_or("");
  if (by != fixed_by_) fixed_.clear();
  fixed_by_ = by;
  // Flags fix nothing; and a file is not read again to find out.
  if (elements.empty() || is_read_from_files(option) || by == "\n\n") return {};
  const std::string path = config::path_of(option);
  if (const auto known = fixed_.find(path); known != fixed_.end()) return known->second;
  std::string why;
  try {
    prepare(changed(option, elements), Amplitudes::kept_for_now);
    static_cast<void>(inputs_.stored ? config::experiment_of_file(inputs_)
                                     : config::experiment_of_flags(inputs_));
  } catch (const Error& error) {
    why = error.problem();
  }
  return fixed_[path] = why;
}

SharedScene LiveExperiment::turn(const Vec3<double>& axis, double angle_rad,
                                 const Movement& movement) {
  const std::scoped_lock changing(changing_);
  const Experiment& experiment = scene_->job.experiment;
  const Spindle& spindle = experiment.spindle;
  // The missetting comes before the turn of the spindle.
  const Mat3<double> to_spindle = rotation_about(spindle.axis, middle_of_exposure(spindle));
  const Mat3<double> turn =
      transpose(to_spindle) * rotation_about(unit(axis), angle_rad) * to_spindle;
  const Vec3<double> angles = xyz_angles_rad(turn * matrix_of(experiment.crystal->misset_rad));
  Settings next = scene_->given;
  const double degrees = constants::kDegreesPerRadian;
  next.misset_random.reset();
  next.misset_seed.reset();
  next.misset_deg = Vec3{degrees * angles.x, degrees * angles.y, degrees * angles.z};
  return change_to(next, movement);
}

SharedScene LiveExperiment::replace(const Settings& given) {
  const std::scoped_lock changing(changing_);
  return change_to(given, "");
}

SharedScene LiveExperiment::step(std::deque<Settings>& from, std::deque<Settings>& to) {
  const std::scoped_lock changing(changing_);
  if (from.empty()) return scene_;
  SharedScene next = built(from.back(), needed(from.back()), scene_->version + 1);
  const std::scoped_lock lock(mutex_);
  from.pop_back();
  to.push_back(scene_->given);
  last_movement_.clear();
  scene_ = std::move(next);
  return scene_;
}

SharedScene LiveExperiment::undo() { return step(undo_, redo_); }
SharedScene LiveExperiment::redo() { return step(redo_, undo_); }

SharedScene LiveExperiment::exact(std::uint64_t version) {
  const std::scoped_lock changing(changing_);
  if (scene_->version != version) return nullptr;
  if (scene_->is_exact) return scene_;
  SharedScene next = built(scene_->given, Amplitudes::made, version);
  const std::scoped_lock lock(mutex_);
  scene_ = std::move(next);
  return scene_;
}

}  // namespace nanobragg::view
