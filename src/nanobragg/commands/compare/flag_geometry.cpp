// Resolves flags as the main job does, without amplitudes.
#include "nanobragg/commands/compare/flag_geometry.hpp"

#include <filesystem>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/scattering.hpp"

namespace nanobragg::commands {
namespace {

// Leaves out a file that is not there: it may hold the cell, but where reflections are does not
// depend on how strong they are.
void drop_if_missing(std::optional<std::string>& file) {
  if (file && !std::filesystem::exists(*file)) file.reset();
}

// What the flags describe, but with equal amplitudes.
config::Inputs inputs_of(const std::vector<std::string>& flags) {
  config::Settings settings =
      config::parse_arguments_and_config(flags, [](const std::string& file) {
        return io::read_input(file);
      }).settings;
  drop_if_missing(settings.hkl_file);
  drop_if_missing(settings.model_file);
  config::Inputs inputs = config::read_inputs(settings);
  if (inputs.stored) return inputs;
  settings = std::move(inputs.settings);
  settings.hkl_file.reset();
  settings.hkl_column.reset();
  settings.model_file.reset();
  settings.dump_file.reset();
  settings.wilson.reset();
  settings.default_F = 1.0;
  inputs.settings = std::move(settings);
  inputs.amplitudes = {};
  return inputs;
}

Vec3<double> middle_of_pixel(const Panel& panel, Curvature curvature, const Vec3<double>& beam,
                             PixelIndex p) {
  const double size = panel->pixel_size.value();
  const Vec3<double> on_panel{physics::subpixel_centre(p.fast, 0, 1, size),
                              physics::subpixel_centre(p.slow, 0, 1, size), 0.0};
  const Vec3<double> flat =
      physics::flat_position(panel->corner_m, panel->fast, panel->slow, panel->normal, on_panel);
  if (curvature == Curvature::flat) return flat;
  return physics::spherical_position(flat, beam, panel->distance.value(), panel->fast, panel->slow);
}

FlagGeometry geometry_of(const Experiment& experiment) {
  const Panel panel = experiment.detector.panels.front();
  const Curvature curvature = experiment.detector.curvature;
  const Vec3<double> beam = experiment.beam->direction;
  const double wavelength_m = experiment.beam->wavelength.value();

  FlagGeometry geometry;
  const PanelStack stack = stack_of(experiment.detector.panels);
  geometry.shape = stack.shape;
  const Vec3<double> spot = panel->distance.value() * beam - panel->corner_m;
  // A pixel's middle is half a pixel inside it.
  geometry.beam_centre = {dot(spot, panel->slow) / panel->pixel_size.value() - 0.5,
                          dot(spot, panel->fast) / panel->pixel_size.value() - 0.5};
  geometry.d_spacing_A = [=, panels = experiment.detector.panels](PixelIndex p) {
    const auto at = panel_pixel(stack, p);
    if (!at) return 0.0;
    const Vec3<double> diffracted =
        unit(middle_of_pixel(panels[at->panel], curvature, beam, at->pixel));
    const double q_per_m = length(physics::scattering_vector(diffracted, beam, wavelength_m));
    return to_angstrom(Metre(1.0 / q_per_m)).value();
  };
  return geometry;
}

}  // namespace

FlagGeometryResult geometry_of_flags(const std::vector<std::string>& flags) {
  try {
    return {geometry_of(config::resolve(inputs_of(flags)).experiment), {}};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

}  // namespace nanobragg::commands
