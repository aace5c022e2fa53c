// Resolves, plans and traces; what a change leaves alone is taken from the base.
#include "nanobragg/commands/audit/simulation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "nanobragg/audit/simulated_trace.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/trace/trace_pixels.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/reference/reference_kernel.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/trace/pixel_lines.hpp"

namespace nanobragg::commands {
namespace {

using audit::Document;
using compat::QuirkSet;
using config::Job;
using config::Settings;
using plan::SamplingPlan;

// The kernel that can take any set of quirks.
constexpr const char* kKernel = "reference";

Settings simulated(Settings settings) {
  settings.compat.reset();
  settings.precision.reset();
  settings.kernel = kKernel;
  // Without a seed of its own, each run would draw another one.
  if (!settings.seed) settings.seed = 1;
  return settings;
}

config::Inputs without_amplitudes(config::Inputs inputs) {
  if (inputs.stored) return inputs;
  const config::AmplitudeFile& file = inputs.amplitudes;
  const bool has_table = !file.text.empty() || file.table || file.model || file.dump;
  inputs.amplitudes = {};
  // A table of one, so that what depends on there being one is decided as it is with it.
  constexpr std::array kOne{Reflection{{0, 0, 0}, 1.0}};
  if (has_table) inputs.amplitudes.dump = StructureFactors::from_reflections(kOne, 0.0);
  inputs.settings.hkl_file.reset();
  inputs.settings.hkl_column.reset();
  inputs.settings.model_file.reset();
  inputs.settings.dump_file.reset();
  inputs.settings.wilson.reset();
  inputs.settings.default_F = 1.0;
  return inputs;
}

bool same_amplitudes(const Settings& a, const Settings& b) {
  return a.default_F == b.default_F && a.wilson == b.wilson && a.hkl_column == b.hkl_column &&
         a.solvent_density == b.solvent_density && a.solvent_B == b.solvent_B &&
         a.forward_scattering == b.forward_scattering && a.dmin_A == b.dmin_A;
}

Document traced(const Job& job, const SamplingPlan& plan, const ChangedFormulas& formulas,
                PixelIndex pixel) {
  check_rendered(plan, pixel);
  const auto at = panel_pixel(stack_of(plan.detector.panels), pixel);
  const auto panel = plan::panel_plan(plan, at->panel);
  kernel::PixelRecord record = kernel::reference::changed_record(formulas, *panel, at->pixel);
  image::complete(*panel, job.compute.kernel->water, record);
  std::vector<trace::Line> lines = trace::geometry_lines(geometry_record(job));
  const std::vector<trace::Line> of_pixel = trace::pixel_lines(plan, record);
  lines.insert(lines.end(), of_pixel.begin(), of_pixel.end());
  return audit::document_of(lines, "our simulation");
}

// What a program shows as if it had not made its mistake.
void show_right(Document& document, const Document& right, const std::vector<std::string>& keys) {
  if (keys.empty()) return;
  const auto is_shown = [&](const audit::Entry& entry) {
    return std::ranges::find(keys, entry.key) != keys.end();
  };
  std::map<std::pair<std::string_view, audit::Occurrence>, const std::vector<double>*> shown;
  for (const audit::Entry& entry : right.entries) {
    if (is_shown(entry)) shown[{entry.key, entry.at}] = &entry.numbers;
  }
  for (audit::Entry& entry : document.entries) {
    if (!is_shown(entry)) continue;
    const auto numbers = shown.find({entry.key, entry.at});
    if (numbers != shown.end()) entry.numbers = *numbers->second;
  }
}

double evaluations(const SamplingPlan& plan) {
  return static_cast<double>(plan.beam.sources.size() * plan.crystal.lattices.size()) *
         plan.sampling.oversample * plan.sampling.oversample * plan.detector.layers.count;
}

// A mistake that multiplies the steps would show it in the trace, and might not end.
void check_size(const SamplingPlan& plan, const SamplingPlan& base) {
  constexpr double kMostTimes = 10.0;
  if (evaluations(plan) > kMostTimes * evaluations(base)) throw Error("too many steps");
}

// place() by other turns than a tilt about x, y, z and a swing: of axes that are turned already.
// The distances are those of the tilted normal.
PlacedDetector<double> place_turned(const Placing& placing) {
  const DetectorPlacement<double>& in = placing.in;
  const auto turn = [&](const Vector& v) { return placing.swing(placing.tilt(v)); };
  const double ratio = dot(in.beam, placing.tilt(in.normal));
  DetectorPlacement<double> still = in;
  still.fast = turn(in.fast);
  still.slow = turn(in.slow);
  still.normal = turn(in.normal);
  still.tilt = {};
  still.twotheta = 0.0;
  if (in.pivot == Pivot::sample && !in.close_distance) {
    still.close_distance = std::abs(ratio * in.distance);
  }
  PlacedDetector<double> placed = place(still);
  // What is shown of the way there.
  PlacementStages<double>& stages = placed.stages;
  stages.ratio = ratio;
  stages.tilted_fast = placing.tilt(in.fast);
  stages.tilted_slow = placing.tilt(in.slow);
  stages.tilted_normal = placing.tilt(in.normal);
  if (in.pivot == Pivot::beam) return placed;
  stages.distance = stages.close_distance / ratio;
  stages.along_fast = -in.close_f * in.fast;
  stages.along_slow = -in.close_s * in.slow;
  stages.along_third = stages.close_distance * in.normal;
  stages.corner = stages.along_fast + stages.along_slow + stages.along_third;
  stages.tilted_corner = placing.tilt(stages.corner);
  return placed;
}

// The detector placed anew, by all changes of its placing.
void place_anew(Job& job, std::span<const Change* const> changes) {
  config::DetectorFrame& frame = job.origin.frame;
  Placing placing{frame.placing, {}, {}, {}};
  // By the numbers as changes leave them.
  placing.tilt = [&placing](const Vector& v) { return rotate_xyz(v, placing.in.tilt); };
  placing.swing = [&placing](const Vector& v) {
    return rotate_about(v, placing.in.twotheta_axis, placing.in.twotheta);
  };
  bool any = false;
  for (const Change* change : changes) {
    if (!change->placing) continue;
    change->placing(placing);
    any = true;
  }
  if (!any) return;
  frame.placing = placing.in;
  frame.placed = place_turned(placing);
  if (placing.after) placing.after(frame.placed);
  job.experiment.detector.panels = {config::panel_of(frame)};
  if (job.experiment.detector.placement) job.experiment.detector.placement = frame.placing;
}

}  // namespace

PixelSimulation::PixelSimulation(const Settings& settings, PixelIndex pixel)
    : given_(simulated(settings)),
      pixel_(pixel),
      readings_(std::make_unique<Readings>()),
      physical_(reading(QuirkSet::physical())) {}

std::shared_ptr<const Reading> PixelSimulation::reading(QuirkSet quirks) const {
  const std::lock_guard lock(readings_->mutex);
  for (const auto& [of, reading] : readings_->of) {
    if (of == quirks) return reading;
  }
  config::Inputs inputs = config::read_inputs(given_, quirks);
  config::Inputs geometry = without_amplitudes(inputs);
  auto amplitudes = config::resolve(inputs).experiment.structure_factors;
  auto result = std::make_shared<const Reading>(
      Reading{std::move(inputs), std::move(geometry), std::move(amplitudes)});
  readings_->of.emplace_back(quirks, result);
  return result;
}

std::vector<double> PixelSimulation::source_weights() const {
  std::vector<double> weights;
  for (const io::SourceRow& row : physical_->inputs.lists.sources)
    weights.push_back(row.weight.value_or(1.0));
  return weights;
}

BaseRun PixelSimulation::base(const std::string& name, QuirkSet quirks) const {
  Job job = config::resolve(reading(quirks)->inputs);
  SamplingPlan plan = plan::make_plan(job.experiment, quirks);
  Document document = traced(job, plan, {}, pixel_);
  document.name = name + " mode";
  return {name, quirks, std::move(job), std::move(plan), std::move(document)};
}

Job PixelSimulation::job_of(const Settings& settings, QuirkSet quirks) const {
  const std::shared_ptr<const Reading> read = reading(quirks);
  const Settings& kept = read->inputs.settings;
  const bool same = same_amplitudes(settings, kept);
  config::Inputs inputs = same ? read->geometry : read->inputs;
  const Settings reduced = std::exchange(inputs.settings, settings);
  if (!settings.source_file) inputs.lists.sources.clear();
  if (!same) return config::resolve(inputs);
  inputs.settings.hkl_file = reduced.hkl_file;
  inputs.settings.hkl_column = reduced.hkl_column;
  inputs.settings.model_file = reduced.model_file;
  inputs.settings.dump_file = reduced.dump_file;
  inputs.settings.wilson = reduced.wilson;
  inputs.settings.default_F = reduced.default_F;
  Job job = config::resolve(inputs);
  job.experiment.structure_factors = read->amplitudes;
  return job;
}

Document PixelSimulation::changed_document(const BaseRun& base,
                                           std::span<const Change* const> changes) const {
  const Settings& own = physical_->inputs.settings;
  Settings settings = own;
  QuirkSet quirks = base.quirks;
  PixelIndex pixel = pixel_;
  for (const Change* change : changes) {
    if (change->quirk) {
      const bool has = quirks.has(*change->quirk);
      quirks = has ? quirks.without(*change->quirk) : quirks.with(*change->quirk);
    }
    if (change->settings) {
      settings = change->settings(std::move(settings));
      // The automatic choice would follow the mistake, to billions of sub-pixels in the extreme.
      if (!own.oversample || settings.oversample == own.oversample) {
        settings.oversample = base.plan.sampling.oversample;
      }
    }
    if (change->pixel) pixel = change->pixel(pixel);
  }
  const bool is_placed =
      std::ranges::any_of(changes, [](const Change* c) { return static_cast<bool>(c->placing); });
  Settings given = own;
  given.oversample = settings.oversample;
  const bool is_base = quirks == base.quirks && settings == given &&
                       (!settings.oversample || *settings.oversample == 0 ||
                        *settings.oversample == base.plan.sampling.oversample);
  Job job = is_base ? base.job : job_of(settings, quirks);
  place_anew(job, changes);
  SamplingPlan plan = is_base && !is_placed ? base.plan : plan::make_plan(job.experiment, quirks);
  check_size(plan, base.plan);
  ChangedFormulas formulas;
  for (const Change* change : changes) {
    if (change->plan) change->plan(plan);
    if (change->formulas) change->formulas(formulas);
  }
  Document document = traced(job, plan, formulas, pixel);
  for (const Change* change : changes) show_right(document, base.trace, change->shown_right);
  return document;
}

std::optional<Document> PixelSimulation::changed(const BaseRun& base,
                                                 std::span<const Change* const> changes) const {
  try {
    return changed_document(base, changes);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace nanobragg::commands
