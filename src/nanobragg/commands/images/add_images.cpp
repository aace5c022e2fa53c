// Reads images one after the other into a sum.
#include "nanobragg/commands/images/add_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/series_settings.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {
namespace {

// A sum of images has its photons: none are drawn.
void check_draws_nothing(const config::Settings& flags) {
  for (const config::Option& option : config::option_table()) {
    if (option.group != config::Group::read_out || !config::toml_value(flags, option)) continue;
    throw UsageError(
        fmt::format("{} has no meaning here (add draws no noise)", option.spellings.front().flag),
        "", "nanobragg noisify reads the sum out");
  }
  if (flags.point_spread || flags.point_spread_um) {
    throw UsageError("-psf has no meaning here (add spreads no light)", "",
                     "nanobragg noisify spreads that of the sum");
  }
  if (flags.scale) {
    throw UsageError("-scale has no meaning here", "", "--scale gives a factor for each image");
  }
}

double scale_of(const AddRequest& request, std::size_t image) {
  if (request.scales.empty()) return 1.0;
  return request.scales[request.scales.size() == 1 ? 0 : image];
}

}  // namespace

std::string add_images(const AddRequest& request, const Tell& tell) {
  config::Settings flags = request.flags.settings;
  check_for_series(flags, "add");
  check_draws_nothing(flags);
  flags.noise = false;
  const std::size_t count = request.images.size();
  if (request.scales.size() > 1 && request.scales.size() != count) {
    throw UsageError(fmt::format("{} scales for {} images", request.scales.size(), count),
                     "--scale", "one for all, or one for each");
  }
  for (const std::string& text : request.flags.warnings) tell(text);
  std::vector<ImageWords> words;
  ImageOutput output{request.out, config::files_read(flags)};
  for (const std::string& file : request.images) {
    words.push_back(
        {.file = file, .frame = {}, .scale = {request.offset, request.gain, kSmvOffset}});
    output.read.push_back({"IMAGE", file});
  }
  const ImageExperiment experiment =
      experiment_of(words.front(), one_frame(words.front()), flags, tell);
  for (const std::string& text : experiment.run.warnings) tell(text);
  check_output(output, experiment.run.experiment);

  const PanelStack stack = stack_of(experiment.run.experiment.detector.panels);
  Image<double> sum(stack.shape);
  for (std::size_t i = 0; i < count; ++i) {
    const Image<double> photons = read_photons(words[i], one_frame(words[i]), stack, tell);
    for (std::size_t k = 0; k < stack.shape.size(); ++k) {
      sum.pixels()[k] += scale_of(request, i) * photons.pixels()[k];
    }
  }
  double total = 0.0;
  for (const double pixel : sum.pixels()) total += std::isnan(pixel) ? 0.0 : pixel;
  return fmt::format("{} images, {:g} photons\nwrote {}\n", count, total,
                     write_photons(output, experiment, sum));
}

}  // namespace nanobragg::commands
