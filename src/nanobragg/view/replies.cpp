// Writes and reads the messages between the server and its pages.
#include "nanobragg/view/replies.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/build_info.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/report/rings.hpp"
#include "nanobragg/view/assets.hpp"
#include "nanobragg/view/fields.hpp"

namespace nanobragg::view {
namespace {

using nlohmann::json;

json of(const Vec3<double>& v) { return {v.x, v.y, v.z}; }

json limits_of(const Picture& picture) {
  const auto& [low, high, median, bright, has_background] = picture.limits;
  return {{"low", low}, {"high", high}, {"median", median}, {"bright", bright}};
}

json geometry_of(const Scene& scene, const Opening& opening) {
  const Experiment& e = scene.job.experiment;
  json panels = json::array();
  for (const Panel& panel : e.detector.panels) {
    panels.push_back({{"corner", of(panel->corner_m)},
                      {"fast", of(panel->fast)},
                      {"slow", of(panel->slow)},
                      {"pixel", panel->pixel_size.value()},
                      {"columns", panel->shape.fast},
                      {"rows", panel->shape.slow}});
  }
  return {{"panels", panels},
          {"beam", of(e.beam->direction)},
          {"spindle", of(e.spindle.axis)},
          {"wavelength_A", to_angstrom(e.beam->wavelength).value()},
          {"rings", report::ring_spacings_A(config::best_resolution_A(e.detector.panels, *e.beam))},
          {"missing", opening.without_geometry}};
}

json crystal_of(const Scene& scene) {
  if (!scene.has_crystal) return nullptr;
  const Experiment& e = scene.job.experiment;
  const Lattice<double> lattice = lattice_of(*e.crystal);
  const double middle = e.spindle.start.value() + e.spindle.oscillation.range.value_or(0.0) / 2.0;
  const auto turned = [&](const Vec3<double>& v) {
    return of(rotate_about(v, e.spindle.axis, middle));
  };
  const CellFreedom cell = cell_freedom(scene);
  return {
      {"reciprocal_per_A",
       {turned(lattice.reciprocal.a), turned(lattice.reciprocal.b), turned(lattice.reciprocal.c)}},
      {"system", cell.system},
      {"free", cell.free},
      {"dmin_A", to_angstrom(e.sampling.resolution_limit).value()}};
}

json slider_of(const Slider& slider) {
  const char* const scale = slider.scale == SliderScale::linear        ? "linear"
                            : slider.scale == SliderScale::logarithmic ? "log"
                                                                       : "around";
  return {{"scale", scale}, {"low", slider.low}, {"high", slider.high}};
}

json field_json(const Field& field, const Scene& scene, LiveExperiment& live) {
  const config::Option& option = option_of_field(field.path);
  json out{{"path", field.path},  {"label", field.label},
           {"unit", field.unit},  {"components", field.components},
           {"help", option.help}, {"values", value_of(field, scene)}};
  const std::string why = live.why_fixed(option, value_of(field, scene));
  if (!why.empty()) out["fixed"] = why;
  if (!option.spellings.empty()) out["flag"] = option.spellings.front().flag;
  if (field.kind == FieldKind::number) {
    out["kind"] = "number";
    out["slider"] = slider_of(field.slider);
  } else {
    out["kind"] = field.kind == FieldKind::choice ? "choice" : "text";
    if (field.kind == FieldKind::choice) out["choices"] = choices_of(field);
  }
  return out;
}

json groups_of(const Scene& scene, LiveExperiment& live) {
  json groups = json::array();
  for (const FieldGroup& group : field_groups()) {
    const bool is_of_crystal = group.title == "Orientation" || group.title == "Crystal";
    json fields = json::array();
    for (const Field& field : group.fields) {
      // A flux decides the fluence.
      if (field.path == "beam.fluence_per_m2" && scene.given.flux) continue;
      fields.push_back(field_json(field, scene, live));
    }
    groups.push_back({{"title", group.title},
                      {"fields", fields},
                      {"missing", is_of_crystal && !scene.has_crystal
                                      ? "no crystal is known: open an .expt, or give -cell"
                                      : ""}});
  }
  return groups;
}

json frames_of(const Opening& opening) {
  json frames = json::array();
  for (const OpenedFrame& frame : opening.frames) {
    frames.push_back({{"name", frame.name}, {"problem", frame.problem}});
  }
  return frames;
}

json numbers(const std::vector<double>& values) {
  json out = json::array();
  for (const double value : values) out.push_back(std::isfinite(value) ? json(value) : json());
  return out;
}

json parsed(const std::string& text) {
  json message = json::parse(text, nullptr, false);
  if (!message.is_object()) throw UsageError("the message is not a JSON object");
  return message;
}

std::string text_member(const json& message, const char* name) {
  const auto found = message.find(name);
  if (found == message.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

// Without what JSON cannot hold.
std::string text_of(const json& message) {
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

json result_of(const refine::ShotResult& result) {
  json parameters = json::array();
  for (const refine::RefinedParameter& p : result.parameters) {
    const plan::Parameter& row = plan::info(p.parameter.ids.front());
    const double value = p.value * row.per_internal;
    const double sigma = p.uncertainty.value_or(0.0) * row.per_internal;
    parameters.push_back({{"name", p.parameter.name},
                          {"unit", row.unit},
                          {"start", fmt::format("{:.6g}", p.parameter.start * row.per_internal)},
                          {"value", p.held ? fmt::format("{:.6g} held at a bound", value)
                                           : refine::with_uncertainty(value, sigma)}});
  }
  return {{"outcome", refine::word_of(result.outcome)},
          {"why", result.why},
          {"parameters", parameters},
          {"chi_squared", {result.before.reduced_chi_squared, result.after.reduced_chi_squared}},
          {"correlation", {result.before.median_correlation, result.after.median_correlation}}};
}

}  // namespace

std::string state_json(const Standing& standing, LiveExperiment& live) {
  const SharedScene scene = live.scene();
  return text_of({{"page", page_version()},
                  {"session", standing.session},
                  {"program", build_info::kVersion},
                  {"version", scene->version},
                  {"geometry", geometry_of(*scene, standing.opening)},
                  {"crystal", crystal_of(*scene)},
                  {"groups", groups_of(*scene, live)},
                  {"frames", frames_of(standing.opening)},
                  {"assumed", standing.opening.assumed},
                  {"warnings", scene->job.warnings},
                  {"undo", live.can_undo()},
                  {"redo", live.can_redo()}});
}

std::string limits_json(const Picture& picture) { return text_of(limits_of(picture)); }

std::string frame_json(const MeasuredImage& image) {
  json levels = json::array();
  json panels = json::array();
  for (const auto& panel : image.picture.panels) {
    panels.push_back(
        {{"columns", panel.front().shape().fast}, {"rows", panel.front().shape().slow}});
  }
  return text_of({{"format", image.format},
                  {"columns", image.shape.fast},
                  {"rows", image.shape.slow},
                  {"fits", image.fits_detector},
                  {"panels", panels},
                  {"invalid", image.invalid_pixels},
                  {"limits", limits_of(image.picture)}});
}

std::string predictions_json(const Scene& scene,
                             const std::vector<kernel::analytic::PredictedReflection>& rows) {
  json spots = json::array();
  for (const auto& row : rows) {
    const auto& [h, k, l] = row.index;
    const double F = scene.job.experiment.structure_factors->at(row.index);
    spots.push_back({h, k, l, row.place.panel, row.place.fast, row.place.slow, F, row.partiality,
                     row.photons, std::isfinite(row.spacing_A) ? row.spacing_A : 0.0,
                     std::max(row.place.fast_deviation, row.place.slow_deviation)});
  }
  return text_of({{"version", scene.version}, {"spots", spots}});
}

std::string profile_json(const RadialProfile& profile) {
  json curves = json::array();
  for (const Curve& curve : profile.curves) {
    curves.push_back({{"name", curve.name}, {"values", numbers(curve.values)}});
  }
  return text_of({{"x", numbers(profile.inverse_spacing_per_A)}, {"curves", curves}});
}

std::string rocking_json(const RockingCurve& curve) {
  return text_of({{"angle", numbers(curve.angle_deg)}, {"photons", numbers(curve.photons)}});
}

std::string refining_json(const RefiningReport& report) {
  constexpr std::array kStates{"none", "running", "done", "failed"};
  json stages = json::array();
  for (const refine::StageReport& stage : report.stages) {
    stages.push_back({{"name", refine::name_of(stage.stage)},
                      {"free", stage.free},
                      {"chi_squared", stage.reduced_chi_squared},
                      {"seconds", stage.seconds}});
  }
  json message{{"state", kStates.at(static_cast<std::size_t>(report.state))},
               {"image", report.image},
               {"problem", report.problem},
               {"boxes", report.boxes},
               {"steps", report.steps},
               {"stages", stages}};
  if (report.result) message["result"] = result_of(*report.result);
  return text_of(message);
}

std::string error_json(const std::string& problem) { return text_of({{"error", problem}}); }

std::size_t parse_frame(const std::string& text) {
  const json message = parsed(text);
  const auto frame = message.find("frame");
  if (frame == message.end() || !frame->is_number_unsigned()) {
    throw UsageError("the message names no frame");
  }
  return frame->get<std::size_t>();
}

FieldChange parse_change(const std::string& text) {
  const json message = parsed(text);
  FieldChange change{text_member(message, "path"), {}, -1, text_member(message, "movement")};
  const auto values = message.find("values");
  if (values == message.end() || !values->is_array()) throw UsageError("the message has no values");
  for (const json& value : *values) {
    if (!value.is_string()) throw UsageError("a value of the message is not a text");
    change.values.push_back(value.get<std::string>());
  }
  const auto changed = message.find("changed");
  if (changed != message.end() && changed->is_number_integer())
    change.changed = changed->get<int>();
  return change;
}

CrystalTurn parse_turn(const std::string& text) {
  const json message = parsed(text);
  const auto axis = message.find("axis");
  const auto degrees = message.find("degrees");
  const bool is_good = axis != message.end() && axis->is_array() && axis->size() == 3 &&
                       degrees != message.end() && degrees->is_number() &&
                       std::ranges::all_of(*axis, [](const json& x) { return x.is_number(); });
  if (!is_good) throw UsageError("a turn needs an axis of three numbers and an angle");
  const Vec3<double> v{(*axis)[0].get<double>(), (*axis)[1].get<double>(),
                       (*axis)[2].get<double>()};
  if (!(length(v) > 0.0)) throw UsageError("the axis of a turn has no direction");
  return {v, degrees->get<double>(), text_member(message, "movement")};
}

}  // namespace nanobragg::view
