// Leaves out what a repetition does not take.
#include "nanobragg/config/resolve/repeated_settings.hpp"

#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/option_value.hpp"

namespace nanobragg::config {

Settings without_outputs(Settings settings) {
  for (const FileMember file : output_files()) (settings.*file).reset();
  settings.out_files.reset();
  return settings;
}

Settings without_defaults(const Settings& settings) {
  const Settings defaults = default_settings();
  return overlaid({}, settings, [&](const Option& option) {
    return toml_value(settings, option) != toml_value(defaults, option);
  });
}

Settings settings_with_experiment(const Job& job, const std::string& experiment_file) {
  const auto is_kept = [](const Option& option) { return !describes_experiment(option); };
  Settings settings = without_outputs(overlaid({}, job.origin.effective, is_kept));
  // Images say how long they were exposed.
  settings.exposure_s = job.origin.effective.exposure_s;
  settings.experiment_file = experiment_file;
  return settings;
}

}  // namespace nanobragg::config
