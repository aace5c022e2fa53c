// Writes down an experiment.
#include "nanobragg/commands/refine/refined_files.hpp"

#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/resolve/repeated_settings.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/reflections/cif_writer.hpp"
#include "nanobragg/io/reflections/mtz_writer.hpp"
#include "nanobragg/io/truth/dials_experiments.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {
namespace {

std::string geometry_text(const Experiment& experiment, compat::QuirkSet quirks) {
  const io::ImageDescription about = io::describe(experiment, plan::make_plan(experiment, quirks));
  return io::dials_experiments({.frames = 1, .exposures = {about}, .files = {}});
}

io::AmplitudeData refined_amplitudes(const refine::Result& result) {
  io::AmplitudeData data = io::amplitudes_of(result.experiment);
  for (const refine::RefinedAmplitude& f : result.amplitudes) {
    data.uncertainties.push_back({f.index, f.uncertainty});
  }
  return data;
}

}  // namespace

std::vector<NamedText> refined_files(const config::Job& start, const refine::Result& result) {
  const Experiment& refined = result.experiment;
  std::vector<NamedText> files{
      {kRefinedExperiment, io::experiment_json({refined, start.compute.quirks})},
      {kRefinedSettings, refined_toml(start)},
      {kRefinedGeometry, geometry_text(refined, start.compute.quirks)}};
  if (!result.amplitudes.empty()) {
    const io::AmplitudeData data = refined_amplitudes(result);
    files.push_back({kRefinedMtz, io::mtz_bytes(data)});
    files.push_back({kRefinedCif, io::reflection_cif_text(data)});
  }
  return files;
}

std::string refined_toml(const config::Job& start) {
  return config::to_toml(config::settings_with_experiment(start, kRefinedExperiment));
}

}  // namespace nanobragg::commands
