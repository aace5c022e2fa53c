// Separates what decides about images from what does not.
#include "nanobragg/batch/series_settings.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/toml.hpp"

namespace nanobragg::batch {

using config::Settings;

void check_for_series(const Settings& settings, std::string_view command) {
  const auto refuse = [&](std::string_view flag) {
    throw UsageError(fmt::format("{} does not take {} (it writes its own files)", command, flag),
                     "", "--out names the images");
  };
  constexpr std::array<std::pair<std::optional<std::string> Settings::*, std::string_view>, 5>
      kFiles{{{&Settings::float_file, "-floatfile"},
              {&Settings::int_file, "-intfile"},
              {&Settings::noise_file, "-noisefile"},
              {&Settings::pgm_file, "-pgmfile"},
              {&Settings::png_file, "-pngfile"}}};
  for (const auto& [member, flag] : kFiles) {
    if (settings.*member) refuse(flag);
  }
  if (settings.out_files) refuse("-out");
  if (settings.trace_pixel) refuse("-trace_pixel");
  if (settings.printout) refuse("-printout");
}

std::string identity(const config::Resolved& run, const std::string& series) {
  Settings settings = run.effective;
  settings.float_file.reset();
  settings.int_file.reset();
  settings.noise_file.reset();
  settings.pgm_file.reset();
  settings.out_files.reset();
  settings.dump_file.reset();
  settings.pgm.reset();
  settings.threads.reset();
  settings.progress.reset();
  settings.quiet.reset();
  settings.verbose.reset();
  return config::to_toml(settings) + "\n" + series;
}

}  // namespace nanobragg::batch
