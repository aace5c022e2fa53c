// Looks for words that would place detector or spindle otherwise.
#include "nanobragg/config/header_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/text.hpp"

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

// Each length that would be a default in silence.
struct Missing {
  std::string_view what;
  bool is_given;
  std::string_view taken;
};

}  // namespace

std::vector<std::string> header_warnings(const io::SmvHeader& header, const Settings& settings) {
  const std::string& file = *settings.header_file;
  check_not_dtrek(header, file);
  std::vector<std::string> out;
  const auto warn = [&](std::string_view key, std::string_view what) {
    out.push_back(fmt::format("{}: {}={}: {}", file, key, *header.text(key), what));
  };
  if (const auto axis = header.text("AXIS")) {
    const std::string word = lower_case(*axis);
    if (!word.empty() && word != "phi" && word != "omega") {
      warn("AXIS", "the spindle is taken along the axis of phi and omega");
    }
  }
  for (const std::string_view key : {"KAPPA", "CHI"}) {
    if (!is_nonzero(header, key)) continue;
    warn(key,
         "the header does not say about which axis: the spindle is taken as it stands "
         "without, and the crystal as the flags have it");
  }
  for (const std::string_view key :
       {"TWO_THETA", "2THETA", "DETECTOR_2THETA", "DETECTOR_TWOTHETA"}) {
    if (is_nonzero(header, key) && !has(header, "TWOTHETA")) {
      warn(key, "not taken; -twotheta swings the detector");
    }
  }
  for (const std::string_view key : {"VOFFSET", "DETECTOR_VOFFSET", "TILT", "DETECTOR_TILT"}) {
    if (is_nonzero(header, key)) warn(key, "not taken: the beam centre says where it stands");
  }
  const Settings& s = settings;
  const bool placed =
      s.beam_x_mm || s.beam_y_mm || s.close_x_mm || s.close_y_mm || s.org_x || s.org_y || s.pix0_m;
  const bool has_centre = has(header, "BEAM_CENTER_X") || has(header, "XBEAM") ||
                          has(header, "ORGX") || has(header, "XDS_ORGX");
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
