// Reads an image, and reads it out.
#include "nanobragg/commands/images/noisify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/series_settings.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {

std::string noisify(const NoisifyRequest& request, const Tell& tell) {
  const config::Settings& flags = request.flags.settings;
  check_for_series(flags, "noisify");
  if (flags.noise == false) {
    throw UsageError("-nonoise has no meaning here (noisify draws noise)", "", "leave it out");
  }
  if (flags.scale == 0.0) {
    throw UsageError("-scale 0 has no meaning here (no light would be left)", "",
                     "it multiplies the photons of the image");
  }
  for (const std::string& text : request.flags.warnings) tell(text);
  const ObservedFrame frame = one_frame(request.image);
  const ImageExperiment experiment = experiment_of(request.image, frame, flags, tell);
  for (const std::string& text : experiment.run.warnings) tell(text);
  ImageOutput output{request.out, config::files_read(flags)};
  output.read.push_back({"IMAGE", request.image.file});
  check_output(output, experiment.run.experiment);

  const PanelStack stack = stack_of(experiment.run.experiment.detector.panels);
  Image<double> photons = read_photons(request.image, frame, stack, tell);
  const double scale = flags.scale.value_or(1.0);
  double sum = 0.0;
  for (double& pixel : photons.pixels()) {
    pixel *= scale;
    if (pixel > 0.0) sum += pixel;
  }
  return fmt::format("{:g} expected photons\nwrote {}\n", sum,
                     write_photons(output, experiment, photons));
}

}  // namespace nanobragg::commands
