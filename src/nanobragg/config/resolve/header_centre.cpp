// Compares the words of a header as points on the detector.
#include "nanobragg/config/resolve/header_centre.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/words.hpp"

namespace nanobragg::config {
namespace {

// Words of whole pixels or hundredths of a millimetre are meant to be the same.
constexpr double kRounding = 0.1;  // pixels
// Six digits, as "%g" writes them.
constexpr double kWritten = 1e-5;

struct Pair {
  const char *x, *y;
  Convention convention;
};

constexpr auto kNamed = std::to_array<Pair>({
    {"DENZO_X_BEAM", "DENZO_Y_BEAM", Convention::denzo},
    {"MOSFLM_CENTER_X", "MOSFLM_CENTER_Y", Convention::mosflm},
    {"ADXV_CENTER_X", "ADXV_CENTER_Y", Convention::adxv},
});

constexpr auto kConventions =
    std::to_array<Convention>({Convention::mosflm, Convention::denzo, Convention::adxv,
                               Convention::xds, Convention::dials, Convention::custom});

// A point, and the words that give it.
struct Spot {
  std::string words;
  DetectorPoint at;
};

double apart(const DetectorPoint& a, const DetectorPoint& b) {
  return std::max(std::abs(a.fast - b.fast), std::abs(a.slow - b.slow));
}

std::optional<BeamCentre> centre_of(const io::SmvHeader& header, const char* x, const char* y) {
  if (!header.text(x) || !header.text(y)) return std::nullopt;
  const auto metres = [&](const char* key) {
    return to_metre(Millimetre(*header.number(key))).value();
  };
  return BeamCentre{metres(x), metres(y)};
}

std::string assigned(const io::SmvHeader& header, const char* x, const char* y) {
  return fmt::format("{}={}, {}={}", x, *header.text(x), y, *header.text(y));
}

// Where the beam hits, the reader's own words first.
std::vector<Spot> beam_spots(const io::SmvHeader& header, const HeaderReader& reader) {
  std::vector<Spot> spots;
  for (const Pair& pair : kNamed) {
    const auto centre = centre_of(header, pair.x, pair.y);
    if (!centre) continue;
    const Spot spot{assigned(header, pair.x, pair.y),
                    to_detector(*centre, pair.convention, reader.size)};
    const bool is_own = pair.convention == reader.convention;
    spots.insert(is_own ? spots.begin() : spots.end(), spot);
  }
  return spots;
}

// The point nearest to the sample.
std::optional<Spot> origin_spot(const io::SmvHeader& header, const DetectorSize& size) {
  for (const auto& [x, y] : {std::pair{"ORGX", "ORGY"}, std::pair{"XDS_ORGX", "XDS_ORGY"}}) {
    if (!header.text(x) || !header.text(y)) continue;
    return Spot{assigned(header, x, y),
                {(*header.number(x) - 0.5) * size.pixel, (*header.number(y) - 0.5) * size.pixel}};
  }
  return std::nullopt;
}

// A centre with the convention that its writer may have had; none for the words that DIALS expects
// of a simulated image.
struct Candidate {
  std::optional<Convention> convention;
  BeamCentre centre;
  DetectorPoint at;
};

std::vector<Candidate> candidates(const io::SmvHeader& header, const HeaderReader& reader) {
  std::vector<Candidate> out;
  const auto add = [&](const BeamCentre& centre, Convention convention) {
    out.push_back({convention, centre, to_detector(centre, convention, reader.size)});
  };
  for (const auto& [x, y] :
       {std::pair{"XBEAM", "YBEAM"}, std::pair{"BEAM_CENTER_X", "BEAM_CENTER_Y"}}) {
    const auto centre = centre_of(header, x, y);
    if (!centre) continue;
    add(*centre, reader.convention);
    for (const Convention convention : kConventions) add(*centre, convention);
    const double pixel = reader.size.pixel;
    out.push_back({{}, *centre, {centre->x + pixel, reader.size.slow - centre->y + pixel}});
  }
  return out;
}

bool is_swung(const io::SmvHeader& header) {
  return header.number("TWOTHETA").value_or(0.0) != 0.0;
}

bool is_placed_by_flags(const Settings& s) {
  const auto any = [](const auto&... given) { return (given.has_value() || ...); };
  return any(s.beam_x_mm, s.beam_y_mm, s.close_x_mm, s.close_y_mm, s.org_x, s.org_y, s.pix0_m,
             s.distance_mm, s.close_distance_mm, s.twotheta_deg, s.tilt_x_deg, s.tilt_y_deg,
             s.tilt_z_deg, s.pixel_mm, s.pivot, s.fast_vector, s.slow_vector, s.normal_vector,
             s.beam_vector, s.twotheta_axis);
}

}  // namespace

HeaderCentre centre_by_names(const io::SmvHeader& header, const std::optional<BeamCentre>& taken,
                             const HeaderReader& reader) {
  HeaderCentre out;
  const std::vector<Spot> beam = beam_spots(header, reader);
  const std::optional<Spot> origin = origin_spot(header, reader.size);
  const double pixel = reader.size.pixel;
  for (std::size_t i = 1; i < beam.size(); ++i) {
    const double distance = apart(beam[i].at, beam[0].at) / pixel;
    if (distance <= kRounding) continue;
    out.warnings.push_back(fmt::format("{} is {:.3g} pixels from {}, which is taken", beam[i].words,
                                       distance, beam[0].words));
  }
  if (!beam.empty()) out.beam = beam[0].at;
  // Where the detector turns about the sample, its words are those of the nearest point.
  const bool by_origin =
      origin && (beam.empty() ? !is_swung(header) : reader.pivot == Pivot::sample);
  if (!by_origin && beam.empty()) {
    out.centre = centre_of(header, "XBEAM", "YBEAM");
    return out;
  }
  const Spot& spot = by_origin ? *origin : beam[0];
  const double written = kWritten * (reader.size.fast + reader.size.slow);
  // More digits of the same.
  const std::vector<Candidate> all = candidates(header, reader);
  const auto same = std::find_if(all.begin(), all.end(), [&](const Candidate& candidate) {
    return apart(candidate.at, spot.at) <= written;
  });
  const bool is_known = same != all.end();
  const bool is_own = is_known && same->convention == reader.convention;
  out.centre = is_own ? same->centre
                      : to_centre(is_known ? same->at : spot.at, reader.convention, reader.size);
  const bool is_for_dials = std::any_of(all.begin(), all.end(), [&](const Candidate& candidate) {
    return !candidate.convention && out.beam && apart(candidate.at, *out.beam) <= written;
  });
  if (is_for_dials || !taken) return out;
  const double distance =
      apart(to_detector(*taken, reader.convention, reader.size), spot.at) / pixel;
  if (distance > kRounding) {
    out.warnings.push_back(fmt::format(
        "BEAM_CENTER_X and BEAM_CENTER_Y, in the words of {}, are {:.3g} pixels from {}, which is "
        "taken (the reference takes the former)",
        word_of(reader.convention), distance, spot.words));
  }
  return out;
}

std::vector<std::string> header_contradictions(const Settings& settings,
                                               const HeaderGeometry& header,
                                               const HeaderPoints& points,
                                               const DetectorFrame& frame,
                                               compat::QuirkSet quirks) {
  const auto& file = settings.header_file ? settings.header_file : settings.mask_file;
  const bool is_read = file && !quirks.has(compat::Quirk::smv_beam_centre);
  if (!is_read || is_placed_by_flags(settings)) return {};
  const DetectorSize& size = frame.size;
  const PlacedDetector<double>& placed = frame.placed;
  const double allowed =
      kRounding * size.pixel + kWritten * (size.fast + size.slow + length(placed.corner));
  const auto elsewhere = [&](const char* words, const DetectorPoint& a, const DetectorPoint& b) {
    return fmt::format(
        "{}: {} lie {:.3g} pixels from where its other words put them: they contradict one "
        "another, or its detector was tilted, or swung in another convention than {}, which flags "
        "must say (-detector_rotx ..., -xds ...)",
        *file, words, apart(a, b) / size.pixel, word_of(frame.convention));
  };
  const DetectorPoint beam{placed.beam_f, placed.beam_s};
  const DetectorPoint close{placed.close_f, placed.close_s};
  if (points.beam && apart(*points.beam, beam) > allowed) {
    return {elsewhere("the words of the beam centre (DENZO_X_BEAM ...)", *points.beam, beam)};
  }
  if (header.org_x && header.org_y) {
    const DetectorPoint origin{(*header.org_x - 0.5) * size.pixel,
                               (*header.org_y - 0.5) * size.pixel};
    if (apart(origin, close) > allowed) return {elsewhere("XDS_ORGX and XDS_ORGY", origin, close)};
  }
  const Vec3<double> corner{placed.corner.z, placed.corner.y, -placed.corner.x};
  if (!points.dials_origin_m || length(corner - *points.dials_origin_m) <= allowed) return {};
  return {fmt::format(
      "{}: DIALS_ORIGIN is elsewhere in the convention {}, which gives spindle, polarisation and "
      "crystal their directions: the flags with which the image was written give them as they were "
      "(-xds, -dials, -adxv ..., -detector_rotx ...)",
      *file, word_of(frame.convention))};
}

}  // namespace nanobragg::config
