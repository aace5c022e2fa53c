// Faults of ports before the crystal: switches, wrong arguments and formulas of others.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

// Rays over h and v, degrees and axes as given.
Change rays(std::function<V(const V& beam, double h, double v)> of) {
  return on_plan([of](SamplingPlan& p) {
    std::vector<plan::Ray<double>> out;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 2; ++j) {
        for (int k = 0; k < 5; ++k) {
          const double h = (i - 1) * 2e-3;
          const double v = (j - 0.5) * 2e-3;
          const double wavelength = 1.2e-10 * (1.0 + 0.02 * (k / 4.0 - 0.5));
          out.push_back({unit(of(p.beam.direction, h, v)), wavelength, 1.0});
        }
      }
    }
    p.beam.sources = out;
  });
}

std::vector<Fault> placements_first() {
  return {
      {"corner by the distance along the normal",
       &kCustom,
       {placed([](Placing& p) {
         p.after = [p](PlacedDetector<double>& d) {
           d.corner =
               -p.in.beam_f * d.fast - p.in.beam_s * d.slow + d.stages.close_distance * p.in.beam;
         };
       })},
       {"corner_by_close_distance"}},
      {"slow centre for both",
       &kTurned,
       {placed([](Placing& p) { p.in.beam_f = p.in.beam_s; })},
       {"centre_slow_for_both*"}},
      {"curved",
       &kTurned,
       {on_flags([](Settings& s) { s.curved = true; })},
       {"curved_det_unasked"}},
      {"point pixels",
       &kTurned,
       {on_flags([](Settings& s) { s.point_pixel = true; })},
       {"point_pixel_unasked"}},
      {"beam centre in pixels",
       &kTurned,
       {on_flags([](Settings& s) { *s.beam_x_mm *= 0.6, *s.beam_y_mm *= 0.6; })},
       {"centre_mm_as_pixels"}},
      {"ORGX without its half",
       &kSwung,
       {on_flags([](Settings& s) { *s.org_x += 0.5, *s.org_y += 0.5; })},
       {"centre_half_pixel_more"}},
      {"x of the beam centre half a pixel off",
       &kTurned,
       {placed([](Placing& p) { p.in.beam_s += 0.3e-3; })},
       {"centre_half_pixel_more_slow"}},
      {"detector of the square root of its pixels",
       &kTurned,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return p.pixel_size * p.pixel_size / r * p.close_distance / r;
       })},
       {"omega_pixel_sr: R/m"}},
      {"solid angle by the detector's distance",
       &kTurned,
       {solid_angle([](const PanelGeometry<double>& p, double) {
         return p.pixel_size * p.pixel_size / p.distance / p.distance;
       })},
       {"solid_angle_of_detector"}},
  };
}

std::vector<Fault> placements_second() {
  return {
      {"cube of the cosine",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         const double c = p.close_distance / r;
         return p.pixel_size * p.pixel_size / p.close_distance / p.close_distance * c * c * c * c;
       })},
       {"omega_pixel_sr: obliquity", "obliquity_twice"}},
      {"solid angle of the detector's plane",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return p.pixel_size * p.pixel_size / r / r * p.distance / r;
       })},
       {"obliquity_of_distance"}},
      {"rotation about y first",
       &kSwung,
       {placed([](Placing& p) {
         p.tilt = [t = p.in.tilt](const V& v) {
           return rotate_xyz(rotate_xyz(rotate_xyz(v, {0, t.y, 0}), {t.x, 0, 0}), {0, 0, t.z});
         };
       })},
       {"tilt_order_yxz"}},
      {"sine of 2 theta with the wrong sign",
       &kSwung,
       {placed([](Placing& p) {
         p.swing = [in = p.in](const V& v) {
           return rotate_about(v, in.twotheta_axis, -in.twotheta);
         };
       })},
       {"twotheta_sign"}},
      {"corner of the pixels that are not square",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.position = [](physics::SensorPoint at, const PanelGeometry<double>& p) {
           at.sub = {at.sub.fast, at.sub.slow};
           return Formulas::position(at, p);
         };
       })},
       {"subpixels_swapped"}},
  };
}

std::vector<Fault> beams_first() {
  return {
      {"divergence about the other axes",
       &kBeams,
       {rays([](const V& b, double h, double v) {
         const V up = unit(cross(b, V{0, 0, 1}));
         return rotate_about(rotate_about(b, up, v), V{0, 0, 1}, h);
       })},
       {"divergence_axes_swapped"}},
      {"horizontal divergence before vertical",
       &kBeams,
       {rays([](const V& b, double h, double v) {
         const V up = unit(cross(b, V{0, 0, 1}));
         return rotate_about(rotate_about(b, up, h), V{0, 0, 1}, v);
       })},
       {"divergence_order"}},
      {"horizontal divergence for both",
       &kBeams,
       {on_flags([](Settings& s) {
         s.vdiv_range_mrad = s.hdiv_range_mrad;
         s.vdiv_steps = s.hdiv_steps;
       })},
       {"divergence_horizontal_for_both"}},
      {"divergence of a ray as an offset",
       &kBeams,
       {rays([](const V& b, double h, double v) {
         const V up = unit(cross(b, V{0, 0, 1}));
         return b + h * V{0, 0, 1} + v * up;
       })},
       {"divergence*"}},
      {"vector to the pixel not made unit",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.scattering = [](const V& d, const plan::Ray<double>& ray) {
           // The sub-pixels stand as far from the sample as d says.
           return (0.09 / std::abs(d.x) * d - ray.incident) / ray.wavelength_m;
         };
       })},
       {"diffracted_not_unit"}},
      {"list of sources ignored",
       &kListed,
       {on_flags([](Settings& s) { s.source_file.reset(); })},
       {"sourcefile_ignored"}},
      {"wavelengths of the list ignored",
       &kListed,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.wavelength_m = 1.2e-10;
       })},
       {"one_wavelength"}},
  };
}

std::vector<Fault> beams_second() {
  return {
      {"weights as they are",
       &kListed,
       {on_plan([](SamplingPlan& p) {
         p.beam.sources[0].weight = 1.0, p.beam.sources[1].weight = 2.0;
         p.beam.sources[2].weight = 0.5;
       })},
       {"weights_not_normalised"}},
      {"mean wavelength of the list",
       &kListed,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.wavelength_m = 1.0e-10;
       })},
       {"*wavelength*"}},
      {"weights over the largest",
       &kListed,
       {on_plan([](SamplingPlan& p) {
         p.beam.sources[0].weight = 0.5, p.beam.sources[1].weight = 1.0;
         p.beam.sources[2].weight = 0.25;
       })},
       {"weights_over_largest"}},
      {"directions of sources not made unit",
       &kListed,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.incident = 10.0 * ray.incident;
       })},
       {"incident_ten_times"}},
      {"first wavelength of the dispersion for all",
       &kBeams,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.wavelength_m = p.beam.sources[0].wavelength_m;
       })},
       {"wavelength_of_first_source"}},
      {"divergence in degrees",
       &kBeams,
       {on_flags([](Settings& s) {
         *s.hdiv_range_mrad *= kPi / 0.18, *s.vdiv_range_mrad *= kPi / 0.18;
       })},
       {"divergence_mrad_as_degrees"}},
      {"no divergence at all",
       &kBeams,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.incident = p.beam.direction;
       })},
       {"one_direction"}},
  };
}

std::vector<Fault> polarisations() {
  return {
      {"psi in degrees",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         const double c = dot(i, d);
         const V b = unit(cross(axis, i));
         const double psi = -std::atan2(dot(d, b), dot(d, unit(cross(i, b))));
         return 0.5 * (1.0 + c * c - k * std::cos(2.0 * psi * 180.0 / kPi) * (1.0 - c * c));
       })},
       {"polarisation_azimuth_in_degrees"}},
      {"sine of 2 theta for its square",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         const double c = dot(i, d);
         const V b = unit(cross(axis, i));
         const double psi = -std::atan2(dot(d, b), dot(d, unit(cross(i, b))));
         return 0.5 * (1.0 + c * c - k * std::cos(2.0 * psi) * std::sqrt(1.0 - c * c));
       })},
       {"polarisation_sine_not_squared"}},
      {"Kahn's term added",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         return Formulas::polarisation(-k, i, d, axis);
       })},
       {"polar_sign", "polarisation_kahn_opposite"}},
      {"the fraction of polarisation for Kahn's factor",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         return Formulas::polarisation(2.0 * k - 1.0, i, d, axis);
       })},
       {"polarisation_fraction_for_kahn_factor"}},
      {"Lorentz factor",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         const double c = dot(i, d);
         return Formulas::polarisation(k, i, d, axis) / std::sqrt(1.0 - c * c);
       })},
       {"polarisation_with_lorentz"}},
      {"polarisation of the first sub-pixel's neighbour",
       &kTurned,
       {formulas([](ChangedFormulas& f) { f.kept.polarisation = false; })},
       {"polarisation_of_last"}},
      {"azimuth against the axis itself",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         const double c = dot(i, d);
         const double along = dot(d, axis);
         const double cos_psi = along / std::sqrt(1.0 - c * c);
         return 0.5 * (1.0 + c * c - k * (1.0 - 2.0 * cos_psi * cos_psi) * (1.0 - c * c));
       })},
       {"polarisation_kahn_opposite", "polar_sign"}},
      {"no polarisation by a flag",
       &kTurned,
       {on_flags([](Settings& s) { s.polarised = false; })},
       {"polarisation_left_out", "nopolar*"}},
  };
}

}  // namespace

std::vector<Fault> ported_places_and_beams() {
  return joined(
      {placements_first(), placements_second(), beams_first(), beams_second(), polarisations()});
}

}  // namespace nanobragg::test
