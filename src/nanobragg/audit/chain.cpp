// The table of stages and keys. Order and names are those of the reference's -trace_pixel, but that
// a key stands before all that is computed from it.
#include "nanobragg/audit/chain.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "nanobragg/audit/trace_line.hpp"

namespace nanobragg::audit {
namespace {

using enum Stage;
using enum Scope;
using enum Measure;

// Natural scales: a unit vector or an index has 1, an angle in degrees 1, the rest is relative to
// its own size.
constexpr auto kChain = std::to_array<ChainKey>({
    {"detector_convention", geometry, once_before, words, 0, 0.0, "", ""},
    {"angles_rad", geometry, once_before, relative, 4, 1.0, "rad", ""},
    {"beam_center_m", geometry, once_before, relative, 3, 0.0, "", ""},
    {"initial_fdet", geometry, once_before, relative, 3, 1.0, "", "detector_convention"},
    {"initial_sdet", geometry, once_before, relative, 3, 1.0, "", "detector_convention"},
    {"initial_odet", geometry, once_before, relative, 3, 1.0, "", "initial_fdet initial_sdet"},
    {"Rx", geometry, once_before, relative, 9, 1.0, "", "angles_rad"},
    {"Ry", geometry, once_before, relative, 9, 1.0, "", "angles_rad"},
    {"Rz", geometry, once_before, relative, 9, 1.0, "", "angles_rad"},
    {"R_total", geometry, once_before, relative, 9, 1.0, "", "Rx Ry Rz"},
    {"fdet_after_rotz", geometry, once_before, relative, 3, 1.0, "", "initial_fdet angles_rad"},
    {"sdet_after_rotz", geometry, once_before, relative, 3, 1.0, "", "initial_sdet angles_rad"},
    {"odet_after_rotz", geometry, once_before, relative, 3, 1.0, "", "initial_odet angles_rad"},
    {"twotheta_axis", geometry, once_before, relative, 3, 1.0, "", "detector_convention"},
    {"fdet_after_twotheta", geometry, once_before, relative, 3, 1.0, "",
     "fdet_after_rotz twotheta_axis angles_rad"},
    {"sdet_after_twotheta", geometry, once_before, relative, 3, 1.0, "",
     "sdet_after_rotz twotheta_axis angles_rad"},
    {"odet_after_twotheta", geometry, once_before, relative, 3, 1.0, "",
     "odet_after_rotz twotheta_axis angles_rad"},
    {"convention_mapping", geometry, once_before, words, 0, 0.0, "", "detector_convention"},
    {"Fbeam_m", geometry, once_before, relative, 1, 0.0, "m", "beam_center_m"},
    {"Sbeam_m", geometry, once_before, relative, 1, 0.0, "m", "beam_center_m"},
    {"Fclose_m", geometry, once_before, relative, 1, 0.0, "m", "beam_center_m"},
    {"Sclose_m", geometry, once_before, relative, 1, 0.0, "m", "beam_center_m"},
    {"ratio", geometry, once_before, relative, 1, 1.0, "", "odet_after_rotz"},
    {"close_distance_m", geometry, once_before, relative, 1, 0.0, "m", "ratio"},
    {"distance_m", geometry, once_before, relative, 1, 0.0, "m", "close_distance_m ratio"},
    {"term_fast", geometry, once_before, relative, 3, 0.0, "m", "Fbeam_m fdet_after_twotheta"},
    {"term_slow", geometry, once_before, relative, 3, 0.0, "m", "Sbeam_m sdet_after_twotheta"},
    {"term_beam", geometry, once_before, relative, 3, 0.0, "m", "distance_m"},
    {"pix0_vector", geometry, once_before, relative, 3, 0.0, "m", "term_fast term_slow term_beam"},
    {"term_fast_before_rot", geometry, once_before, relative, 3, 0.0, "m", "Fclose_m initial_fdet"},
    {"term_slow_before_rot", geometry, once_before, relative, 3, 0.0, "m", "Sclose_m initial_sdet"},
    {"term_close_before_rot", geometry, once_before, relative, 3, 0.0, "m",
     "close_distance_m initial_odet"},
    {"pix0_before_rotation", geometry, once_before, relative, 3, 0.0, "m",
     "term_fast_before_rot term_slow_before_rot term_close_before_rot"},
    {"pix0_after_rotz", geometry, once_before, relative, 3, 0.0, "m",
     "pix0_before_rotation angles_rad"},
    {"pix0_after_twotheta", geometry, once_before, relative, 3, 0.0, "m",
     "pix0_after_rotz twotheta_axis angles_rad"},

    {"fdet_vec", geometry, evaluation, relative, 3, 1.0, "", "fdet_after_twotheta"},
    {"sdet_vec", geometry, evaluation, relative, 3, 1.0, "", "sdet_after_twotheta"},
    {"pix0_vector_meters", geometry, evaluation, relative, 3, 0.0, "m",
     "pix0_vector pix0_after_twotheta"},
    {"close_distance_meters", geometry, evaluation, relative, 1, 0.0, "m",
     "close_distance_m pix0_vector_meters"},

    {"pixel_pos_meters", pixel, evaluation, relative, 3, 0.0, "m",
     "pix0_vector_meters fdet_vec sdet_vec"},
    {"R_distance_meters", pixel, evaluation, relative, 1, 0.0, "m", "pixel_pos_meters"},
    {"obliquity_factor", pixel, evaluation, relative, 1, 0.0, "",
     "R_distance_meters close_distance_meters"},
    {"omega_pixel_sr", pixel, evaluation, relative, 1, 0.0, "sr",
     "R_distance_meters close_distance_meters obliquity_factor"},
    {"diffracted_vec", pixel, evaluation, relative, 3, 1.0, "", "pixel_pos_meters"},
    {"incident_vec", pixel, evaluation, relative, 3, 1.0, "", ""},
    {"lambda_meters", pixel, evaluation, relative, 1, 0.0, "m", ""},
    {"lambda_angstroms", pixel, evaluation, relative, 1, 0.0, "A", "lambda_meters"},
    {"scattering_vec_A_inv", pixel, evaluation, relative, 3, 0.0, "1/m",
     "diffracted_vec incident_vec lambda_meters"},
    {"displacement_factor", pixel, evaluation, relative, 1, 0.0, "", "scattering_vec_A_inv"},

    {"rot_a_star_A_inv", lattice, evaluation, relative, 3, 0.0, "1/A", ""},
    {"rot_b_star_A_inv", lattice, evaluation, relative, 3, 0.0, "1/A", ""},
    {"rot_c_star_A_inv", lattice, evaluation, relative, 3, 0.0, "1/A", ""},
    {"phi.phi_deg", lattice, spindle_step, relative, 1, 1.0, "deg", ""},
    {"rot_a_angstroms", lattice, evaluation, relative, 3, 0.0, "A",
     "rot_a_star_A_inv rot_b_star_A_inv rot_c_star_A_inv phi.phi_deg"},
    {"rot_b_angstroms", lattice, evaluation, relative, 3, 0.0, "A",
     "rot_a_star_A_inv rot_b_star_A_inv rot_c_star_A_inv phi.phi_deg"},
    {"rot_c_angstroms", lattice, evaluation, relative, 3, 0.0, "A",
     "rot_a_star_A_inv rot_b_star_A_inv rot_c_star_A_inv phi.phi_deg"},
    {"hkl_frac", lattice, evaluation, relative, 3, 1.0, "",
     "scattering_vec_A_inv rot_a_angstroms rot_b_angstroms rot_c_angstroms"},
    {"hkl_rounded", lattice, evaluation, exact, 3, 0.0, "", "hkl_frac"},
    {"F_latt_a", lattice, evaluation, relative, 1, 0.0, "", "hkl_frac"},
    {"F_latt_b", lattice, evaluation, relative, 1, 0.0, "", "hkl_frac"},
    {"F_latt_c", lattice, evaluation, relative, 1, 0.0, "", "hkl_frac"},
    {"F_latt", lattice, evaluation, relative, 1, 0.0, "", "F_latt_a F_latt_b F_latt_c hkl_frac"},
    {"phi.k_frac", lattice, spindle_step, relative, 1, 1.0, "",
     "phi.phi_deg scattering_vec_A_inv rot_b_star_A_inv rot_b_angstroms"},
    {"phi.F_latt_b", lattice, spindle_step, relative, 1, 0.0, "", "phi.k_frac"},
    {"phi.F_latt", lattice, spindle_step, relative, 1, 0.0, "",
     "phi.F_latt_b phi.k_frac phi.phi_deg"},

    {"anisotropic_displacement_factor", structure, evaluation, relative, 1, 0.0, "", "hkl_rounded"},
    {"F_cell", structure, evaluation, relative, 1, 0.0, "e",
     "hkl_rounded anisotropic_displacement_factor"},

    {"source.lambda_angstroms", intensity, source, relative, 1, 0.0, "A", ""},
    {"source.F_cell", intensity, source, relative, 1, 0.0, "e",
     "source.lambda_angstroms diffracted_vec rot_a_angstroms"},
    {"source.F_latt", intensity, source, relative, 1, 0.0, "",
     "source.lambda_angstroms diffracted_vec rot_a_angstroms"},
    {"source.F_cell_squared", intensity, source, relative, 1, 0.0, "", "source.F_cell"},
    {"source.F_latt_squared", intensity, source, relative, 1, 0.0, "", "source.F_latt"},
    {"source.I_contribution", intensity, source, relative, 1, 0.0, "",
     "source.F_cell_squared source.F_latt_squared"},
    {"source.cos_2theta", intensity, source, relative, 1, 1.0, "", "diffracted_vec incident_vec"},
    {"source.polar", intensity, source, relative, 1, 0.0, "", "source.cos_2theta"},
    {"I_before_scaling", intensity, once_after, relative, 1, 0.0, "",
     "F_cell F_latt phi.F_latt displacement_factor source.I_contribution"},

    {"r_e_meters", scaling, once_after, relative, 1, 0.0, "m", ""},
    {"r_e_sqr", scaling, once_after, relative, 1, 0.0, "m^2", "r_e_meters"},
    {"fluence_photons_per_m2", scaling, once_after, relative, 1, 0.0, "1/m^2", ""},
    {"blocks", scaling, once_after, relative, 1, 1.0, "", ""},
    {"steps", scaling, once_after, exact, 1, 0.0, "", ""},
    {"oversample_thick", scaling, once_after, exact, 1, 0.0, "", ""},
    {"oversample_polar", scaling, once_after, exact, 1, 0.0, "", ""},
    {"oversample_omega", scaling, once_after, exact, 1, 0.0, "", ""},
    {"capture_fraction", scaling, once_after, relative, 1, 0.0, "", "obliquity_factor"},
    {"cos_2theta", scaling, once_after, relative, 1, 1.0, "", "diffracted_vec incident_vec"},
    {"polar", scaling, once_after, relative, 1, 0.0, "", "cos_2theta"},
    {"omega_pixel", scaling, once_after, relative, 1, 0.0, "sr", "omega_pixel_sr"},
    {"halo_photons", scaling, once_after, relative, 1, 0.0, "photons",
     "scattering_vec_A_inv rot_a_angstroms fluence_photons_per_m2"},
    {"water_photons", scaling, once_after, relative, 1, 0.0, "photons",
     "r_e_sqr fluence_photons_per_m2 capture_fraction omega_pixel"},
    {"amorphous_photons", scaling, once_after, relative, 1, 0.0, "photons",
     "fluence_photons_per_m2 capture_fraction omega_pixel"},
    {"measured_profile_photons", scaling, once_after, relative, 1, 0.0, "photons",
     "pixel_pos_meters"},
    {"transmission", scaling, once_after, relative, 1, 1.0, "", "pixel_pos_meters"},
    {"measured_image_photons", scaling, once_after, relative, 1, 0.0, "photons", ""},
    {"I_pixel_final", scaling, once_after, relative, 1, 0.0, "photons",
     "I_before_scaling r_e_sqr fluence_photons_per_m2 blocks steps oversample_thick "
     "oversample_polar "
     "oversample_omega capture_fraction polar omega_pixel halo_photons water_photons "
     "amorphous_photons "
     "measured_profile_photons transmission measured_image_photons"},
    {"floatimage_accumulated", scaling, once_after, relative, 1, 0.0, "photons", "I_pixel_final"},
});

struct Synonym {
  std::string_view spelling;
  std::string_view key;
};

// What other programs call the same number.
constexpr auto kSynonyms = std::to_array<Synonym>({
    {"pix0_vector_m", "pix0_vector_meters"},
    {"fdet_vector", "fdet_vec"},
    {"sdet_vector", "sdet_vec"},
    {"pixel_pos_m", "pixel_pos_meters"},
    {"R_distance_m", "R_distance_meters"},
    {"airpath_meters", "R_distance_meters"},
    {"obliquity", "obliquity_factor"},
    {"lambda_A", "lambda_angstroms"},
    {"lambda_m", "lambda_meters"},
    {"scattering_vec", "scattering_vec_A_inv"},
    {"scattering_vec_m_inv", "scattering_vec_A_inv"},
    {"rot_a_A", "rot_a_angstroms"},
    {"rot_b_A", "rot_b_angstroms"},
    {"rot_c_A", "rot_c_angstroms"},
    {"rot_a_star", "rot_a_star_A_inv"},
    {"rot_b_star", "rot_b_star_A_inv"},
    {"rot_c_star", "rot_c_star_A_inv"},
    {"hkl", "hkl_frac"},
    {"hkl_float", "hkl_frac"},
    {"hkl_fractional", "hkl_frac"},
    {"miller_frac", "hkl_frac"},
    {"hkl_int", "hkl_rounded"},
    {"hkl_nearest", "hkl_rounded"},
    {"I_before_scaling_pre_polar", "I_before_scaling"},
    {"r_e_squared", "r_e_sqr"},
    {"fluence", "fluence_photons_per_m2"},
    {"capture", "capture_fraction"},
    {"polarization", "polar"},
    {"polarisation", "polar"},
    {"cos2theta", "cos_2theta"},
    {"source.cos2theta", "source.cos_2theta"},
    {"I_pixel", "I_pixel_final"},
});

// What is asked of a key for each of thousands of rows, found once.
struct Links {
  std::vector<std::string_view> parents;
  bool follows_lattice_factor = false;
};

const Links& links_of(const ChainKey& key) {
  // A key stands before all that is computed from it.
  static const std::vector<Links> all = [] {
    std::vector<Links> links;
    std::unordered_map<std::string_view, bool> follows;
    for (const ChainKey& one : kChain) {
      Links& of = links.emplace_back(Links{split_words(one.depends_on, " "), false});
      of.follows_lattice_factor =
          one.name.find("F_latt") != std::string_view::npos ||
          std::ranges::any_of(of.parents, [&](std::string_view parent) { return follows[parent]; });
      follows[one.name] = of.follows_lattice_factor;
    }
    return links;
  }();
  return all[static_cast<std::size_t>(&key - kChain.data())];
}

}  // namespace

std::string_view name_of(Stage stage) {
  switch (stage) {
    case geometry:
      return "geometry";
    case pixel:
      return "pixel";
    case lattice:
      return "lattice";
    case structure:
      return "F";
    case intensity:
      return "intensity";
    case scaling:
      return "scaling";
  }
  return {};
}

std::span<const ChainKey> chain() { return kChain; }

std::optional<std::size_t> position_in_chain(std::string_view name) {
  static const std::unordered_map<std::string_view, std::size_t> positions = [] {
    std::unordered_map<std::string_view, std::size_t> map;
    for (std::size_t i = 0; i < kChain.size(); ++i) map.emplace(kChain[i].name, i);
    return map;
  }();
  const auto found = positions.find(name);
  if (found == positions.end()) return std::nullopt;
  return found->second;
}

std::span<const std::string_view> parents_of(const ChainKey& key) { return links_of(key).parents; }

bool follows_lattice_factor(const ChainKey& key) { return links_of(key).follows_lattice_factor; }

std::string_view canonical_key(std::string_view spelling) {
  const auto found = std::ranges::find(kSynonyms, spelling, &Synonym::spelling);
  return found == kSynonyms.end() ? spelling : found->key;
}

}  // namespace nanobragg::audit
