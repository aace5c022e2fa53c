// Looks for words that would place detector or spindle otherwise.
#include "nanobragg/config/resolve/header_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/smv_scan.hpp"

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

// Words that are read where no other word has the value.
constexpr std::array kRead = {"distance",  "close_distance", "pixel_size",    "wavelength",
                              "osc_start", "osc_range",      "beam_center_x", "beam_center_y",
                              "xbeam",     "ybeam",          "twotheta",      "phi"};

// What says the same thing twice, and not the same.
void warn_of_repeats(const io::SmvHeader& header, const Warn& warn) {
  for (const io::SmvEntry& entry : header.entries()) {
    const std::string key = lower_case(entry.key);
    const auto taken = header.text(entry.key);
    if (std::ranges::find(kRead, key) == kRead.end() || entry.value == taken) continue;
    warn(entry.key, fmt::format("{} stands there, too, and is not taken", entry.value));
  }
  const io::SmvScan scan = io::smv_scan(header);
  for (const char* key : {"OSC_WIDTH", "PHI_RANGE", "PHI_WIDTH"}) {
    if (!is_nonzero(header, key) || !scan.width_deg || header.number(key) == scan.width_deg) {
      continue;
    }
    warn(key, fmt::format("{} says {:g}, which is taken", scan.width_key, *scan.width_deg));
  }
}

// An energy that is not that of the wavelength, in eV or keV.
void warn_of_energy(const io::SmvHeader& header, const Warn& warn) {
  constexpr double kDigits = 2e-3;
  constexpr double kLargestInKev = 500.0;
  for (const io::SmvEntry& entry : header.entries()) {
    const std::string key = lower_case(entry.key);
    const bool is_energy = key == "energy" || key == "photon_energy" || key == "source_energy";
    const auto number = io::number_prefix(entry.value);
    if (!is_energy || !number || !(number->value > 0.0)) continue;
    const double in_ev = number->value < kLargestInKev ? 1000.0 * number->value : number->value;
    const auto wavelength = header.number("WAVELENGTH");
    const double of_energy = constants::kAngstromElectronVolt / in_ev;
    if (wavelength && std::abs(*wavelength / of_energy - 1.0) < kDigits) continue;
    warn(entry.key, "not taken; -energy gives it");
  }
}

// Turns in the words of d*TREK and others, and what else has flags.
void warn_of_other_words(const io::SmvHeader& header, const Warn& warn) {
  for (const io::SmvEntry& entry : header.entries()) {
    const std::string key = lower_case(entry.key);
    const bool is_turn = key == "roll" || key == "pitch" || key == "yaw" || key.ends_with("rotx") ||
                         key.ends_with("roty") || key.ends_with("rotz");
    if (is_turn && is_nonzero(header, entry.key)) {
      warn(entry.key, "not taken; -detector_rotx and its like tilt the detector");
    }
    if (key.ends_with("gonio_values") &&
        entry.value.find_first_of("123456789") != std::string::npos) {
      warn(entry.key, "not taken: goniometers of d*TREK are not read");
    }
    if (key.starts_with("polariz")) warn(entry.key, "not taken; -polar gives it");
  }
}

void warn_of_placement(const io::SmvHeader& header, const Warn& warn) {
  for (const io::SmvEntry& entry : header.entries()) {
    std::string key = lower_case(entry.key);
    std::ranges::replace(key, ' ', '_');
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
  warn_of_repeats(header, warn);
  warn_of_energy(header, warn);
  warn_of_other_words(header, warn);
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
