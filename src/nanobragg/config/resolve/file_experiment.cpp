// Takes the experiment of a file, and changes it as flags say.
#include <fmt/format.h>

#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/described_experiment.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/config/resolve/resolve_background.hpp"
#include "nanobragg/config/resolve/resolve_beam.hpp"
#include "nanobragg/config/resolve/resolve_beamstop.hpp"
#include "nanobragg/config/resolve/resolve_crystal.hpp"
#include "nanobragg/config/resolve/resolve_disorder.hpp"
#include "nanobragg/config/resolve/resolve_lattices.hpp"
#include "nanobragg/config/resolve/resolve_point_spread.hpp"
#include "nanobragg/config/resolve/resolve_sampling.hpp"
#include "nanobragg/model/check_experiment.hpp"

namespace nanobragg::config {
namespace {

// The settings without those that change an experiment, and without the duration of an exposure,
// which images state.
Settings without_changes(Settings s) {
  const auto reset = [&](auto... members) { ((s.*members).reset(), ...); };
  reset(&Settings::misset_deg, &Settings::misset_random, &Settings::misset_seed, &Settings::cells_a,
        &Settings::cells_b, &Settings::cells_c, &Settings::shape, &Settings::fudge,
        &Settings::b_factor, &Settings::anisotropic_b, &Settings::block_sizes,
        &Settings::diffuse_sigma_A, &Settings::diffuse_gamma_A, &Settings::diffuse_laue,
        &Settings::diffuse_neighbours, &Settings::mosaic_spread_deg,
        &Settings::mosaic_spread_abc_deg, &Settings::mosaic_correlation, &Settings::mosaic_domains,
        &Settings::mosaic_seed, &Settings::mosaic_shape, &Settings::cell_spread_percent,
        &Settings::water_um);
  reset(&Settings::beamstop_diameter_mm, &Settings::beamstop_distance_mm,
        &Settings::beamstop_edge_mm, &Settings::beamstop_arm_deg, &Settings::beamstop_arm_width_mm);
  reset(&Settings::lattices, &Settings::backgrounds, &Settings::stol_file,
        &Settings::four_stol_file, &Settings::q_file, &Settings::density_g_cm3,
        &Settings::molar_mass_g, &Settings::molecules, &Settings::compton, &Settings::point_spread,
        &Settings::point_spread_um);
  reset(&Settings::kahn_factor, &Settings::polarised, &Settings::fluence, &Settings::exposure_s);
  reset(&Settings::phi_deg, &Settings::oscillation_deg, &Settings::phi_step_deg,
        &Settings::phi_steps, &Settings::phi_middle);
  reset(&Settings::oversample, &Settings::background_oversample, &Settings::oversample_thick,
        &Settings::oversample_polar, &Settings::oversample_omega, &Settings::interpolate,
        &Settings::dmin_A, &Settings::roi);
  return s;
}

// Nothing that is given goes unused.
void check_flags(const Settings& settings) {
  const Settings rest = without_changes(settings);
  for (const Option& option : option_table()) {
    // What flags imply besides their value has no flag.
    if (!describes_experiment(option) || option.spellings.empty()) continue;
    if (!toml_value(rest, option)) continue;
    throw UsageError(
        fmt::format("{} with {} (the file holds the whole experiment)",
                    option.spellings.front().flag, io::kExperimentFlag),
        "",
        "change it in the file; flags change the orientation, size, shape and disorder of the "
        "crystal, its lattices, water, -background, the beamstop, the point spread, fluence, "
        "polarisation, the spindle and the sampling");
  }
}

// The first panel as the detector of a custom convention.
DetectorFrame frame_of_first_panel(const Experiment& experiment) {
  const Detector& detector = experiment.detector;
  const PanelValues& panel = *detector.panels.front();
  const bool is_placed = detector.placement && motion_of(detector, 0) == PanelMotion<double>{};
  DetectorFrame frame{};
  frame.convention = Convention::custom;
  frame.placement = Placement::by_corner;
  frame.placing = is_placed ? *detector.placement
                            : placement_by_corner({.corner = panel.corner_m,
                                                   .fast = panel.fast,
                                                   .slow = panel.slow,
                                                   .normal = panel.normal},
                                                  experiment.beam->direction);
  frame.placed = place(frame.placing);
  frame.vectors = {.beam = experiment.beam->direction,
                   .fast = frame.placing.fast,
                   .slow = frame.placing.slow,
                   .normal = frame.placing.normal,
                   .twotheta_axis = frame.placing.twotheta_axis,
                   .polarisation_axis = experiment.beam->polarisation_axis,
                   .spindle_axis = experiment.spindle.axis};
  frame.shape = panel.shape;
  const double pixel = panel.pixel_size.value();
  frame.size = {pixel * static_cast<double>(panel.shape.fast),
                pixel * static_cast<double>(panel.shape.slow), pixel};
  frame.beam_centre = {frame.placed.beam_f, frame.placed.beam_s};
  frame.close_point = {frame.placed.close_f, frame.placed.close_s};
  return frame;
}

// The settings that say the same again: of an experiment, what was given alone.
Settings effective(const Settings& given) {
  Settings defaults = default_settings();
  // With -out, a file is written only where it is named.
  if (given.out_files) {
    for (const auto name :
         {&Settings::float_file, &Settings::int_file, &Settings::noise_file, &Settings::pgm_file}) {
      (defaults.*name).reset();
    }
  }
  const Settings computing =
      overlaid({}, defaults, [](const Option& option) { return !describes_experiment(option); });
  return overlaid(computing, given);
}

// The meaning of the numbers was fixed when the file was made.
std::vector<std::string> quirk_warnings(const Inputs& inputs) {
  std::string names;
  for (const compat::QuirkInfo& row : compat::quirk_table()) {
    const bool differs = inputs.quirks.has(row.quirk) != inputs.stored->quirks.has(row.quirk);
    if (!differs || row.scope != compat::Scope::numbers) continue;
    names.append(names.empty() ? "" : ", ").append(row.name);
  }
  if (names.empty()) return {};
  return {fmt::format("quirks of -compat that act on what flags mean: {} stays as it was made ({})",
                      *inputs.settings.experiment_file, names)};
}

}  // namespace

DescribedExperiment experiment_of_file(const Inputs& inputs) {
  const Settings& settings = inputs.settings;
  check_flags(settings);
  Experiment experiment = inputs.stored->experiment;
  const ResolvedCrystal crystal = with_crystal_flags(experiment.crystal, inputs);
  experiment.crystal = crystal.crystal;
  experiment.beam = with_beam_flags(experiment.beam, settings);
  experiment.spindle = with_spindle_flags(experiment.spindle, settings, inputs.quirks);
  experiment.sampling = with_sampling_flags(experiment.sampling, settings);
  if (settings.water_um) experiment.water = Metre(*settings.water_um / 1e6);
  if (settings.lattices) experiment.lattices = resolve_lattices(settings);
  if (gives_slabs(settings)) {
    experiment.slabs = resolve_slabs(settings, inputs.lists.background, experiment.beam->size);
  }
  MeasuredBackgrounds measured = resolve_measured(settings, inputs.lists.background,
                                                  experiment.detector.panels, *experiment.beam);
  if (gives_slabs(settings)) experiment.measured = std::move(measured.list);
  experiment.detector.point_spread =
      resolve_point_spread(settings, experiment.detector.point_spread);
  const DetectorFrame frame = frame_of_first_panel(experiment);
  if (const auto stop = resolve_beamstop(settings, frame)) experiment.beamstop = stop;
  const int recommended =
      recommended_oversample(experiment.crystal, experiment.beam->wavelength, frame, inputs.quirks);
  if (settings.oversample == 0) experiment.sampling.oversample = recommended;
  check(experiment);
  DescribedExperiment out{.experiment = experiment,
                          .frame = frame,
                          .amplitude_source = *settings.experiment_file,
                          .dump = {},
                          .effective = effective(settings),
                          .warnings = crystal.warnings,
                          .exercised = {}};
  for (auto texts : {quirk_warnings(inputs), lattice_warnings(settings),
                     background_warnings(settings, experiment), measured.warnings,
                     disorder_warnings(experiment)}) {
    for (std::string& text : texts) out.warnings.push_back(std::move(text));
  }
  for (std::string& text :
       sampling_warnings(experiment.sampling, experiment.crystal->shape, recommended)) {
    out.warnings.push_back(std::move(text));
  }
  return out;
}

}  // namespace nanobragg::config
