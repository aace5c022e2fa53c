// Puts a pixel's record into the order and words of the C program.
#include "nanobragg/trace/pixel_lines.hpp"

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::trace {
namespace {

using kernel::PointRecord;
using kernel::SourceRecord;
using kernel::StepRecord;

constexpr double kAngstromsPerMetre = 1e10;
// The C program shows the first step of this source too.
constexpr std::size_t kSecondSource = 2;

class PixelLines {
 public:
  PixelLines(const plan::SamplingPlan& plan, const kernel::PixelRecord& record)
      : plan_(plan), panel_(plan.detector.panels[record.panel]), record_(record) {}

  std::vector<Line> all();

 private:
  void add(const char* key, double value, const char* unit = "") {
    lines_.push_back(number_line(Form::value, key, value, unit));
  }
  void add(const char* key, const Vec3<double>& v, const char* unit = "") {
    lines_.push_back(vector_line(Form::value, key, v, unit));
  }
  void add_whole(const char* key, std::int64_t value) {
    lines_.push_back({Form::value, key, {{"", value}}, ""});
  }
  void add_point(const PointRecord& point);
  void add_first_source(const SourceRecord& source);
  void add_second_source(const SourceRecord& source);
  void add_first_step(const StepRecord& step);
  void add_spindle_step(const StepRecord& step);
  void add_totals();

  double rounded(double value) const { return kernel::rounded_to(record_.precision, value); }
  Vec3<double> rounded(const Vec3<double>& v) const {
    return {rounded(v.x), rounded(v.y), rounded(v.z)};
  }

  const plan::SamplingPlan& plan_;
  const PanelValues& panel_;
  const kernel::PixelRecord& record_;
  std::vector<Line> lines_;
};

void PixelLines::add_point(const PointRecord& point) {
  add("pix0_vector_meters", rounded(panel_.corner_m), "m");
  add("fdet_vec", rounded(panel_.fast));
  add("sdet_vec", rounded(panel_.slow));
  add("pixel_pos_meters", point.position_m, "m");
  add("R_distance_meters", point.distance_m, "m");
  add("omega_pixel_sr", point.solid_angle, "sr");
  add("close_distance_meters", rounded(panel_.close_distance.value()), "m");
  add("obliquity_factor", point.obliquity);
  add("diffracted_vec", point.diffracted);
}

void PixelLines::add_first_source(const SourceRecord& source) {
  add("incident_vec", source.incident);
  add("lambda_meters", source.wavelength_m, "m");
  add("lambda_angstroms", rounded(source.wavelength_m * kAngstromsPerMetre), "Å");
  // The name is historical.
  add("scattering_vec_A_inv", source.scattering_per_m, "1/m");
  // The C program has none.
  if (plan_.crystal.b_factor != 0.0) {
    add("displacement_factor",
        rounded(physics::displacement_factor(plan_.crystal.b_factor, source.scattering_per_m)));
  }
}

void PixelLines::add_first_step(const StepRecord& step) {
  const auto& [a, b, c] = step.axes_m;
  add("rot_a_angstroms", rounded(kAngstromsPerMetre * a), "Å");
  add("rot_b_angstroms", rounded(kAngstromsPerMetre * b), "Å");
  add("rot_c_angstroms", rounded(kAngstromsPerMetre * c), "Å");
  // Those of spindle angle 0, whatever the name says.
  const Axes<double>& reciprocal = plan_.crystal.lattice.reciprocal;
  add("rot_a_star_A_inv", rounded(reciprocal.a), "1/Å");
  add("rot_b_star_A_inv", rounded(reciprocal.b), "1/Å");
  add("rot_c_star_A_inv", rounded(reciprocal.c), "1/Å");
  add("hkl_frac", step.hkl);
  const MillerIndex nearest = physics::nearest_index(step.nearest);
  lines_.push_back({Form::value,
                    "hkl_rounded",
                    {{"", std::int64_t{nearest.h}},
                     {"", std::int64_t{nearest.k}},
                     {"", std::int64_t{nearest.l}}},
                    ""});
  if (plan_.crystal.continuous.motions.displacement) {
    const double of_amplitude =
        displacement_of_amplitude(*plan_.crystal.continuous.motions.displacement, nearest);
    add("anisotropic_displacement_factor", rounded(of_amplitude * of_amplitude));
  }
  if (step.lattice_along_axes) {
    add("F_latt_a", step.lattice_along_axes->x);
    add("F_latt_b", step.lattice_along_axes->y);
    add("F_latt_c", step.lattice_along_axes->z);
  }
  add("F_latt", step.lattice);
}

void PixelLines::add_spindle_step(const StepRecord& step) {
  Line line{Form::spindle_step,
            "PHI",
            {{"phi_tic", static_cast<std::int64_t>(step.spindle_step)},
             {"phi_deg", rounded(to_degree(Radian(step.phi_rad)).value())},
             {"k_frac", step.hkl.y}},
            ""};
  if (step.lattice_along_axes) line.fields.push_back({"F_latt_b", step.lattice_along_axes->y});
  line.fields.push_back({"F_latt", step.lattice});
  lines_.push_back(line);
}

void PixelLines::add_second_source(const SourceRecord& source) {
  if (source.steps.empty() || !source.steps.front().cell) return;
  const StepRecord& step = source.steps.front();
  const auto say = [&](const char* key, double value, const char* unit = "") {
    lines_.push_back(number_line(Form::second_source, key, value, unit));
  };
  const double cell = *step.cell;
  say("F_cell", cell, "electrons");
  say("F_latt", step.lattice);
  say("F_cell_squared", rounded(cell * cell), "electrons²");
  say("F_latt_squared", rounded(step.lattice * step.lattice));
  say("I_contribution", rounded(cell * cell * step.lattice * step.lattice), "electrons²");
  say("polar", source.polarisation);
  say("cos2theta", source.cos_2theta);
  say("lambda_angstroms", rounded(source.wavelength_m * kAngstromsPerMetre), "Å");
  lines_.push_back(
      {Form::second_source, "source_index", {{"", static_cast<std::int64_t>(source.index)}}, ""});
}

void PixelLines::add_totals() {
  using namespace constants;
  const Sampling& sampling = plan_.sampling;
  const auto flag = [](FactorSampling s) {
    return std::int64_t{s == FactorSampling::per_subpixel ? 1 : 0};
  };
  add("I_before_scaling", record_.sum, "electrons²");
  add("r_e_meters", rounded(std::sqrt(kClassicalElectronRadiusSquared)), "m");
  add("r_e_sqr", rounded(kClassicalElectronRadiusSquared), "m²");
  add("fluence_photons_per_m2", rounded(plan_.beam.fluence), "photons/m²");
  if (plan_.crystal.continuous.blocks != 1.0) add("blocks", plan_.crystal.continuous.blocks);
  add("steps", rounded(plan_.steps));
  add_whole("oversample_thick", flag(sampling.absorption));
  add_whole("oversample_polar", flag(sampling.polarisation));
  add_whole("oversample_omega", flag(sampling.solid_angle));
  add("capture_fraction", record_.capture);
  add("polar", record_.polarisation);
  add("omega_pixel", record_.solid_angle, "sr");
  add("cos_2theta", record_.points.back().sources.back().cos_2theta);
  if (record_.diffuse.water != 0.0) add("water_photons", record_.diffuse.water, "photons");
  if (record_.diffuse.haloes != 0.0) add("halo_photons", record_.diffuse.haloes, "photons");
  if (record_.diffuse.slabs != 0.0) add("amorphous_photons", record_.diffuse.slabs, "photons");
  if (record_.diffuse.profiles != 0.0) {
    add("measured_profile_photons", record_.diffuse.profiles, "photons");
  }
  if (record_.transmission != 1.0) add("transmission", record_.transmission);
  if (record_.diffuse.images != 0.0) {
    add("measured_image_photons", record_.diffuse.images, "photons");
  }
  add("I_pixel_final", record_.photons, "photons");
  add("floatimage_accumulated", static_cast<float>(record_.photons), "photons");
}

std::vector<Line> PixelLines::all() {
  lines_.push_back({Form::pixel,
                    "tracing pixel",
                    {{"spixel", static_cast<std::int64_t>(record_.pixel.slow)},
                     {"fpixel", static_cast<std::int64_t>(record_.pixel.fast)}},
                    ""});
  for (const PointRecord& point : record_.points) {
    add_point(point);
    for (const SourceRecord& source : point.sources) {
      if (source.index == kSecondSource) add_second_source(source);
      if (source.index != 0) continue;
      add_first_source(source);
      for (const StepRecord& step : source.steps) {
        if (step.domain != 0) continue;
        const bool first = step.spindle_step == 0;
        if (first) add_first_step(step);
        add_spindle_step(step);
        if (first && step.cell) add("F_cell", *step.cell, "electrons");
      }
    }
  }
  add_totals();
  return std::move(lines_);
}

}  // namespace

std::vector<Line> pixel_lines(const plan::SamplingPlan& plan, const kernel::PixelRecord& record) {
  return PixelLines(plan, record).all();
}

}  // namespace nanobragg::trace
