// Looks for words that would place detector or spindle otherwise.
#include "nanobragg/config/resolve/header_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::config {
namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool has(const io::SmvHeader& header, std::string_view key) { return header.text(key).has_value(); }

// Whether a key holds a number other than 0; words and 0 contradict nothing.
bool is_nonzero(const io::SmvHeader& header, std::string_view key) {
  const auto text = header.text(key);
  const auto number = text ? io::number_prefix(*text) : std::nullopt;
  return number && std::isfinite(number->value) && number->value != 0.0;
}

// d*TREK places its detector by CCD_GONIO_VALUES and its like.
void check_not_dtrek(const io::SmvHeader& header, const std::string& file) {
  const bool is_dtrek = has(header, "DETECTOR_NAMES") || has(header, "SCAN_ROTATION");
  const bool is_placed = has(header, "DISTANCE") || has(header, "CLOSE_DISTANCE");
  if (!is_dtrek || is_placed) return;
  throw Error("a header of d*TREK (it has DETECTOR_NAMES or SCAN_ROTATION, and no DISTANCE)", file,
              "dials.import makes a .expt of it, which -geometry reads");
}

// A detector behind the source. CLOSE_DISTANCE counts more, which may be negative.
void check_distance(const io::SmvHeader& header, const std::string& file,
                    const Settings& settings) {
  const bool is_given = settings.distance_mm || settings.close_distance_mm || settings.pix0_m;
  if (is_given || has(header, "CLOSE_DISTANCE")) return;
  const auto distance = header.number("DISTANCE");
  if (!distance || *distance >= 0.0) return;
  throw Error(fmt::format("SMV header with DISTANCE={:g} (it must be above 0)", *distance), file,
              "-distance gives another");
}

using Warn = std::function<void(std::string_view key, std::string_view what)>;

// Whether OMEGA says something that the axis that turns does not.
bool is_other_omega(const io::SmvHeader& header, std::string_view key) {
  if (!is_nonzero(header, key) || lower_case(header.text("AXIS").value_or("")) == "omega") {
    return false;
  }
  const auto omega = io::number_prefix(*header.text(key));
  const auto start = header.text("OSC_START");
  const auto turned = start ? io::number_prefix(*start) : std::nullopt;
  return !turned || turned->value != omega->value;
}

void warn_of_turns(const io::SmvHeader& header, const Warn& warn) {
  for (const io::SmvEntry& entry : header.entries()) {
    const std::string key = lower_case(entry.key);
    const std::string word = lower_case(entry.value);
    const bool names_axis = key == "axis" || key == "rotation_axis" || key == "oscillation_axis" ||
                            key == "oscillation axis" || key == "osc_axis";
    if (names_axis && !word.empty() && word != "phi" && word != "omega") {
      warn(entry.key, "the spindle is taken along the axis of phi and omega");
    }
    const bool is_tilt = key == "kappa" || key == "chi" || key == "alpha";
    if ((is_tilt && is_nonzero(header, entry.key)) ||
        (key == "omega" && is_other_omega(header, entry.key))) {
      warn(entry.key,
           "the header does not say about which axis: the spindle stays as it is without the "
           "header, and the crystal as the flags place it");
    }
  }
}

void warn_of_placement(const io::SmvHeader& header, const Warn& warn) {
  for (const io::SmvEntry& entry : header.entries()) {
    const std::string key = lower_case(entry.key);
    const auto holds = [&](std::string_view part) { return key.find(part) != std::string::npos; };
    if (entry.key == "TWOTHETA" || !is_nonzero(header, entry.key)) continue;
    const bool is_swing = holds("2theta") || holds("twotheta") || holds("two_theta");
    const auto taken = is_swing ? header.number("TWOTHETA") : std::nullopt;
    const auto number = io::number_prefix(entry.value);
    if (is_swing && (!taken || !number || *taken != number->value)) {
      warn(entry.key, "not taken; -twotheta swings the detector");
    }
    const bool is_offset = holds("voffset") || holds("hoffset") || holds("tilt") ||
                           key.ends_with("_vert") || key.ends_with("_vertical");
    if (is_offset) warn(entry.key, "not used: the beam centre places the detector");
  }
}

// Each length that would be a default in silence.
struct Missing {
  std::string_view what;
  bool is_given;
  std::string_view taken;
};

}  // namespace

std::vector<std::string> header_warnings(const io::SmvHeader& header, const std::string& file,
                                         const Settings& settings, HeaderUse use) {
  if (use == HeaderUse::image) check_not_dtrek(header, file);
  std::vector<std::string> out;
  const Warn warn = [&](std::string_view key, std::string_view what) {
    out.push_back(fmt::format("{}: {}={}: {}", file, key, *header.text(key), what));
  };
  check_distance(header, file, settings);
  warn_of_turns(header, warn);
  warn_of_placement(header, warn);
  if (use == HeaderUse::mask) return out;
  const Settings& s = settings;
  const bool placed =
      s.beam_x_mm || s.beam_y_mm || s.close_x_mm || s.close_y_mm || s.org_x || s.org_y || s.pix0_m;
  const bool has_centre = has(header, "BEAM_CENTER_X") || has(header, "XBEAM") ||
                          has(header, "ORGX") || has(header, "XDS_ORGX") ||
                          has(header, "DENZO_X_BEAM") || has(header, "MOSFLM_CENTER_X") ||
                          has(header, "ADXV_CENTER_X");
  const std::array missing{
      Missing{"DISTANCE",
              s.distance_mm || s.close_distance_mm || s.pix0_m || has(header, "DISTANCE") ||
                  has(header, "CLOSE_DISTANCE"),
              "100 mm"},
      Missing{"PIXEL_SIZE", s.pixel_mm || has(header, "PIXEL_SIZE"), "0.1 mm"},
      Missing{"WAVELENGTH",
              s.wavelength_A || s.spectrum_file || s.hkl_file || has(header, "WAVELENGTH"), "1 Å"},
      Missing{"BEAM_CENTER_X", placed || has_centre, "the middle of the detector"}};
  for (const auto& [what, is_given, taken] : missing) {
    if (!is_given) out.push_back(fmt::format("{} has no {}: taking {}", file, what, taken));
  }
  return out;
}

}  // namespace nanobragg::config
