// Turns the words of nonBragg into those of a simulation whose crystal scatters nothing.
#include "nanobragg/commands/background/background.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/convention.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/resolve_background.hpp"
#include "nanobragg/image/amorphous_sight.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::commands {
namespace {

using config::Settings;

bool is_of_crystal(const config::Option& option) { return option.group == config::Group::crystal; }

bool has_table(const Settings& s) { return s.stol_file || s.four_stol_file || s.q_file; }

// What the beam meets of a width, relative to the beam.
double part_of_beam(const std::optional<double>& width_mm, double beam_mm) {
  const double width = width_mm.value_or(0.0);
  return width > 0.0 ? std::min(width, beam_mm) / beam_mm : 1.0;
}

// The slab that scatters as the sample does.
std::string slab_of_sample(const Settings& s) {
  const double beam = config::value(s, &Settings::beamsize_mm);
  if (!(beam > 0.0)) throw UsageError("-beamsize 0 (nothing is in the beam)");
  const double thickness =
      s.size_x_mm.value_or(0.0) * part_of_beam(s.size_y_mm, beam) * part_of_beam(s.size_z_mm, beam);
  return fmt::format("stol:{}mm", thickness);
}

// Flags of the crystal that the image does not depend on.
std::vector<std::string> unused_flags(const Settings& given) {
  Settings rest = given;
  for (const auto member :
       {&Settings::size_x_mm, &Settings::size_y_mm, &Settings::size_z_mm, &Settings::water_um}) {
    (rest.*member).reset();
  }
  std::vector<std::string> warnings;
  for (const config::Option& option : config::option_table()) {
    if (!is_of_crystal(option) || option.spellings.empty()) continue;
    if (!config::toml_value(rest, option)) continue;
    warnings.push_back(fmt::format("{} is not used: the background has no crystal",
                                   option.spellings.front().flag));
  }
  return warnings;
}

// A crystal that scatters nothing, in as few samples as there can be.
Settings without_crystal(const Settings& given) {
  Settings s = config::overlaid({}, given, std::not_fn(is_of_crystal));
  s.cell = {10.0};
  s.default_F = 0.0;
  s.dump_file = "";  // none is read
  s.water_um = given.water_um;
  s.phi_deg = s.oscillation_deg = s.phi_step_deg = std::nullopt;
  s.phi_steps = std::nullopt;
  s.oversample = 1;
  if (given.oversample) s.background_oversample = given.oversample;
  return s;
}

}  // namespace

std::vector<std::string> simulation_flags(const std::vector<std::string>& words) {
  std::vector<std::string> flags = words;
  std::ranges::replace(flags, std::string("-thick"), std::string("-sample_thick"));
  return flags;
}

BackgroundSettings settings_of_background(const Settings& given) {
  if (given.experiment_file) {
    throw UsageError("-experiment_file with the background alone (the file holds a crystal)");
  }
  BackgroundSettings out{without_crystal(given), unused_flags(given)};
  const bool has_size = given.size_x_mm.value_or(0.0) > 0.0;
  if (has_size && !has_table(given)) {
    throw UsageError("the size of a sample without -stol, -4stol or -Q (it is of their table)", "",
                     "a material by name has its length with it: -background water:100um");
  }
  if (has_size && !given.molecules) {
    auto backgrounds = given.backgrounds.value_or(std::vector<std::string>{});
    backgrounds.push_back(slab_of_sample(given));
    out.settings.backgrounds = std::move(backgrounds);
  }
  const bool has_water = given.water_um.value_or(0.0) > 0.0;
  if (!config::gives_slabs(out.settings) && !has_water) {
    throw UsageError("nothing scatters (no material and no sample)", "",
                     "give -background water:100um, or -stol FILE with -thick mm or -molecules N");
  }
  return out;
}

std::optional<BackgroundSettings> with_default_centre(const Settings& settings,
                                                      const config::DetectorFrame& frame) {
  const Settings& s = settings;
  const bool is_in_file = s.geometry_file || s.header_file || s.mask_file;
  if (s.beam_x_mm || s.beam_y_mm || s.close_x_mm || s.close_y_mm || s.org_x || s.org_y ||
      s.pix0_m || is_in_file) {
    return std::nullopt;
  }
  const auto& [fast, slow, pixel] = frame.size;
  const config::DetectorPoint point{(fast - pixel) / 2.0, (slow + pixel) / 2.0};
  const auto centre = config::to_centre(point, frame.convention, frame.size);
  BackgroundSettings out{settings, {}};
  out.settings.beam_x_mm = 1e3 * centre.x;
  out.settings.beam_y_mm = 1e3 * centre.y;
  if (!s.pivot && !s.implied_pivot) out.settings.implied_pivot = Pivot::beam;
  out.warnings.push_back(
      fmt::format("no beam centre is given: taking nonBragg's, fast {:g}, slow {:g} mm (a "
                  "simulation without one takes another)",
                  1e3 * point.fast, 1e3 * point.slow));
  return out;
}

Image<float> amplitude_map(const plan::SamplingPlan& plan) {
  if (plan.amorphous.slabs.size() != 1) {
    throw UsageError(
        fmt::format("-Fmap of {} materials (it shows one)", plan.amorphous.slabs.size()));
  }
  const ScatteringTable& table = *plan.amorphous.slabs.front().material.table;
  const image::AmorphousCurves curves(image::scene_of(plan));
  const PanelStack stack = stack_of(plan.detector.panels);
  Image<float> map(stack.shape);
  for (std::size_t i = 0; i < stack.first_row.size(); ++i) {
    const auto panel = plan::panel_plan(plan, i);
    if (!panel) continue;
    const auto constants =
        image::amorphous_constants(*panel, curves, physics::panel_geometry<double>(*panel),
                                   plan.beam.kahn_factor, curves.wavelength_m());
    const std::size_t n = constants.panel.oversample;
    const auto amplitude = [&](PixelIndex pixel) {
      double sum = 0.0;
      for (std::size_t sub = 0; sub < n * n; ++sub) {
        const double sine = image::sight_of(constants, pixel, {sub / n, sub % n}).sine;
        sum += physics::amplitude_at(table, image::stol_per_A(sine, constants.wavelength_m)).value;
      }
      return sum / static_cast<double>(n * n);
    };
    for (std::size_t slow = 0; slow < panel->panel.shape.slow; ++slow) {
      for (std::size_t fast = 0; fast < panel->panel.shape.fast; ++fast) {
        if (!panel->renders({slow, fast})) continue;
        map[{stack.first_row[i] + slow, fast}] = static_cast<float>(amplitude({slow, fast}));
      }
    }
  }
  return map;
}

}  // namespace nanobragg::commands
