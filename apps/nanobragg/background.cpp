// nanobragg background: what amorphous matter in the beam scatters, alone.
#include "nanobragg/commands/background/background.hpp"

#include <algorithm>
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/outputs.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/config/resolve/summary.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/io/files/compressed.hpp"

namespace nanobragg::app {
namespace {

constexpr const char* kUsage =
    "Renders what amorphous matter in the beam scatters, without a crystal.\n"
    "usage: nanobragg background FLAGS\n\n"
    "  -stol FILE | -4stol FILE | -Q FILE   the amplitude of a molecule, with -density and -MW\n"
    "  -thick mm                            the sample along the beam\n"
    "  -width mm, -height mm                across it: clipped to -beamsize, which they are "
    "without\n"
    "                                       these flags; -samplesize mm gives all three\n"
    "  -molecules N                         so many in the beam, instead of a size\n"
    "  -background MATERIAL:LENGTH          a material by name (nanobragg materials lists them)\n"
    "  -Xbeam mm, -Ybeam mm                 without a centre that of nonBragg: half a pixel before "
    "the\n"
    "                                       middle of the fast axis, and behind that of the slow "
    "one\n"
    "  -oversample n                        sub-pixels along each axis; 0: automatic\n"
    "  -Fmap                                writes the amplitude at each pixel, in electrons\n\n"
    "Flags of the beam, the detector and the files are those of nanobragg simulate --help.\n";

void warn(const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

// Photons, or amplitudes.
Image<float> image_of(const config::Job& run, const plan::SamplingPlan& plan, bool is_map) {
  if (is_map) return commands::amplitude_map(plan);
  Image<float> photons = image::simulate(plan, *run.compute.kernel,
                                         {run.compute.threads, nullptr, run.compute.precision})
                             .photons;
  if (config::refuses_non_finite(run)) image::check_finite(photons.view());
  return photons;
}

// Amplitudes are no photons, of which a detector could make counts.
void write_amplitudes_alone(config::Job& run) {
  config::Outputs& outputs = run.outputs;
  outputs.int_image.reset();
  outputs.noise_image.reset();
  outputs.pgm.reset();
  run.response.values = io::PixelValues::photons;
}

}  // namespace

int background(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--help" || word == "-help" || word == "-h") {
      std::fputs(kUsage, stdout);
      return 0;
    }
  }
  std::vector<std::string> flags = commands::simulation_flags(words);
  const bool is_map = std::erase(flags, "-Fmap") > 0;
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_input(file); });
  const commands::BackgroundSettings settings = commands::settings_of_background(parsed.settings);
  config::Job run = config::resolve(settings.settings);
  const auto centred = commands::with_default_centre(settings.settings, run.origin.frame);
  if (centred) run = config::resolve(centred->settings);
  if (is_map) write_amplitudes_alone(run);
  for (const auto& texts : {parsed.warnings, settings.warnings, run.warnings,
                            centred ? centred->warnings : std::vector<std::string>{}}) {
    std::ranges::for_each(texts, warn);
  }
  commands::check_outputs(run);
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
  const bool is_quiet = parsed.settings.quiet.value_or(false);
  if (!is_quiet) std::fputs(config::background_summary(run).c_str(), stdout);
  const Image<float> image = image_of(run, plan, is_map);
  const commands::OutputReport report = commands::write_outputs(run, plan, image.view());
  std::ranges::for_each(report.warnings, warn);
  if (!is_quiet) std::fputs(report.text.c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
