// Names the factors of spots.
#include "nanobragg/trace/spot_lines.hpp"

#include "nanobragg/base/units.hpp"

namespace nanobragg::trace {
namespace {

using kernel::analytic::PixelSpot;

void add_spot(const PixelSpot& spot, std::vector<Line>& to) {
  const auto add = [&](const char* key, std::vector<Field> fields, const char* unit = "") {
    to.push_back({Form::value, key, std::move(fields), unit});
  };
  const auto& [xx, yy, zz, xy, xz, yz] = spot.covariance;
  const Vec3<double>& g = spot.point;
  const kernel::analytic::SpotEllipse& on_panel = spot.on_panel;
  add("spot_hkl", {{"", std::int64_t{spot.index.h}},
                   {"", std::int64_t{spot.index.k}},
                   {"", std::int64_t{spot.index.l}}});
  add("spot_F_cell", {{"", spot.amplitude}}, "electrons");
  add("spot_lambda_angstroms", {{"", 1.0 / spot.line.wavenumber_per_A}}, "Å");
  add("spot_line_weight", {{"", spot.weight}});
  add("spot_phi_deg", {{"", to_degree(Radian(spot.phi_rad)).value()}}, "°");
  add("spot_point_A_inv", {{"", g.x}, {"", g.y}, {"", g.z}}, "1/Å");
  add("spot_variances_A_inv_sqr", {{"", xx}, {"", yy}, {"", zz}}, "1/Å²");
  add("spot_covariances_A_inv_sqr", {{"", xy}, {"", xz}, {"", yz}}, "1/Å²");
  add("spot_excitation_error_A_inv", {{"", spot.excitation_error_per_A}}, "1/Å");
  add("spot_partiality", {{"", spot.partiality}});
  add("spot_centre_pixels", {{"", on_panel.fast}, {"", on_panel.slow}}, "pixels");
  add("spot_covariance_pixels",
      {{"", on_panel.fast_variance}, {"", on_panel.slow_variance}, {"", on_panel.covariance}},
      "pixels²");
  add("spot_photons", {{"", spot.photons}}, "photons");
}

}  // namespace

std::vector<Line> spot_lines(std::span<const PixelSpot> spots) {
  std::vector<Line> lines;
  double sum = 0.0;
  for (const PixelSpot& spot : spots) {
    add_spot(spot, lines);
    sum += spot.photons;
  }
  lines.push_back({Form::value, "spots", {{"", static_cast<std::int64_t>(spots.size())}}, ""});
  lines.push_back(number_line(Form::value, "photons_in_closed_form", sum, "photons"));
  return lines;
}

}  // namespace nanobragg::trace
