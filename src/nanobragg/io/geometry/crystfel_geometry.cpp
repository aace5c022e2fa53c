// Places the panels of a .geom file, and says what else it holds.
#include "nanobragg/io/geometry/crystfel_geometry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/crystfel_mask.hpp"
#include "nanobragg/io/geometry/crystfel_text.hpp"

namespace nanobragg::io {
namespace {

// First and last pixel, along fast, then along slow.
struct Range {
  std::size_t first_fast, last_fast, first_slow, last_slow;
};

Range range_of(const CrystfelFields& fields, const std::string& file) {
  const Range range{fields.index("min_fs"), fields.index("max_fs"), fields.index("min_ss"),
                    fields.index("max_ss")};
  if (range.first_fast > range.last_fast || range.first_slow > range.last_slow) {
    throw Error(fmt::format("{} is outside any data (fs {} … {}, ss {} … {})", fields.section(),
                            range.first_fast, range.last_fast, range.first_slow, range.last_slow),
                file);
  }
  return range;
}

// The axes nearest to two directions that are at right angles: each turns by half of what is
// missing.
PanelAxes square(const Vec3<double>& fast, const Vec3<double>& slow) {
  const Vec3<double> sum = unit(unit(fast) + unit(slow));
  const Vec3<double> difference = unit(unit(fast) - unit(slow));
  const double half = std::sqrt(0.5);
  return {half * (sum + difference), half * (sum - difference)};
}

struct Squared {
  PanelAxes axes;
  double farthest_pixels;  // how far a corner of the panel moves
};

Squared squared(const CrystfelFields& fields, const ImageShape& shape) {
  const Vec3<double> fast = fields.direction("fs");
  const Vec3<double> slow = fields.direction("ss");
  const double skew = dot(fast, slow) / (length(fast) * length(slow));
  // Refined geometries are up to 0.4 % off; more than that is another kind of pixel.
  constexpr double kMost = 0.02;
  if (!(std::abs(length(fast) - 1.0) <= kMost) || !(std::abs(length(slow) - 1.0) <= kMost)) {
    throw Error(fmt::format("fs and ss of {} are {:.6g} and {:.6g} pixels long (pixels are square "
                            "here)",
                            fields.section(), length(fast), length(slow)),
                fields.where("fs"));
  }
  if (!(std::abs(skew) <= kMost)) {
    throw Error(fmt::format("fs and ss of {} are {:.4g}° apart (pixels are square here)",
                            fields.section(), std::acos(skew) * constants::kDegreesPerRadian),
                fields.where("fs"));
  }
  Squared out{square(fast, slow), 0.0};
  const Vec3<double> along_fast = static_cast<double>(shape.fast) * (fast - out.axes.fast);
  const Vec3<double> along_slow = static_cast<double>(shape.slow) * (slow - out.axes.slow);
  out.farthest_pixels =
      std::max({length(along_fast), length(along_slow), length(along_fast + along_slow)});
  return out;
}

// Where the whole detector is moved to across the beam, m.
double shift_of(const CrystfelFields& file_wide, const char* key) {
  return file_wide.is_in_data(key) ? 0.0 : file_wide.metres(key).value_or(0.0);
}

class Panels {
 public:
  Panels(const CrystfelText& text, const std::string& file)
      : file_(file), file_wide_(text.globals(), "the file", file) {
    shift_ = {shift_of(file_wide_, "detector_shift_x"), shift_of(file_wide_, "detector_shift_y"),
              0.0};
    for (const CrystfelSection& section : text.panels()) panels_.push_back(placed(section));
    std::ranges::sort(uneven_, std::greater<>(), &Uneven::pixels);
  }

  std::vector<std::string> warnings() const {
    std::vector<std::string> out;
    for (const char* key : {"detector_shift_x", "detector_shift_y"}) {
      if (!file_wide_.is_in_data(key)) continue;
      out.push_back(fmt::format("{}: {} = {} is in data files: it does not shift the detector",
                                file_, key, file_wide_.find(key)->text));
    }
    if (uneven_.empty()) return out;
    const std::string others =
        uneven_.size() == 1 ? "" : fmt::format(" ({} other panels by less)", uneven_.size() - 1);
    out.push_back(fmt::format(
        "{}: fs and ss of panel {} are not square: read as the nearest square panel, which moves "
        "its far corner by {:.2g} pixels{}",
        file_, uneven_.front().panel, uneven_.front().pixels, others));
    return out;
  }

  const std::vector<CrystfelPanel>& panels() const { return panels_; }

 private:
  struct Uneven {
    std::string panel;
    double pixels;
  };

  CrystfelPanel placed(const CrystfelSection& section) {
    const CrystfelFields fields(section.values, "panel " + section.name, file_);
    const Range range = range_of(fields, file_);
    const ImageShape shape{range.last_slow - range.first_slow + 1,
                           range.last_fast - range.first_fast + 1};
    const double pixels_per_m = fields.number("res");
    if (!(pixels_per_m > 0.0)) throw Error("impossible res", fields.where("res"));
    const Squared axes = squared(fields, shape);
    constexpr double kNoticed = 0.01;
    if (axes.farthest_pixels > kNoticed) uneven_.push_back({section.name, axes.farthest_pixels});
    // A clen of one panel, as CrystFEL had it before version 0.10, wins over that of the file.
    const auto own = fields.metres("clen");
    const auto clen = own ? own : file_wide_.metres("clen");
    if (!clen) throw Error(fmt::format("{} has no clen", fields.section()), file_);
    const Vec3<double> corner{fields.number("corner_x") / pixels_per_m,
                              fields.number("corner_y") / pixels_per_m,
                              *clen + fields.metres("coffset").value_or(0.0)};
    return {.panel = {section.name, from_crystfel(corner + shift_), from_crystfel(axes.axes.fast),
                      from_crystfel(axes.axes.slow), 1.0 / pixels_per_m, shape},
            .first_fast = range.first_fast,
            .first_slow = range.first_slow,
            .is_unused = fields.flag("no_index"),
            .edge_pixels = fields.find("mask_edge_pixels") ? fields.index("mask_edge_pixels") : 0};
  }

  const std::string& file_;
  CrystfelFields file_wide_;
  Vec3<double> shift_;
  std::vector<CrystfelPanel> panels_;
  std::vector<Uneven> uneven_;
};

// What stands behind a wavelength or an energy, as a factor to Å or eV.
double factor_of(const CrystfelFields& fields, const char* key, const NumberWithUnit& value,
                 std::span<const std::pair<const char*, double>> units) {
  for (const auto& [unit, factor] : units) {
    if (value.unit == unit) return factor;
  }
  std::vector<const char*> known;
  for (const auto& [unit, factor] : units) known.push_back(unit);
  std::erase(known, std::string_view());
  throw Error(
      fmt::format("{} in '{}' ({} are units of it)", key, value.unit, fmt::join(known, " and ")),
      fields.where(key), value.unit.empty() ? "write the unit after the number" : "");
}

std::optional<double> positive(const CrystfelFields& fields, const char* key,
                               std::span<const std::pair<const char*, double>> units) {
  if (fields.is_in_data(key)) return std::nullopt;  // -lambda gives it
  const auto value = fields.with_unit(key);
  if (!value) return std::nullopt;
  if (!(value->number > 0.0)) throw Error(fmt::format("impossible {}", key), fields.where(key));
  return value->number * factor_of(fields, key, *value, units);
}

// "9000", "9000 eV", "9 keV"; "1.3 A", "1.3e-10 m".
std::optional<double> wavelength_of(const CrystfelFields& fields) {
  using Units = std::pair<const char*, double>;
  constexpr std::array kEnergies{Units{"", 1.0}, Units{"eV", 1.0}, Units{"keV", 1e3},
                                 Units{"MeV", 1e6}};
  constexpr std::array kLengths{Units{"m", 1.0}, Units{"A", 1e-10}};
  if (fields.find("electron_voltage")) {
    throw Error("electron_voltage (electrons, which are scattered otherwise than X-rays)",
                fields.where("electron_voltage"), "write a photon_energy or a wavelength");
  }
  const auto energy = positive(fields, "photon_energy", kEnergies);
  const auto length = positive(fields, "wavelength", kLengths);
  if (!energy) return length;
  const double of_energy = constants::kAngstromElectronVolt / *energy * 1e-10;
  constexpr double kAlike = 1e-4;
  if (length && std::abs(*length - of_energy) > kAlike * of_energy) {
    throw Error(fmt::format("photon_energy means {:.6g} Å, wavelength says {:.6g} Å",
                            of_energy * 1e10, *length * 1e10),
                fields.where("wavelength"), "leave one of them out");
  }
  return of_energy;
}

bool number_is(const std::string& text, double value) {
  const auto number = number_prefix(text);
  return number && number->length == text.size() && number->value == value;
}

bool is_mask_key(std::string_view key) {
  return key.starts_with("mask") && key != "mask_edge_pixels";
}

// Everything that a line may be about; the rest is misspelt or of another version.
bool is_known(std::string_view key) {
  constexpr std::array<std::string_view, 26> kKeys{"min_fs",
                                                   "max_fs",
                                                   "min_ss",
                                                   "max_ss",
                                                   "corner_x",
                                                   "corner_y",
                                                   "coffset",
                                                   "res",
                                                   "fs",
                                                   "ss",
                                                   "no_index",
                                                   "mask_edge_pixels",
                                                   "data",
                                                   "dim0",
                                                   "adu_per_eV",
                                                   "adu_per_photon",
                                                   "max_adu",
                                                   "saturation_map",
                                                   "saturation_map_file",
                                                   "flag_equal",
                                                   "flag_lessthan",
                                                   "flag_morethan",
                                                   "badrow_direction",
                                                   "integr_radius",
                                                   "rail_direction",
                                                   "clen_for_centering"};
  const bool is_dimension =
      key.starts_with("dim") && key.size() == 4 && key[3] >= '0' && key[3] <= '9';
  return is_dimension || is_mask_key(key) || is_of_whole_file(key) ||
         std::ranges::find(kKeys, key) != kKeys.end();
}

// "mask (line 5), mask_bad (line 7)": keys of one kind, each once.
template <class Kind>
std::string named(const CrystfelText& text, Kind kind) {
  std::map<std::string, std::size_t, std::less<>> lines;
  const auto look = [&](const CrystfelValues& values) {
    for (const auto& [key, value] : values) {
      if (kind(key, value.text)) lines.emplace(key, value.line);
    }
  };
  look(text.globals());
  for (const CrystfelSection& panel : text.panels()) look(panel.values);
  std::vector<std::string> words;
  for (const auto& [key, line] : lines) words.push_back(fmt::format("{} (line {})", key, line));
  return fmt::format("{}", fmt::join(words, ", "));
}

// "p0/photon_energy (line 9)": keys of the whole file, each once, that stand in a panel, where clen
// alone counts.
std::string of_file_in_panels(const CrystfelText& text) {
  std::map<std::string, std::string> first;
  for (const CrystfelSection& panel : text.panels()) {
    for (const auto& [key, value] : panel.values) {
      if (key == "clen" || !is_of_whole_file(key)) continue;
      first.emplace(key, fmt::format("{}/{} (line {})", panel.name, key, value.line));
    }
  }
  std::vector<std::string> words;
  for (const auto& [key, place] : first) words.push_back(place);
  return fmt::format("{}", fmt::join(words, ", "));
}

// CrystFEL means the standard deviation of a Gaussian spectrum, as a fraction of the wavelength
// (crystfel_geometry(5)). Evenly spread wavelengths have the same over √12 times as much. How many
// of them an image needs depends on its spots, so that no number is assumed here.
std::string as_dispersion(const std::string& bandwidth) {
  constexpr double kPercent = 100.0;
  const std::string not_applied =
      "not applied: it is the standard deviation of a Gaussian spectrum";
  const auto number = number_prefix(bandwidth);
  if (!number || !(number->value > 0.0)) return not_applied;
  return fmt::format("{} (-dispersion {:.4g} -dispsteps 20 has the same, -spectrum takes any)",
                     not_applied, kPercent * std::sqrt(12.0) * number->value);
}

// Numbers alone: what stands in the data file is not known here.
CrystfelReadings readings_of(const CrystfelFields& fields) {
  const auto number = [&](const char* key) {
    return fields.find(key) != nullptr && !fields.is_in_data(key) ? fields.maybe(key)
                                                                  : std::nullopt;
  };
  return {number("adu_per_photon"), number("adu_per_eV"), number("max_adu"),
          number("flag_lessthan")};
}

// What the file states and this program does not use.
std::vector<std::string> not_used(const CrystfelText& text, const std::string& file) {
  std::vector<std::string> out;
  const auto warn = [&](const std::string& words, std::string_view what) {
    if (!words.empty()) out.push_back(fmt::format("{}: {}: {}", file, words, what));
  };
  warn(named(text, [](std::string_view key, auto&) { return is_mask_key(key); }),
       "masks in data files are not applied (-mask takes one)");
  warn(named(text,
             [](std::string_view key, const std::string& value) {
               const bool is_one = key == "adu_per_photon" && number_is(value, 1.0);
               return key.starts_with("flag_") || key.starts_with("adu_per_") || key == "max_adu" ||
                              key.starts_with("saturation_map")
                          ? !is_one
                          : false;
             }),
       "about measured values, which an image of photons does not have: not applied");
  std::string bandwidth;
  const std::string named_bandwidth =
      named(text, [&](std::string_view key, const std::string& value) {
        if (key == "bandwidth") bandwidth = value;
        return key == "bandwidth";
      });
  warn(named_bandwidth, as_dispersion(bandwidth));
  warn(named(text, [](std::string_view key,
                      auto&) { return key == "rail_direction" || key == "clen_for_centering"; }),
       "not applied: the beam is along z");
  warn(named(text, [](std::string_view key, auto&) { return !is_known(key); }),
       "unknown keys are skipped");
  warn(of_file_in_panels(text), "not applied: it is of the whole file, not of a panel");
  for (const std::string& line : text.without_effect()) {
    out.push_back(
        fmt::format("{}: {} stands after the panels and applies to none of them", file, line));
  }
  for (const std::string& line : text.repeated()) {
    out.push_back(fmt::format("{}: {}", file, line));
  }
  return out;
}

}  // namespace

CrystfelDetector parse_crystfel_detector(std::string_view bytes, const std::string& name) {
  const CrystfelText text(bytes, name);
  if (text.panels().empty()) {
    throw Error("no panels (no line 'panel/key = value')", name,
                "-geometry reads .expt, .geom, NXmx, CBF and SMV files");
  }
  CrystfelDetector out;
  GeometryFile& file = out.file;
  file.format = "CrystFEL geometry";
  const Panels panels(text, name);
  out.panels = panels.panels();
  for (const CrystfelPanel& placed : out.panels) file.panels.push_back(placed.panel);
  for (const CrystfelSection& section : text.panels()) {
    out.readings.push_back(readings_of(CrystfelFields(section.values, section.name, name)));
  }
  CrystfelMask mask = crystfel_mask(out.panels, text, name);
  file.mask = std::move(mask.mask);
  file.wavelength_m = wavelength_of(CrystfelFields(text.globals(), "the file", name));
  for (const auto& part : {panels.warnings(), mask.warnings, not_used(text, name)}) {
    file.warnings.insert(file.warnings.end(), part.begin(), part.end());
  }
  return out;
}

GeometryFile parse_crystfel_geometry(std::string_view bytes, const std::string& name) {
  return parse_crystfel_detector(bytes, name).file;
}

}  // namespace nanobragg::io
