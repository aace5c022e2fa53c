// Reads comments by their keywords.
#include "nanobragg/io/pilatus_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/text.hpp"

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
      values_.try_emplace(std::string(words.first), rest);
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
  // A length in m; mm and µm where a header says so.
  double metres(std::string_view key) const {
    const double value = needed(key, 1)[0];
    const std::string unit(split(split(*text(key)).rest).first);
    if (unit == "mm") return 1e-3 * value;
    if (unit == "um") return 1e-6 * value;
    return value;
  }

 private:
  std::string name_;
  std::map<std::string, std::string_view, std::less<>> values_;
};

double pixel_of(const Comments& comments, const std::string& name) {
  const auto sizes = comments.needed("Pixel_size", 1);
  constexpr double kSquare = 1e-6;
  if (sizes.size() > 1 && std::abs(sizes[0] - sizes[1]) > kSquare * sizes[0]) {
    throw Error(fmt::format("pixels of {} × {} m (they must be square)", sizes[0], sizes[1]), name);
  }
  return comments.metres("Pixel_size");
}

// Which keywords tell how far the spindle turns, by the name of the axis that does.
struct Scan {
  std::optional<double> start, width;
};

Scan scan_of(const Comments& comments) {
  Scan scan{comments.number("Start_angle"), comments.number("Angle_increment")};
  if (scan.start && scan.width) return scan;
  // Without them: the axis that moves.
  for (const char* axis : {"Omega", "Phi", "Kappa", "Chi"}) {
    const auto width = comments.number(fmt::format("{}_increment", axis));
    if (scan.width && *scan.width != 0.0 && width != scan.width) continue;
    if (!width || (*width == 0.0 && !scan.width)) continue;
    if (!scan.start) scan.start = comments.number(axis);
    if (!scan.width) scan.width = width;
    return scan;
  }
  return scan;
}

// A curved detector, of which the flat words of its header say nothing true.
void check_flat(const Comments& comments, const std::string& name) {
  const std::string detector = comments.text("Detector").value_or("");
  if (detector.find("PILATUS 12M") == std::string::npos) return;
  throw Error(fmt::format("Detector: {} (its modules stand on a cylinder, of which this header "
                          "says nothing)",
                          detector),
              name, "dials.import makes a .expt of it, which -geometry reads");
}

// Whether the words behind Oscillation_axis mean the spindle along x.
bool is_along_x(const std::string& axis) {
  const std::string_view first = split(axis).first;
  const auto is = [&](std::string_view word) { return first == word || first.starts_with(word); };
  const bool backwards = axis.find("CCW") != std::string::npos;
  return !backwards && (is("X.") || first == "X" || first == "x" || is("omega") || is("Omega") ||
                        is("OMEGA") || is("phi") || is("Phi") || is("PHI") || is("axis_omega"));
}

std::vector<std::string> contradictions(const Comments& comments, const std::string& name) {
  std::vector<std::string> out;
  const auto warn = [&](const char* key, const char* what) {
    out.push_back(fmt::format("{}: {} {}: {}", name, key, *comments.text(key), what));
  };
  const auto nonzero = [&](const char* key) { return comments.number(key).value_or(0.0) != 0.0; };
  if (nonzero("Detector_2theta")) {
    warn("Detector_2theta",
         "the header does not say about which axis, so that the detector is taken to stand across "
         "the beam all the same");
  }
  if (nonzero("Detector_Voffset")) {
    warn("Detector_Voffset", "Beam_xy alone says where the detector stands");
  }
  for (const char* key : {"Kappa", "Chi", "Alpha"}) {
    if (nonzero(key)) {
      warn(key,
           "the header does not say about which axis: the spindle is taken along x, and the "
           "crystal as the flags have it");
    }
  }
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
  const double distance_m = comments.metres("Detector_distance");
  const auto beam = comments.needed("Beam_xy", 2);
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
                         from_imgcif({-beam[0] * pixel_m, beam[1] * pixel_m, -distance_m}),
                         from_imgcif({1, 0, 0}),
                         from_imgcif({0, -1, 0}),
                         pixel_m,
                         {dimension("X-Binary-Size-Second-Dimension:"),
                          dimension("X-Binary-Size-Fastest-Dimension:")}});
  if (const auto angstrom = comments.number("Wavelength"); angstrom && *angstrom > 0.0) {
    file.wavelength_m = 1e-10 * *angstrom;
  }
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
  file.warnings = contradictions(comments, name);
  return file;
}

}  // namespace nanobragg::io
