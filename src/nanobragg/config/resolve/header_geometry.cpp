// Takes the geometry out of SMV headers (reference-behaviour, "Headers of -mask and -img").
#include "nanobragg/config/resolve/header_geometry.hpp"

#include <fmt/format.h>

#include <array>

#include "nanobragg/base/units.hpp"
#include "nanobragg/config/resolve/header_centre.hpp"
#include "nanobragg/config/resolve/header_warnings.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "nanobragg/io/images/smv_scan.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

enum class BeamY : std::uint8_t { as_written, from_far_edge };
enum class Lookup : std::uint8_t { whole_keys, ends_of_keys };
// Whether words that name their convention win over BEAM_CENTER.
enum class NamedCentre : std::uint8_t { unknown, obeyed };

struct Reading {
  Lookup lookup;
  NamedCentre named_centre;
  Convention convention;
  Pivot pivot;
  BeamY beam_y_of_mask;
};

struct Found {
  HeaderGeometry geometry;
  HeaderPoints points;
  std::vector<std::string> warnings;
};

std::optional<double> find(const io::SmvHeader& header, const std::string& key, Lookup lookup) {
  if (lookup == Lookup::ends_of_keys) return header.number_by_search(key);
  const auto number = header.number(key);
  // The program's own images call the origin by the name of the program that defines it.
  const bool is_origin = key == "ORGX" || key == "ORGY";
  return number || !is_origin ? number : header.number("XDS_" + key);
}

// The corner of the first pixel in the frame of DIALS.
std::optional<Vec3<double>> dials_origin(const io::SmvHeader& header) {
  const auto text = header.text("DIALS_ORIGIN");
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  std::array<double, 3> mm{};
  for (double& value : mm) {
    const auto number = io::number_prefix(io::trim(rest));
    if (!number) return std::nullopt;
    value = number->value;
    const std::size_t comma = rest.find(',');
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  return 1e-3 * Vec3<double>{mm[0], mm[1], mm[2]};
}

// What the header names replaces what an earlier header said.
Found overlaid(Found found, const io::SmvHeader& header, const std::string& file, BeamY beam_y,
               Reading reading) {
  HeaderGeometry& known = found.geometry;
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
  if (reading.named_centre == NamedCentre::obeyed) {
    const bool is_placed = header.text("BEAM_CENTER_X") && header.text("BEAM_CENTER_Y");
    const auto plain =
        is_placed ? std::optional(BeamCentre{*known.beam_x_m, *known.beam_y_m}) : std::nullopt;
    const double pixel = known.pixel_m.value_or(kDefaultPixel_m);
    const DetectorSize size{pixel * static_cast<double>(known.shape->fast),
                            pixel * static_cast<double>(known.shape->slow), pixel};
    const HeaderCentre named =
        centre_by_names(header, plain, {reading.convention, reading.pivot, size});
    if (named.centre) {
      known.beam_x_m = named.centre->x;
      known.beam_y_m = named.centre->y;
    }
    if (plain || named.centre) {
      found.points = {named.beam, dials_origin(header)};
    }
    for (const std::string& warning : named.warnings) {
      found.warnings.push_back(fmt::format("{}: {}", file, warning));
    }
  }
  take("ORGX", known.org_x, as_is);
  take("ORGY", known.org_y, as_is);
  take("PHI", known.phi_rad, radians);
  take("OSC_RANGE", known.oscillation_rad, radians);
  take("TWOTHETA", known.twotheta_rad, radians);
  return found;
}

using OptionalHeader = std::optional<io::SmvHeader>;

// The mask is read first.
Found geometry_of(const OptionalHeader& mask, const OptionalHeader& image, const Settings& settings,
                  Reading reading) {
  Found found;
  if (mask) found = overlaid(found, *mask, *settings.mask_file, reading.beam_y_of_mask, reading);
  if (image) found = overlaid(found, *image, *settings.header_file, BeamY::as_written, reading);
  return found;
}

// Whose words a header is read in.
Pivot pivot_of_reader(const Settings& settings, Convention convention) {
  const Pivot otherwise = settings.pivot.value_or(pivot_of(convention));
  return convention == Convention::custom ? settings.implied_pivot.value_or(otherwise) : otherwise;
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
void take_scan(const io::SmvHeader& header, const std::string& file, const Settings& settings,
               HeaderFiles& out) {
  const io::SmvScan scan = io::smv_scan(header);
  if (scan.width_deg) {
    out.geometry.oscillation_rad = to_radian(Degree(*scan.width_deg)).value();
  }
  if (!scan.start_deg) return;
  const double start_rad = to_radian(Degree(*scan.start_deg)).value();
  if (!settings.phi_deg && start_rad != out.geometry.phi_rad.value_or(0.0)) {
    out.warnings.push_back(fmt::format(
        "{}: the spindle starts at {}={:g}, the angle of the axis that turns (the reference "
        "takes PHI)",
        file, scan.start_key, *scan.start_deg));
  }
  out.geometry.phi_rad = start_rad;
  const bool has_width =
      out.geometry.oscillation_rad || settings.oscillation_deg || settings.phi_step_deg;
  if (!has_width) {
    out.warnings.push_back(
        fmt::format("{}: {}={:g} and no OSC_RANGE: the header does not say how far the spindle "
                    "turns (-osc does)",
                    file, scan.start_key, *scan.start_deg));
  }
}

}  // namespace

HeaderFiles read_header_files(const Settings& settings, compat::QuirkSet quirks) {
  std::optional<io::SmvImage> mask_image;
  if (settings.mask_file) mask_image = io::read_smv(*settings.mask_file);
  const OptionalHeader mask = mask_image ? OptionalHeader(mask_image->header) : std::nullopt;
  const OptionalHeader image = read_header(settings.header_file);
  const NamedCentre named =
      quirks.has(Quirk::smv_beam_centre) ? NamedCentre::unknown : NamedCentre::obeyed;
  const Convention convention = settings.convention.value_or(Convention::mosflm);
  const Pivot pivot = pivot_of_reader(settings, convention);
  const BeamY beam_y =
      quirks.has(Quirk::mask_beam_y_flip) ? BeamY::from_far_edge : BeamY::as_written;
  const HeaderGeometry of_reference =
      geometry_of(mask, image, settings, {Lookup::ends_of_keys, named, convention, pivot, beam_y})
          .geometry;
  HeaderFiles out;
  if (quirks.has(Quirk::header_key_substrings)) {
    out.geometry = of_reference;
  } else {
    const Found found =
        geometry_of(mask, image, settings, {Lookup::whole_keys, named, convention, pivot, beam_y});
    out.geometry = found.geometry;
    out.points = found.points;
    out.warnings = found.warnings;
    if (!mean_the_same(out.geometry, of_reference)) out.of_reference = of_reference;
  }
  if (mask_image) {
    out.mask = std::make_shared<const Image<std::uint16_t>>(std::move(mask_image->pixels));
  }
  // What searches as the reference does takes what it takes.
  if (quirks.has(Quirk::header_key_substrings)) return out;
  const auto look_at = [&](const io::SmvHeader& header, const std::string& file, HeaderUse use) {
    const std::vector<std::string> more = header_warnings(header, file, settings, use);
    out.warnings.insert(out.warnings.end(), more.begin(), more.end());
    take_scan(header, file, settings, out);
  };
  // An image states geometry and exposure; a mask may not.
  if (image) {
    look_at(*image, *settings.header_file, HeaderUse::image);
  } else if (mask) {
    look_at(*mask, *settings.mask_file, HeaderUse::mask);
  }
  return out;
}

}  // namespace nanobragg::config
