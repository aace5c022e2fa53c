// Writes values back into the flags' units.
#include "nanobragg/commands/refine/refined_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/io/truth/dials_experiments.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::commands {
namespace {

using config::Settings;
using Id = plan::ParameterId;
namespace fs = std::filesystem;

// The values of a result, and which of them a refinement moved.
class Values {
 public:
  explicit Values(const refine::Result& result) : values_(plan::values_of(result.experiment)) {
    for (const refine::RefinedParameter& p : result.parameters) {
      moved_.insert(moved_.end(), p.parameter.ids.begin(), p.parameter.ids.end());
    }
  }
  // In users' units.
  double operator[](Id id) const { return values_[id] * plan::info(id).per_internal; }
  bool moved(Id first, Id last) const {
    return std::ranges::any_of(moved_, [&](Id id) { return id >= first && id <= last; });
  }
  bool moved(Id id) const { return moved(id, id); }
  bool moved_panels() const {
    return std::ranges::any_of(moved_, [](Id id) { return plan::motion_in(id).has_value(); });
  }

 private:
  plan::ParameterValues<double> values_;
  std::vector<Id> moved_;
};

void set(std::optional<double>& setting, const Values& values, Id id) {
  if (values.moved(id)) setting = values[id];
}

void set_crystal(Settings& s, const Values& v) {
  // Whole, as demands of a crystal system may have changed what was not refined.
  if (v.moved(Id::cell_a, Id::cell_gamma)) {
    s.cell = {v[Id::cell_a],     v[Id::cell_b],    v[Id::cell_c],
              v[Id::cell_alpha], v[Id::cell_beta], v[Id::cell_gamma]};
  }
  if (v.moved(Id::misset_x, Id::misset_z) || s.misset_random.value_or(false)) {
    s.misset_deg = Vec3<double>{v[Id::misset_x], v[Id::misset_y], v[Id::misset_z]};
    s.misset_random.reset();
  }
  if (v.moved(Id::cells_a, Id::cells_c)) {
    s.cells_a = v[Id::cells_a];
    s.cells_b = v[Id::cells_b];
    s.cells_c = v[Id::cells_c];
    for (auto* size : {&s.size_x_mm, &s.size_y_mm, &s.size_z_mm}) size->reset();
  }
  set(s.mosaic_spread_deg, v, Id::mosaic_spread);
  set(s.fudge, v, Id::fudge);
  set(s.b_factor, v, Id::b_factor);
  set(s.water_um, v, Id::water);
}

void set_beam(Settings& s, const Values& v, const plan::SamplingPlan& plan) {
  set(s.wavelength_A, v, Id::wavelength);
  set(s.dispersion_percent, v, Id::bandwidth);
  set(s.kahn_factor, v, Id::kahn_factor);
  if (v.moved(Id::horizontal_divergence)) {
    s.hdiv_range_mrad = v[Id::horizontal_divergence];
    s.hdiv_steps = plan.beam.horizontal_divergence.count;
    s.hdiv_step_mrad.reset();
  }
  if (v.moved(Id::vertical_divergence)) {
    s.vdiv_range_mrad = v[Id::vertical_divergence];
    s.vdiv_steps = plan.beam.vertical_divergence.count;
    s.vdiv_step_mrad.reset();
  }
  if (v.moved(Id::fluence)) {
    s.fluence = v[Id::fluence];
    s.flux.reset();
  }
  set(s.phi_deg, v, Id::phi);
  if (v.moved(Id::oscillation)) {
    s.oscillation_deg = v[Id::oscillation];
    s.phi_steps = plan.crystal.oscillation.count;
    s.phi_step_deg.reset();
  }
}

void leave_out_centre(Settings& s) {
  for (auto* flag : {&s.distance_mm, &s.close_distance_mm, &s.beam_x_mm, &s.beam_y_mm,
                     &s.close_x_mm, &s.close_y_mm, &s.org_x, &s.org_y}) {
    flag->reset();
  }
}

void set_place(Settings& s, const Values& v, const config::DetectorFrame& frame) {
  const double pixel_mm = v[Id::pixel_size];
  if (v.moved(Id::pixel_size)) {
    s.pixel_mm = pixel_mm;
    s.pixels_fast = static_cast<long>(frame.shape.fast);
    s.pixels_slow = static_cast<long>(frame.shape.slow);
  }
  if (v.moved(Id::origin_x, Id::origin_z)) {
    s.pix0_m = 1e-3 * Vec3<double>{v[Id::origin_x], v[Id::origin_y], v[Id::origin_z]};
    leave_out_centre(s);
    return;
  }
  if (frame.placement == config::Placement::by_corner) return;
  // All of them, as what a flag says may depend on the size of a pixel or on the tilt.
  if (!v.moved(Id::distance, Id::pixel_size)) return;
  s.distance_mm = v[Id::distance];
  s.close_distance_mm.reset();
  const bool by_close_point =
      frame.placing.pivot == Pivot::sample && frame.convention != config::Convention::custom;
  if (by_close_point) {
    s.org_x = v[Id::beam_fast] / pixel_mm + 0.5;
    s.org_y = v[Id::beam_slow] / pixel_mm + 0.5;
    return;
  }
  const config::DetectorSize size{static_cast<double>(frame.shape.fast) * pixel_mm * 1e-3,
                                  static_cast<double>(frame.shape.slow) * pixel_mm * 1e-3,
                                  pixel_mm * 1e-3};
  const config::BeamCentre centre =
      config::to_centre({v[Id::beam_fast] * 1e-3, v[Id::beam_slow] * 1e-3}, frame.convention, size);
  s.beam_x_mm = centre.x * 1e3;
  s.beam_y_mm = centre.y * 1e3;
}

// The one panel as it stands, instead of a -geometry that no flag may correct or of flags that do
// not say how a panel was moved.
void place_by_vectors(Settings& s, const Values& v, const Experiment& experiment) {
  const PanelValues& panel = *experiment.detector.panels.front();
  leave_out_centre(s);
  for (auto* angle : {&s.tilt_x_deg, &s.tilt_y_deg, &s.tilt_z_deg, &s.twotheta_deg}) angle->reset();
  s.geometry_file.reset();
  if (!s.crystal_file) s.experiment.reset();
  s.convention = config::Convention::custom;
  s.fast_vector = panel.fast;
  s.slow_vector = panel.slow;
  s.normal_vector = panel.normal;
  s.beam_vector = experiment.beam->direction;
  s.polar_vector = experiment.beam->polarisation_axis;
  s.spindle_axis = experiment.spindle.axis;
  s.pix0_m = panel.corner_m;
  s.pixel_mm = v[Id::pixel_size];
  s.pixels_fast = static_cast<long>(panel.shape.fast);
  s.pixels_slow = static_cast<long>(panel.shape.slow);
  s.wavelength_A = v[Id::wavelength];
  s.kahn_factor = v[Id::kahn_factor];
  s.phi_deg = v[Id::phi];
}

bool is_moved(const Values& v) { return v.moved(Id::distance, Id::pixel_size) || v.moved_panels(); }

void set_detector(Settings& s, const Values& v, const config::Resolved& start,
                  const Experiment& refined) {
  const bool is_single = refined.detector.panels.size() == 1;
  if (is_single &&
      (v.moved_panels() || (s.geometry_file && v.moved(Id::distance, Id::pixel_size)))) {
    place_by_vectors(s, v, refined);
  } else if (!s.geometry_file) {
    set_place(s, v, start.frame);
    set(s.tilt_x_deg, v, Id::tilt_x);
    set(s.tilt_y_deg, v, Id::tilt_y);
    set(s.tilt_z_deg, v, Id::tilt_z);
    set(s.twotheta_deg, v, Id::twotheta);
  }
  set(s.thickness_um, v, Id::thickness);
  // An attenuation of mm⁻¹ as the depth in µm that it makes.
  if (v.moved(Id::attenuation)) s.absorption_depth_um = 1e3 / v[Id::attenuation];
}

void leave_out_outputs(Settings& s) {
  for (const config::FileMember file : config::output_files()) (s.*file).reset();
  s.out_files.reset();
}

std::string mosflm_matrix(const refine::Result& result) {
  const Axes<double>& axes = *result.experiment.crystal->reciprocal_axes;
  const double wavelength = result.experiment.beam->wavelength.value() * 1e10;
  std::string text;
  for (const auto component : {&Vec3<double>::x, &Vec3<double>::y, &Vec3<double>::z}) {
    text += fmt::format("{:.17g} {:.17g} {:.17g}\n", wavelength * axes.a.*component,
                        wavelength * axes.b.*component, wavelength * axes.c.*component);
  }
  return text;
}

std::string geometry_text(const Experiment& experiment, compat::QuirkSet quirks) {
  const io::ImageDescription about = io::describe(experiment, plan::make_plan(experiment, quirks));
  return io::dials_experiments({.frames = 1, .exposures = {about}, .files = {}});
}

std::string hkl_text(const StructureFactors& factors) {
  std::string text;
  const MillerBox& box = factors.box();
  for (int h = box.min.h; h <= box.max.h; ++h) {
    for (int k = box.min.k; k <= box.max.k; ++k) {
      for (int l = box.min.l; l <= box.max.l; ++l) {
        text += fmt::format("{} {} {} {}\n", h, k, l, factors.in_table({h, k, l}));
      }
    }
  }
  return text;
}

}  // namespace

RefinedSettings refined_settings(const config::Resolved& start, const refine::Result& result,
                                 const fs::path& folder) {
  const Values values(result);
  const plan::SamplingPlan plan = plan::make_plan(start.experiment, start.quirks);
  RefinedSettings out{start.effective, {}};
  Settings& s = out.settings;
  set_crystal(s, values);
  set_beam(s, values, plan);
  set_detector(s, values, start, result.experiment);
  leave_out_outputs(s);
  // Several panels have no flags. An -experiment would choose in this file and that of -crystal.
  if (is_moved(values) && result.experiment.detector.panels.size() > 1 &&
      !(s.experiment && s.crystal_file)) {
    out.files.push_back(
        {folder / kRefinedGeometry, geometry_text(result.experiment, start.quirks)});
    s.geometry_file = out.files.back().path.string();
    s.experiment.reset();
  }
  const bool by_matrix = result.experiment.crystal->reciprocal_axes.has_value();
  // A matrix is in units of the wavelength, and may stand in the file of -geometry.
  const bool matrix_changes = values.moved(Id::cell_a, Id::cell_gamma) ||
                              values.moved(Id::wavelength) ||
                              s.geometry_file != start.effective.geometry_file;
  if (by_matrix && matrix_changes) {
    out.files.push_back({folder / kRefinedMatrix, mosflm_matrix(result)});
    s.matrix_file = out.files.back().path.string();
    s.crystal_file.reset();
    if (!result.experiment.crystal->cell) s.cell.reset();
  }
  if (!result.amplitudes.empty()) {
    out.files.push_back(
        {folder / kRefinedAmplitudes, hkl_text(*result.experiment.structure_factors)});
    s.hkl_file = out.files.back().path.string();
    s.hkl_column.reset();
    s.wilson.reset();
    s.model_file.reset();
  }
  return out;
}

namespace {

bool stand_alike(const Panel& panel, const Panel& other) {
  const auto near = [](const Vec3<double>& u, const Vec3<double>& v) {
    return length(u - v) <= 1e-9 * length(v);
  };
  return near(panel->corner_m, other->corner_m) && near(panel->fast, other->fast) &&
         near(panel->slow, other->slow);
}

}  // namespace

std::vector<std::string> lost_parameters(const refine::Result& result,
                                         const config::Resolved& again) {
  const auto wanted = plan::values_of(result.experiment);
  const auto found = plan::values_of(again.experiment);
  // Other numbers may place the panels as these do.
  const bool is_placed =
      std::ranges::equal(result.experiment.detector.panels, again.experiment.detector.panels,
                         [](const Panel& a, const Panel& b) { return stand_alike(a, b); });
  std::vector<std::string> lost;
  for (const refine::RefinedParameter& p : result.parameters) {
    for (const Id id : p.parameter.ids) {
      const bool is_place = (id >= Id::distance && id <= Id::twotheta) || plan::motion_in(id);
      if (is_placed && is_place) continue;
      const double off = std::abs(found[id] - wanted[id]);
      const bool same =
          off <= 1e-9 * std::abs(wanted[id]) || off <= 1e-3 * p.uncertainty.value_or(0.0);
      if (!same) lost.emplace_back(plan::name_of(id));
    }
  }
  const bool is_masked = result.experiment.sampling.mask != nullptr;
  if (is_masked && !again.experiment.sampling.mask) lost.emplace_back("the mask of -geometry");
  return lost;
}

}  // namespace nanobragg::commands
