// What the flags of point spread and read-out must set.
#include "unit/config/flag_rows.hpp"

namespace nanobragg::config {
namespace {

constexpr FlagRow kRows[] = {
    {"-psf gauss", [](Settings& s) { s.point_spread = PointSpreadShape::gauss; }},
    {"-psf fiber", [](Settings& s) { s.point_spread = PointSpreadShape::fibre; }},
    {"-psf fibre", [](Settings& s) { s.point_spread = PointSpreadShape::fibre; }},
    {"-psf_fwhm 100", [](Settings& s) { s.point_spread_um = 100; }},
    {"-flicker 0.1", [](Settings& s) { s.flicker = 0.1; }},
    {"-dead_time 124", [](Settings& s) { s.dead_time_ns = 124; }},
    {"-count_rate_model nonparalysable",
     [](Settings& s) { s.count_rate_model = CountRateModel::nonparalysable; }},
    {"-charge_sharing 0.1", [](Settings& s) { s.charge_sharing = 0.1; }},
    {"-calibration 0.03", [](Settings& s) { s.calibration = 0.03; }},
    {"-calib_seed 5", [](Settings& s) { s.calibration_seed = 5; }},
    {"-gain 4", [](Settings& s) { s.gain = 4; }},
    {"-readout 3", [](Settings& s) { s.read_out_noise = 3; }},
    {"-readout_noise 3", [](Settings& s) { s.read_out_noise = 3; }},
    {"-saturation 60000", [](Settings& s) { s.saturation = 60000; }},
    {"-bits 20", [](Settings& s) { s.bits = 20; }},
    {"-rng counter", [](Settings& s) { s.noise_source = NoiseSource::counter; }},
    {"-medium_gain 2", [](Settings& s) { s.medium_gain = 2; }},
    {"-medium_gain_from 30", [](Settings& s) { s.medium_gain_from = 30; }},
    {"-low_gain 0.1", [](Settings& s) { s.low_gain = 0.1; }},
    {"-low_gain_from 900", [](Settings& s) { s.low_gain_from = 900; }},
    {"-dead_pixels 12", [](Settings& s) { s.dead_pixels = 12; }},
    {"-hot_pixels 0.001", [](Settings& s) { s.hot_pixels = 0.001; }},
    {"-hot_photons 50", [](Settings& s) { s.hot_photons = 50; }},
    {"-badpix_seed 3", [](Settings& s) { s.bad_pixel_seed = 3; }},
};

}  // namespace

std::span<const FlagRow> read_out_flag_rows() { return kRows; }

}  // namespace nanobragg::config
