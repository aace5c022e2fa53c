// Separates what decides about images from what does not.
#include "nanobragg/commands/series/series_settings.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/digest.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::commands {

using config::Settings;

void check_for_series(const Settings& settings, std::string_view command) {
  const auto refuse = [&](std::string_view flag) {
    throw UsageError(fmt::format("{} does not take {} (it writes its own files)", command, flag),
                     "", "--out says where");
  };
  for (const config::FileMember file : config::output_files()) {
    if (settings.*file) refuse(config::flag_of(file));
  }
  if (settings.out_files) refuse("-out");
  // Of -noisefile.
  if (settings.noise_source) refuse("-rng");
  if (settings.trace_pixel) refuse("-trace_pixel");
  if (settings.printout.value_or(false)) refuse("-printout");
}

void check_no_dump(const config::Job& run, std::string_view command) {
  if (!run.outputs.amplitudes.dump) return;
  throw UsageError(fmt::format("{} does not take -dump beside -hkl or -model (it would write '{}')",
                               command, *run.outputs.amplitudes.dump),
                   "", "leave it out; a run of its own writes it");
}

namespace {

// Every number of it.
void add(const ReadOut& r, io::Digest& digest) {
  for (const double number :
       {r.flicker, r.dead_time.dead_s, r.dead_time.exposure_s, r.charge_sharing,
        r.calibration.error, r.gain, r.noise, r.pedestal.value_or(-1.0), r.largest, r.bad.dead,
        r.bad.hot, r.bad.hot_photons}) {
    digest.add(number);
  }
  digest.add(static_cast<std::uint64_t>(r.dead_time.model));
  digest.add(r.calibration.seed);
  digest.add(r.bad.seed);
  for (const GainStep& step : r.switching) {
    digest.add(step.gain);
    digest.add(step.from_photons);
  }
}

}  // namespace

SeriesIdentity identity(const config::Job& run, const std::string& series) {
  Settings settings = run.origin.effective;
  for (const config::FileMember file : config::output_files()) (settings.*file).reset();
  settings.out_files.reset();
  settings.dump_file.reset();
  settings.pgm.reset();
  settings.threads.reset();
  settings.progress.reset();
  settings.quiet.reset();
  settings.verbose.reset();
  for (const config::FileMember file : config::input_files()) {
    if (settings.*file) settings.*file = std::filesystem::path(*(settings.*file)).filename();
  }
  io::Digest digest;
  digest.add(std::string_view(io::experiment_digest({run.experiment, run.compute.quirks})));
  // What is computed of it.
  digest.add(std::string_view(run.compute.kernel->name));
  digest.add(static_cast<std::uint64_t>(run.compute.precision));
  digest.add(static_cast<std::uint64_t>(run.response.values));
  digest.add(static_cast<std::uint64_t>(run.response.seed));
  digest.add(run.response.adc_offset);
  digest.add(run.response.exposure_s);
  if (run.response.read_out) add(*run.response.read_out, digest);
  digest.add(std::string_view(series));
  return {.settings = config::to_toml(settings) + "\n" + series, .digest = digest.text()};
}

}  // namespace nanobragg::commands
