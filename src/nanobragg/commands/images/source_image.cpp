// Finds the experiment of an image, and writes images of it.
#include "nanobragg/commands/images/source_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/exposure.hpp"
#include "nanobragg/commands/observed/observed_geometry.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {
namespace {

using config::Group;
using config::Option;
using config::Settings;

// Edge of the cell that stands for one that is not known, Å.
constexpr double kCell = 10.0;

const std::string& flag_of(const Option& option) { return option.spellings.front().flag; }

// What describes the sample, its light or the computation changes nothing of an image that is
// there.
void check_flags(const Settings& flags) {
  const auto is_allowed = [](const Option& option) {
    if (option.group == Group::sampling) {
      return flag_of(option) == "-roi" || flag_of(option) == "-mask";
    }
    return option.group != Group::crystal && option.group != Group::background &&
           !option.key.starts_with("beamstop");
  };
  for (const Option& option : config::option_table()) {
    if (!config::toml_value(flags, option) || is_allowed(option)) continue;
    throw UsageError(
        fmt::format("{} has no meaning here (the image is computed already)",
                    option.spellings.empty() ? config::path_of(option) : flag_of(option)),
        "", "leave it out");
  }
  if (flags.fluence || flags.flux) {
    throw UsageError("-fluence and -flux have no meaning here (images hold photons)", "",
                     "-scale multiplies them");
  }
}

// A few reflections of a crystal, which resolve() asks for.
Settings with_some_crystal(Settings settings) {
  settings.cells_a = settings.cells_b = settings.cells_c = 1.0;
  settings.wilson = {0.0, 1.0};
  settings.dmin_A = kCell / 2.0;
  settings.oversample = 1;
  return settings;
}

}  // namespace

ObservedFrame one_frame(const ImageWords& words) {
  const ObservedFrames frames = find_frames({words.file}, words.frame, words.external);
  if (frames.list.size() == 1) return frames.list.front();
  throw UsageError(fmt::format("{} exposures (one is taken)", frames.list.size()), words.file,
                   "--frame says which, counted from 1");
}

Image<double> read_photons(const ImageWords& words, const ObservedFrame& frame,
                           const PanelStack& stack, const Tell& tell) {
  io::ObservedImage image = read_frame(frame, stack.shape);
  // A number below 0 is one, of a sum or above a pedestal.
  for (io::Validity& validity : image.validity.pixels()) {
    if (validity == io::Validity::negative) validity = io::Validity::valid;
  }
  Photons photons = photons_of(std::move(image), stack.shape, words.scale, frame.name(), tell);
  const std::string invalid = io::invalid_pixels(photons.pixels);
  if (!invalid.empty()) tell(fmt::format("{}: {}", frame.name(), invalid));
  return std::move(photons.image);
}

ImageExperiment experiment_of(const ImageWords& words, const ObservedFrame& frame,
                              const Settings& flags, const Tell& tell) {
  check_flags(flags);
  Settings settings = flags;
  settings.out_files.emplace();  // none of nanoBragg.c's own
  if (!settings.seed) settings.seed = 1;
  bool has_lattice = settings.experiment_file.has_value();
  if (!places_detector(flags)) {
    const auto [geometry, why_not] = own_geometry(frame);
    if (geometry || is_smv(frame)) {
      settings.geometry_file = words.file;
      if (geometry && frame.exposures > 1) settings.experiment = static_cast<long>(frame.exposure);
      if (words.external == io::ExternalFiles::anywhere) settings.external_files = true;
    } else {
      tell(
          fmt::format("{}: no geometry is read from it ({}); that of the flags and their defaults "
                      "is written",
                      words.file, why_not));
    }
    has_lattice = has_lattice || (geometry && geometry->reciprocal_axes);
  }
  if (!settings.experiment_file) {
    settings = with_some_crystal(with_pixels_of(settings, frame));
    if (!has_lattice) settings.cell = {kCell};
  }
  return {config::resolve(settings), has_lattice};
}

void check_output(const ImageOutput& output, const Experiment& experiment) {
  const io::ImageFormat& format = io::format_of(output.file);
  if (format.describes_only) {
    throw UsageError(fmt::format("'{}' would hold no image ({})", output.file, format.name));
  }
  io::check_inputs_survive({.read = output.read, .written = {{"--out", output.file}}});
  io::check_writable(output.file);
  if (format.check) format.check(output.file, experiment);
}

std::string write_photons(const ImageOutput& output, ImageExperiment given,
                          const Image<double>& photons) {
  Experiment& experiment = given.run.experiment;
  const ImageShape shape = photons.shape();
  auto mask = std::make_shared<Image<std::uint16_t>>(shape);
  Image<float> expected(shape);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const double value = photons.pixels()[i];
    const bool is_masked = experiment.sampling.mask && experiment.sampling.mask->pixels()[i] == 0;
    mask->pixels()[i] = std::isnan(value) || is_masked ? 0 : 1;
    expected.pixels()[i] = std::isnan(value) ? 0.0F : static_cast<float>(value);
  }
  experiment.sampling.mask = std::move(mask);
  const plan::SamplingPlan plan = plan::make_plan(experiment, given.run.compute.quirks);
  Exposure exposure(experiment, plan, std::as_const(expected).view(),
                    exposure_settings(given.run.response, given.run.compute.threads));
  if (!given.has_lattice) exposure.description().lattice.reset();
  const io::ImageFormat& format = io::format_of(output.file);
  format.write(output.file, exposure.image());
  return fmt::format("{}: {}, {}", output.file, format.name, format.holds);
}

}  // namespace nanobragg::commands
