// Takes the geometry out of SMV headers (reference-behaviour, "Headers of -mask and -img").
#include "nanobragg/config/header_geometry.hpp"

#include "nanobragg/base/units.hpp"
#include "nanobragg/io/smv.hpp"

namespace nanobragg::config {
namespace {

enum class BeamY : std::uint8_t { as_written, from_far_edge };

// What the header names replaces what an earlier header said.
HeaderGeometry overlaid(HeaderGeometry known, const io::SmvImage& image, BeamY beam_y) {
  const auto take = [&](const char* key, std::optional<double>& target, auto convert) {
    if (const auto value = image.header.number(key)) target = convert(*value);
  };
  const auto metres = [](double mm) { return to_metre(Millimetre(mm)).value(); };
  const auto radians = [](double degrees) { return to_radian(Degree(degrees)).value(); };
  const auto as_is = [](double value) { return value; };

  known.shape = image.pixels.shape();
  take("PIXEL_SIZE", known.pixel_m, metres);
  take("DISTANCE", known.distance_m, metres);
  take("CLOSE_DISTANCE", known.close_distance_m, metres);
  take("WAVELENGTH", known.wavelength_m,
       [](double angstrom) { return to_metre(Angstrom(angstrom)).value(); });
  take("BEAM_CENTER_X", known.beam_x_m, metres);
  take("BEAM_CENTER_Y", known.beam_y_m, [&](double mm) {
    if (beam_y == BeamY::as_written) return metres(mm);
    const double height =
        known.pixel_m.value_or(kDefaultPixel_m) * static_cast<double>(known.shape->slow);
    return height - metres(mm);
  });
  take("ORGX", known.org_x, as_is);
  take("ORGY", known.org_y, as_is);
  take("PHI", known.phi_rad, radians);
  take("OSC_RANGE", known.oscillation_rad, radians);
  take("TWOTHETA", known.twotheta_rad, radians);
  return known;
}

}  // namespace

HeaderFiles read_header_files(const Settings& settings) {
  HeaderFiles out;
  if (settings.mask_file) {
    io::SmvImage mask = io::read_smv(*settings.mask_file);
    // mask_beam_y_flip, which both modes keep.
    out.geometry = overlaid(out.geometry, mask, BeamY::from_far_edge);
    out.mask = std::make_shared<const Image<std::uint16_t>>(std::move(mask.pixels));
  }
  if (settings.header_file) {
    out.geometry = overlaid(out.geometry, io::read_smv(*settings.header_file), BeamY::as_written);
  }
  return out;
}

}  // namespace nanobragg::config
