// Reads comments by their keywords.
#include "nanobragg/io/images/pilatus_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/files/unit_names.hpp"

namespace nanobragg::io {
namespace {

double radians(double degrees) { return degrees / constants::kDegreesPerRadian; }

bool is_separator(char c) {
  return is_space(c) || std::string_view("=:,()[]").find(c) != std::string_view::npos;
}

// The first word of some text, and the rest of it.
struct Words {
  std::string_view first, rest;
};

Words split(std::string_view text) {
  while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  const auto end = std::ranges::find_if(text, is_separator);
  const auto length = static_cast<std::size_t>(end - text.begin());
  return {text.substr(0, length), trim(text.substr(length))};
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// The word behind a number, which may stand at it ("10deg."), without the dot of "deg."; empty
// where another number or nothing follows. A sign that stands alone ("+deg.") is none of it.
std::string unit_behind(std::string_view words, const NumberPrefix<double>& number) {
  const Words first = split(words);
  std::string_view unit = first.first.substr(number.length);
  if (unit.empty()) unit = split(first.rest).first;
  if (unit.starts_with('+')) unit.remove_prefix(1);
  if (unit.ends_with('.')) unit.remove_suffix(1);
  return number_prefix(unit) || lower_case(unit) == "x" ? "" : std::string(unit);
}

// Words for what is not known.
bool is_unset(std::string_view words) {
  const std::string word = lower_case(words);
  return word.empty() || word == "not set" || word == "not_set" || word == "none" || word == "?" ||
         word == "n/a" || word == "unknown";
}

using Factor = std::optional<double> (*)(std::string_view unit);

// The comments of a header by their keywords.
class Comments {
 public:
  Comments(std::string_view header, const std::string& name) : name_(name) {
    LineReader lines(header);
    while (const auto line = lines.next()) {
      const std::string_view text = trim(line->text);
      if (!text.starts_with('#')) continue;
      const Words words = split(text.substr(1));
      std::string_view rest = words.rest;
      while (rest.starts_with(':') || rest.starts_with('=')) rest = trim(rest.substr(1));
      const auto [first, is_new] = values_.try_emplace(std::string(words.first), rest);
      if (!is_new && first->second != rest) repeats_.push_back(first->first);
    }
  }

  // What stands behind a keyword.
  std::optional<std::string> text(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional(std::string(found->second));
  }
  // The numbers behind it; a digit inside a word is none.
  std::vector<double> numbers(std::string_view key) const {
    std::vector<double> out;
    const auto found = values_.find(key);
    if (found == values_.end()) return out;
    for (Words words = split(found->second); !words.first.empty(); words = split(words.rest)) {
      const auto number = number_prefix(words.first);
      if (number && std::isfinite(number->value)) out.push_back(number->value);
    }
    return out;
  }
  std::optional<double> number(std::string_view key) const {
    const auto found = numbers(key);
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  std::vector<double> needed(std::string_view key, std::size_t count) const {
    auto found = numbers(key);
    if (found.size() < count) {
      throw Error(fmt::format("no geometry in the header (neither axes nor # {})", key), name_);
    }
    return found;
  }
  // The number behind a keyword times what `factor` makes of its unit. Where no unit follows, it is
  // `own`.
  std::optional<double> in_units(std::string_view key, std::string_view own, Factor factor) const {
    const auto words = text(key);
    if (!words || is_unset(*words)) return std::nullopt;
    const auto value = number(key);
    const auto first = number_prefix(split(*words).first);
    if (!value || !first || !std::isfinite(first->value)) {
      throw Error(fmt::format("{} {} (not a number)", key, *words), name_);
    }
    const std::string unit = unit_behind(*words, *first);
    const auto scale = factor(unit.empty() ? own : std::string_view(unit));
    if (!scale) throw Error(fmt::format("{} {} (its unit is unknown)", key, *words), name_);
    return *value * *scale;
  }
  std::optional<double> degrees(std::string_view key) const {
    return in_units(key, "deg", [](std::string_view unit) -> std::optional<double> {
      if (radians_of(unit) == radians_of("deg")) return 1.0;
      const auto factor = radians_of(unit);
      return factor ? std::optional(*factor * constants::kDegreesPerRadian) : std::nullopt;
    });
  }
  // A keyword in small letters as the header writes it.
  std::vector<std::string> keys_like(std::string_view key) const {
    std::vector<std::string> out;
    for (const auto& [written, rest] : values_) {
      if (lower_case(written) == key) out.push_back(written);
    }
    return out;
  }
  // The keywords that stand there again with something else.
  const std::vector<std::string>& repeats() const { return repeats_; }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::vector<std::string> repeats_;
  std::map<std::string, std::string_view, std::less<>> values_;
};

double pixel_of(const Comments& comments, const std::string& name) {
  const auto sizes = comments.needed("Pixel_size", 1);
  constexpr double kSquare = 1e-6;
  if (sizes.size() > 1 && std::abs(sizes[0] - sizes[1]) > kSquare * sizes[0]) {
    throw Error(fmt::format("Pixel_size {} (pixels must be square)", *comments.text("Pixel_size")),
                name);
  }
  return *comments.in_units("Pixel_size", "m", metres_of);
}

double distance_of(const Comments& comments, const std::string& name) {
  comments.needed("Detector_distance", 1);
  const double distance_m = *comments.in_units("Detector_distance", "m", metres_of);
  if (distance_m > 0.0) return distance_m;
  throw Error(
      fmt::format("Detector_distance {} (it must be above 0)", *comments.text("Detector_distance")),
      name);
}

// From the corner, in m.
std::array<double, 2> beam_of(const Comments& comments, double pixel_m) {
  const auto beam = comments.needed("Beam_xy", 2);
  const std::string words = *comments.text("Beam_xy");
  const std::string unit(split(split(split(words).rest).rest).first);
  const bool in_pixels = unit.empty() || lower_case(unit).starts_with("pix") || unit == "px";
  const auto scale = in_pixels ? std::optional(pixel_m) : metres_of(unit);
  if (!scale) {
    throw Error(fmt::format("Beam_xy {} (its unit is unknown)", words), comments.name());
  }
  return {beam[0] * *scale, beam[1] * *scale};
}

constexpr std::array kEnergies = {"Energy", "Photon_energy", "X-ray_energy"};

double of_energy(double electron_volts) {
  return to_metre(to_wavelength(ElectronVolt(electron_volts))).value();
}

std::optional<double> wavelength_of(const Comments& comments, const std::string& name) {
  if (const auto metres = comments.in_units("Wavelength", "A", metres_of)) {
    if (*metres > 0.0) return metres;
    throw Error(fmt::format("Wavelength {} (it must be above 0)", *comments.text("Wavelength")),
                name);
  }
  for (const char* key : kEnergies) {
    const auto energy = comments.in_units(key, "eV", electron_volts_of);
    if (!energy) continue;
    if (*energy > 0.0) return of_energy(*energy);
    throw Error(fmt::format("{} {} (it must be above 0)", key, *comments.text(key)), name);
  }
  return std::nullopt;
}

// Which keywords say how far the spindle turns, by the name of the axis that does.
struct Scan {
  std::optional<double> start, width;
};

Scan scan_of(const Comments& comments) {
  Scan scan{comments.degrees("Start_angle"), comments.degrees("Angle_increment")};
  if (scan.start && scan.width) return scan;
  // Without them: the axis that moves.
  for (const char* axis : {"Omega", "Phi", "Kappa", "Chi"}) {
    const auto width = comments.degrees(fmt::format("{}_increment", axis));
    if (scan.width && *scan.width != 0.0 && width != scan.width) continue;
    if (!width || (*width == 0.0 && !scan.width)) continue;
    if (!scan.start) scan.start = comments.degrees(axis);
    if (!scan.width) scan.width = width;
    return scan;
  }
  return scan;
}

// A curved detector, for which the words of a flat one in its header are wrong.
void check_flat(const Comments& comments, const std::string& name) {
  const std::string detector = comments.text("Detector").value_or("");
  const std::string words = lower_case(detector);
  if (words.find("pilatus") == std::string::npos || words.find("12m") == std::string::npos) return;
  throw Error(fmt::format("Detector: {} (its modules stand on a cylinder, of which this header "
                          "says nothing)",
                          detector),
              name, "dials.import makes a .expt of it, which -geometry reads");
}

// Whether the words behind Oscillation_axis mean the spindle along x.
bool is_along_x(const std::string& axis) {
  const std::string words = lower_case(axis);
  const std::string_view first = split(words).first;
  const bool backwards = words.find("ccw") != std::string::npos;
  const auto is = [&](std::string_view word) { return first.starts_with(word); };
  return !backwards && (is("x.") || first == "x" || is("omega") || is("phi") || is("axis_omega"));
}

struct Contradiction {
  const char* key;  // in small letters
  const char* what;
};

constexpr const char* kSwing =
    "the header does not say about which axis, so that the detector is taken to stand across the "
    "beam all the same";
constexpr const char* kOffset = "Beam_xy alone says where the detector stands";
constexpr const char* kTurn =
    "the header does not say about which axis: the spindle is taken along x, and the crystal as "
    "the flags place it";
constexpr std::array<Contradiction, 15> kContradictions = {{{"detector_2theta", kSwing},
                                                            {"two_theta", kSwing},
                                                            {"twotheta", kSwing},
                                                            {"2theta", kSwing},
                                                            {"detector_two_theta", kSwing},
                                                            {"detector_twotheta", kSwing},
                                                            {"detector_tilt", kSwing},
                                                            {"tilt", kSwing},
                                                            {"detector_voffset", kOffset},
                                                            {"detector_hoffset", kOffset},
                                                            {"voffset", kOffset},
                                                            {"hoffset", kOffset},
                                                            {"kappa", kTurn},
                                                            {"chi", kTurn},
                                                            {"alpha", kTurn}}};

// The axes that stand at an angle and are not the one that turns.
std::vector<std::string> axes_elsewhere(const Comments& comments) {
  const std::string axis = lower_case(comments.text("Oscillation_axis").value_or(""));
  const std::string_view turns = split(axis).first;
  const auto start = scan_of(comments).start;
  std::vector<std::string> out;
  for (const char* key : {"Omega", "Phi"}) {
    const auto angle = comments.number(key);
    if (!angle || *angle == 0.0 || turns.starts_with(lower_case(key))) continue;
    const bool other_turns = turns.starts_with("omega") || turns.starts_with("phi");
    if (other_turns || (start && *start != *angle)) out.emplace_back(key);
  }
  return out;
}

// What is stated twice, with different values.
std::vector<std::string> doubts(const Comments& comments, const std::string& name) {
  std::vector<std::string> out;
  for (const std::string& key : comments.repeats()) {
    out.push_back(fmt::format("{}: {} stands in the header again with something else: {} is taken",
                              name, key, *comments.text(key)));
  }
  constexpr double kDigits = 2e-3;
  const auto metres = comments.in_units("Wavelength", "A", metres_of);
  for (const char* key : kEnergies) {
    const auto energy = metres ? comments.in_units(key, "eV", electron_volts_of) : std::nullopt;
    if (!energy || std::abs(*metres / of_energy(*energy) - 1.0) < kDigits) continue;
    out.push_back(fmt::format("{}: {} {}: not taken, Wavelength {} is", name, key,
                              *comments.text(key), *comments.text("Wavelength")));
  }
  return out;
}

// "Silicon sensor, thickness 0.000320 m"; 1 nm stands for none.
std::optional<double> sensor_of(const Comments& comments) {
  constexpr double kNone = 2e-9;
  for (const char* material : {"Silicon", "CdTe", "Si", "GaAs"}) {
    const std::string words = comments.text(material).value_or("");
    const std::size_t at = words.find("thickness");
    if (at == std::string::npos) continue;
    const Words value = split(std::string_view(words).substr(at + 9));
    const auto number = number_prefix(value.first);
    const auto factor = metres_of(split(value.rest).first);
    if (number && factor && number->value * *factor > kNone) return number->value * *factor;
  }
  return std::nullopt;
}

std::vector<std::string> contradictions(const Comments& comments, const std::string& name) {
  std::vector<std::string> out;
  const auto warn = [&](const std::string& key, const char* what) {
    out.push_back(fmt::format("{}: {} {}: {}", name, key, *comments.text(key), what));
  };
  for (const Contradiction& one : kContradictions) {
    for (const std::string& key : comments.keys_like(one.key)) {
      if (comments.number(key).value_or(0.0) != 0.0) warn(key, one.what);
    }
  }
  for (const std::string& key : axes_elsewhere(comments)) warn(key, kTurn);
  const auto axis = comments.text("Oscillation_axis");
  if (axis && !is_along_x(*axis)) {
    warn("Oscillation_axis", "the spindle is taken along x, turning as a right-handed screw");
  }
  return out;
}

}  // namespace

GeometryFile parse_pilatus_header(std::string_view bytes, const std::string& name) {
  constexpr std::string_view kBinary = "\x0c\x1a\x04\xd5";
  const std::string_view header = bytes.substr(0, bytes.find(kBinary));
  const Comments comments(header, name);
  check_flat(comments, name);
  const double pixel_m = pixel_of(comments, name);
  const double distance_m = distance_of(comments, name);
  const auto beam = beam_of(comments, pixel_m);
  const auto dimension = [&](std::string_view key) {
    const std::size_t at = header.find(key);
    const auto number = at == std::string_view::npos
                            ? std::nullopt
                            : number_prefix(skip_space(header.substr(at + key.size())));
    constexpr double kMost = 100000.0;
    if (!number || !(number->value >= 1.0 && number->value <= kMost)) {
      throw Error(fmt::format("impossible pixels in the header ({})", key), name);
    }
    return static_cast<std::size_t>(number->value);
  };
  if (!(pixel_m > 0.0)) throw Error("impossible pixels in the header", name);

  GeometryFile file;
  file.format = "PILATUS header";
  file.panels.push_back({"",
                         from_imgcif({-beam[0], beam[1], -distance_m}),
                         from_imgcif({1, 0, 0}),
                         from_imgcif({0, -1, 0}),
                         pixel_m,
                         {dimension("X-Binary-Size-Second-Dimension:"),
                          dimension("X-Binary-Size-Fastest-Dimension:")}});
  file.wavelength_m = wavelength_of(comments, name);
  // Of unpolarised light one half has its field in the plane of the ring.
  if (const auto fraction = comments.number("Polarization")) {
    if (!(*fraction >= 0.0 && *fraction <= 1.0)) {
      throw Error(fmt::format("impossible Polarization {}", *fraction), name);
    }
    file.kahn_factor = 2.0 * *fraction - 1.0;
    file.polarisation_axis = from_imgcif({1, 0, 0});
  }
  file.spindle_axis = from_imgcif({1, 0, 0});
  const Scan scan = scan_of(comments);
  if (scan.start) file.phi_rad = radians(*scan.start);
  if (scan.width) file.oscillation_rad = radians(*scan.width);
  file.sensor_m = sensor_of(comments);
  file.warnings = contradictions(comments, name);
  std::ranges::copy(doubts(comments, name), std::back_inserter(file.warnings));
  return file;
}

}  // namespace nanobragg::io
