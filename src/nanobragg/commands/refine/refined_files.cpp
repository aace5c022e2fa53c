// Writes down an experiment.
#include "nanobragg/commands/refine/refined_files.hpp"

#include <fmt/format.h>

#include <iterator>

#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/truth/dials_experiments.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {
namespace {

std::string geometry_text(const Experiment& experiment, compat::QuirkSet quirks) {
  const io::ImageDescription about = io::describe(experiment, plan::make_plan(experiment, quirks));
  return io::dials_experiments({.frames = 1, .exposures = {about}, .files = {}});
}

std::string hkl_text(const StructureFactors& factors) {
  std::string text;
  const MillerBox& box = factors.box();
  for (int h = box.min.h; h <= box.max.h; ++h) {
    for (int k = box.min.k; k <= box.max.k; ++k) {
      for (int l = box.min.l; l <= box.max.l; ++l) {
        fmt::format_to(std::back_inserter(text), "{} {} {} {}\n", h, k, l,
                       factors.in_table({h, k, l}));
      }
    }
  }
  return text;
}

}  // namespace

std::vector<NamedText> refined_files(const config::Resolved& start, const refine::Result& result) {
  const Experiment& refined = result.experiment;
  std::vector<NamedText> files{{kRefinedExperiment, io::experiment_json({refined, start.quirks})},
                               {kRefinedSettings, refined_toml(start)},
                               {kRefinedGeometry, geometry_text(refined, start.quirks)}};
  if (!result.amplitudes.empty()) {
    files.push_back({kRefinedAmplitudes, hkl_text(*refined.structure_factors)});
  }
  return files;
}

std::string refined_toml(const config::Resolved& start) {
  const auto is_kept = [](const config::Option& option) { return !describes_experiment(option); };
  config::Settings settings = overlaid({}, start.effective, is_kept);
  for (const config::FileMember file : config::output_files()) (settings.*file).reset();
  settings.out_files.reset();
  // Images say how long they were exposed.
  settings.exposure_s = start.effective.exposure_s;
  settings.experiment_file = kRefinedExperiment;
  return config::to_toml(settings);
}

}  // namespace nanobragg::commands
