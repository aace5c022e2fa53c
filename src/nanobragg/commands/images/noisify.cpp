// Reads an image, and reads it out.
#include "nanobragg/commands/images/noisify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/series_settings.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/image/point_spread.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {
namespace {

// The light of every panel as its point spread leaves it. What is not measured sheds none, and
// stays NaN.
Image<double> with_light_spread(Image<double> photons, const Detector& detector,
                                std::size_t threads) {
  const PanelStack stack = stack_of(detector.panels);
  for (std::size_t i = 0; i < detector.panels.size(); ++i) {
    const PanelValues& panel = *detector.panels[i];
    Image<double> light(panel.shape);
    const auto row_of = [&](std::size_t slow) {
      return photons.view().row(stack.first_row[i] + slow).first(panel.shape.fast);
    };
    for (std::size_t slow = 0; slow < panel.shape.slow; ++slow) {
      std::ranges::transform(row_of(slow), light.view().row(slow).begin(),
                             [](double x) { return std::isnan(x) ? 0.0 : std::max(x, 0.0); });
    }
    image::SpreadOverPixels(*detector.point_spread, panel.pixel_size.value(), panel.shape, threads)
        .apply_to(light.view(), threads);
    for (std::size_t slow = 0; slow < panel.shape.slow; ++slow) {
      const auto spread = std::as_const(light).view().row(slow);
      const auto to = row_of(slow);
      for (std::size_t fast = 0; fast < to.size(); ++fast) {
        if (!std::isnan(to[fast])) to[fast] = spread[fast];
      }
    }
  }
  return photons;
}

}  // namespace

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
  // That of an experiment file is in its images already.
  const Detector& detector = experiment.run.experiment.detector;
  if (detector.point_spread && (flags.point_spread || flags.point_spread_um)) {
    photons = with_light_spread(std::move(photons), detector, experiment.run.compute.threads);
  }
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
