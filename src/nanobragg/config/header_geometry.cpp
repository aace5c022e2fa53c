// Takes the geometry out of SMV headers (reference-behaviour, "Headers of -mask and -img").
#include "nanobragg/config/header_geometry.hpp"

#include <fmt/format.h>

#include "nanobragg/base/units.hpp"
#include "nanobragg/config/header_warnings.hpp"
#include "nanobragg/io/compressed.hpp"
#include "nanobragg/io/smv.hpp"
#include "nanobragg/io/smv_scan.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

enum class BeamY : std::uint8_t { as_written, from_far_edge };
enum class Lookup : std::uint8_t { whole_keys, ends_of_keys };
// Whether the centre in the words of the convention, which this program writes, wins over
// BEAM_CENTER.
enum class OwnCentre : std::uint8_t { unknown, obeyed };

struct Reading {
  Lookup lookup;
  OwnCentre own_centre;
  Convention convention;
  Pivot pivot;
  BeamY beam_y_of_mask;
};

// The keys of this program's headers for -Xbeam and -Ybeam.
struct CentreKeys {
  const char *x, *y;
};

// Whether BEAM_CENTER is in the words of DIALS.
bool is_of_physical_mode(const io::SmvHeader& header) {
  const bool simulated = header.text("BEAMLINE") == "fake" && header.text("ADC_OFFSET");
  return simulated || header.text("XBEAM");
}

// XBEAM and YBEAM, where there was room for them. Without them, the centre as the
// convention's own program calls it.
CentreKeys centre_keys(const io::SmvHeader& header, Convention convention) {
  if (header.text("XBEAM")) return {"XBEAM", "YBEAM"};
  switch (convention) {
    case Convention::mosflm:
      return {"MOSFLM_CENTER_X", "MOSFLM_CENTER_Y"};
    case Convention::denzo:
      return {"DENZO_X_BEAM", "DENZO_Y_BEAM"};
    case Convention::adxv:
      return {"ADXV_CENTER_X", "ADXV_CENTER_Y"};
    case Convention::xds:
    case Convention::dials:
    case Convention::custom:
      break;
  }
  return {"DENZO_Y_BEAM", "DENZO_X_BEAM"};
}

std::optional<double> find(const io::SmvHeader& header, const std::string& key, Lookup lookup) {
  if (lookup == Lookup::ends_of_keys) return header.number_by_search(key);
  const auto number = header.number(key);
  // The program's own images call the origin by the name of the program that defines it.
  const bool is_origin = key == "ORGX" || key == "ORGY";
  return number || !is_origin ? number : header.number("XDS_" + key);
}

// What the header names replaces what an earlier header said.
HeaderGeometry overlaid(HeaderGeometry known, const io::SmvHeader& header, BeamY beam_y,
                        Reading reading) {
  const auto take = [&](const char* key, std::optional<double>& target, auto convert) {
    if (const auto value = find(header, key, reading.lookup)) target = convert(*value);
  };
  const auto metres = [](double mm) { return to_metre(Millimetre(mm)).value(); };
  const auto radians = [](double degrees) { return to_radian(Degree(degrees)).value(); };
  const auto as_is = [](double value) { return value; };

  known.shape = header.shape();
  take("PIXEL_SIZE", known.pixel_m, metres);
  take("DISTANCE", known.distance_m, metres);
  take("CLOSE_DISTANCE", known.close_distance_m, metres);
  take("WAVELENGTH", known.wavelength_m,
       [](double angstrom) { return to_metre(Angstrom(angstrom)).value(); });
  const auto metres_of_y = [&](double mm) {
    if (beam_y == BeamY::as_written) return metres(mm);
    const double height =
        known.pixel_m.value_or(kDefaultPixel_m) * static_cast<double>(known.shape->slow);
    return height - metres(mm);
  };
  take("BEAM_CENTER_X", known.beam_x_m, metres);
  take("BEAM_CENTER_Y", known.beam_y_m, metres_of_y);
  if (reading.own_centre == OwnCentre::obeyed && is_of_physical_mode(header)) {
    const auto [x, y] = centre_keys(header, reading.convention);
    take(x, known.beam_x_m, metres);
    take(y, known.beam_y_m, metres_of_y);
    // A custom convention takes a beam centre for the closest point, which these keys are not.
    const bool is_closest = !header.text("XBEAM") && reading.pivot == Pivot::sample &&
                            reading.convention == Convention::custom;
    if (is_closest) known.beam_x_m = known.beam_y_m = std::nullopt;
  }
  take("ORGX", known.org_x, as_is);
  take("ORGY", known.org_y, as_is);
  take("PHI", known.phi_rad, radians);
  take("OSC_RANGE", known.oscillation_rad, radians);
  take("TWOTHETA", known.twotheta_rad, radians);
  return known;
}

using OptionalHeader = std::optional<io::SmvHeader>;

// The mask is read first.
HeaderGeometry geometry_of(const OptionalHeader& mask, const OptionalHeader& image,
                           Reading reading) {
  HeaderGeometry geometry;
  if (mask) geometry = overlaid(geometry, *mask, reading.beam_y_of_mask, reading);
  if (image) geometry = overlaid(geometry, *image, BeamY::as_written, reading);
  return geometry;
}

// Whether two headers place a detector alike: of two distances only the close one counts.
bool mean_the_same(HeaderGeometry a, HeaderGeometry b) {
  for (HeaderGeometry* header : {&a, &b}) {
    if (header->close_distance_m) header->distance_m.reset();
  }
  return a == b;
}

// The pixels of -img need not be there.
OptionalHeader read_header(const std::optional<std::string>& file) {
  if (!file) return std::nullopt;
  return io::SmvHeader::parse(io::read_input(*file), *file);
}

// PHI may be the angle of another axis than the one that turns.
void take_scan(const io::SmvHeader& image, const Settings& settings, HeaderFiles& out) {
  const io::SmvScan scan = io::smv_scan(image);
  if (scan.width_deg) {
    out.geometry.oscillation_rad = to_radian(Degree(*scan.width_deg)).value();
  }
  if (!scan.start_deg) return;
  const double start_rad = to_radian(Degree(*scan.start_deg)).value();
  if (!settings.phi_deg && start_rad != out.geometry.phi_rad.value_or(0.0)) {
    out.warnings.push_back(fmt::format(
        "{}: the spindle starts at {}={:g}, the angle of the axis that turns (the reference "
        "takes PHI)",
        *settings.header_file, scan.start_key, *scan.start_deg));
  }
  out.geometry.phi_rad = start_rad;
  const bool has_width =
      out.geometry.oscillation_rad || settings.oscillation_deg || settings.phi_step_deg;
  if (!has_width && scan.start_key != "PHI") {
    out.warnings.push_back(
        fmt::format("{}: {}={:g} and no OSC_RANGE: the header does not say how far the spindle "
                    "turns (-osc does)",
                    *settings.header_file, scan.start_key, *scan.start_deg));
  }
}

}  // namespace

HeaderFiles read_header_files(const Settings& settings, compat::QuirkSet quirks) {
  std::optional<io::SmvImage> mask_image;
  if (settings.mask_file) mask_image = io::read_smv(*settings.mask_file);
  const OptionalHeader mask = mask_image ? OptionalHeader(mask_image->header) : std::nullopt;
  const OptionalHeader image = read_header(settings.header_file);
  const OwnCentre own = quirks.has(Quirk::smv_beam_centre) ? OwnCentre::unknown : OwnCentre::obeyed;
  const Convention convention = settings.convention.value_or(Convention::mosflm);
  const Pivot pivot =
      settings.implied_pivot.value_or(settings.pivot.value_or(pivot_of(convention)));
  const BeamY beam_y =
      quirks.has(Quirk::mask_beam_y_flip) ? BeamY::from_far_edge : BeamY::as_written;
  const HeaderGeometry of_reference =
      geometry_of(mask, image, {Lookup::ends_of_keys, own, convention, pivot, beam_y});
  HeaderFiles out;
  if (quirks.has(Quirk::header_key_substrings)) {
    out.geometry = of_reference;
  } else {
    out.geometry = geometry_of(mask, image, {Lookup::whole_keys, own, convention, pivot, beam_y});
    if (!mean_the_same(out.geometry, of_reference)) out.of_reference = of_reference;
  }
  if (mask_image) {
    out.mask = std::make_shared<const Image<std::uint16_t>>(std::move(mask_image->pixels));
  }
  // What searches as the reference does takes what it takes.
  if (quirks.has(Quirk::header_key_substrings)) return out;
  if (image) {
    out.warnings = header_warnings(*image, settings);
    take_scan(*image, settings, out);
  }
  return out;
}

}  // namespace nanobragg::config
