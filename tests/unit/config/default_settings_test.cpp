// The defaults: what they say, and that they decide nothing that a rule decides.
#include <gtest/gtest.h>

#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {
namespace {

TEST(DefaultSettings, AreThoseOfTheReference) {
  const Settings s = default_settings();
  EXPECT_EQ(s.wavelength_A, 1.0);
  EXPECT_EQ(s.fluence, 125932015286227086360700780544.0);
  EXPECT_EQ(s.exposure_s, 1.0);
  EXPECT_EQ(s.beamsize_mm, 0.1);
  EXPECT_EQ(s.kahn_factor, 0.0);
  EXPECT_EQ(s.mosaic_seed, 12345678);
  EXPECT_EQ(s.pixel_mm, 0.1);
  EXPECT_EQ(s.adc, 40.0);
  EXPECT_EQ(s.convention, Convention::mosflm);
  EXPECT_EQ(s.noise_file, "noiseimage.img");
  EXPECT_EQ(s.noise, true);
  EXPECT_EQ(s.pgm, true);
}

TEST(DefaultSettings, LeaveOpenWhatARuleDecides) {
  const Settings s = default_settings();
  EXPECT_FALSE(s.distance_mm || s.close_distance_mm || s.pix0_m);
  EXPECT_FALSE(s.beam_x_mm || s.beam_y_mm || s.close_x_mm || s.close_y_mm || s.org_x || s.org_y);
  EXPECT_FALSE(s.pivot || s.implied_pivot || s.twotheta_deg);
  EXPECT_FALSE(s.pixels_fast || s.pixels_slow || s.size_fast_mm || s.size_slow_mm);
  EXPECT_FALSE(s.phi_deg || s.oscillation_deg || s.phi_step_deg || s.phi_steps);
  EXPECT_FALSE(s.hdiv_range_mrad || s.hdiv_step_mrad || s.hdiv_steps || s.dispersion_steps);
  EXPECT_FALSE(s.cells_a || s.size_x_mm || s.mosaic_domains || s.thickness_steps);
  // Without a depth the thickness is taken for it, so "off" is not the default.
  EXPECT_FALSE(s.absorption_depth_um);
  EXPECT_FALSE(s.oversample || s.interpolate || s.seed || s.misset_seed);
  EXPECT_FALSE(s.kernel || s.precision);
}

TEST(DefaultSettings, AreValuesThatTheirFlagsAccept) {
  const Settings s = default_settings();
  std::size_t numbers = 0;
  for (const Option& option : option_table()) {
    const auto text = toml_value(s, option);
    const ValueForm form = form_of(option);
    if (!text || form.kind == ValueKind::text || form.most != 1) continue;
    EXPECT_EQ(toml_value(with_value({}, option, std::span(&*text, 1), {option.key, ""}), option),
              text);
    ++numbers;
  }
  EXPECT_GT(numbers, 20U);
}

}  // namespace
}  // namespace nanobragg::config
