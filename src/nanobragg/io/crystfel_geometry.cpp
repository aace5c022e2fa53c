// Reads "key = value" and "panel/key = value", then places the panels.
#include "nanobragg/io/crystfel_geometry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/text.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

// A value and where it stands.
struct Value {
  std::string text;
  std::size_t line = 0;
};
using Values = std::map<std::string, Value, std::less<>>;

// A panel or a bad region: its own values over those that held when its first line came.
struct Section {
  std::string name;
  Values values;
};

bool is_bad(std::string_view name) { return name.starts_with("bad"); }

// Groups of panels are no panels.
bool is_group(std::string_view key) {
  return key.starts_with("rigid_group") || key.starts_with("group_");
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : name_(name) {
    LineReader lines(text);
    while (const auto line = lines.next()) read(*line);
  }

  const Values& globals() const { return globals_; }
  std::vector<Section> sections(bool bad) const {
    std::vector<Section> found;
    for (const Section& section : sections_) {
      if (is_bad(section.name) == bad) found.push_back(section);
    }
    return found;
  }

 private:
  void read(const TextLine& line) {
    const std::string_view text = trim(line.text.substr(0, line.text.find(';')));
    if (text.empty()) return;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
      throw Error(fmt::format("expected key = value, found {}", quoted_word(text)),
                  place(name_, line.number),
                  "-geometry reads .expt, .geom, NXmx, CBF and SMV files");
    }
    const std::string_view key = trim(text.substr(0, equals));
    const Value value{std::string(trim(text.substr(equals + 1))), line.number};
    if (is_group(key)) return;
    const std::size_t slash = key.find('/');
    if (slash == std::string_view::npos) {
      globals_[std::string(key)] = value;
      return;
    }
    section(key.substr(0, slash)).values[std::string(key.substr(slash + 1))] = value;
  }

  Section& section(std::string_view name) {
    const auto found = std::ranges::find(sections_, name, &Section::name);
    if (found != sections_.end()) return *found;
    return sections_.emplace_back(Section{std::string(name), is_bad(name) ? Values{} : globals_});
  }

  const std::string& name_;
  Values globals_;
  std::vector<Section> sections_;
};

// The values of one section as numbers, with their lines in errors.
class Fields {
 public:
  Fields(const Values& values, std::string section, const std::string& file)
      : values_(values), section_(std::move(section)), file_(file) {}

  std::string where(const Value& value) const { return place(file_, value.line); }
  const Value* find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }
  std::optional<double> maybe(std::string_view key) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    return leading_number(*value, key);
  }
  double number(std::string_view key) const {
    const auto value = maybe(key);
    if (!value) throw Error(fmt::format("{} has no {}", section_, key), file_);
    return *value;
  }
  double leading_number(const Value& value, std::string_view key) const {
    const auto number = number_prefix(value.text);
    if (!number || !std::isfinite(number->value)) {
      const bool in_data = value.text.starts_with('/');
      throw Error(fmt::format("{} is no number: {}", key, quoted_word(value.text)), where(value),
                  in_data ? "its value is in the data file: write the number here" : "");
    }
    return number->value;
  }
  std::size_t index(std::string_view key) const {
    const double value = number(key);
    constexpr double kMost = 1e6;
    if (!(value >= 0.0 && value <= kMost) || value != std::floor(value)) {
      throw Error(fmt::format("{} of {} is no pixel (they count from 0)", key, section_),
                  where(*find(key)));
    }
    return static_cast<std::size_t>(value);
  }
  // "+0.5x -0.2y +z".
  Vec3<double> direction(std::string_view key) const;

 private:
  const Values& values_;
  std::string section_;
  const std::string& file_;
};

Vec3<double> Fields::direction(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) throw Error(fmt::format("{} has no {}", section_, key), file_);
  std::string text = value->text;
  std::erase_if(text, is_space);
  Vec3<double> sum;
  std::string_view rest = text;
  while (!rest.empty()) {
    const bool has_sign = rest.front() == '+' || rest.front() == '-';
    const auto number = number_prefix(rest);
    const std::size_t length = number ? number->length : (has_sign ? 1 : 0);
    const double factor = number ? number->value : (rest.front() == '-' ? -1.0 : 1.0);
    const char axis = length < rest.size() ? rest[length] : ' ';
    double* const component = axis == 'x'   ? &sum.x
                              : axis == 'y' ? &sum.y
                              : axis == 'z' ? &sum.z
                                            : nullptr;
    if (component == nullptr || !std::isfinite(factor)) {
      throw Error(
          fmt::format("{} of {} is no direction: {}", key, section_, quoted_word(value->text)),
          where(*value), "write +0.9x -0.1y");
    }
    *component += factor;
    rest.remove_prefix(length + 1);
  }
  return sum;
}

// First and last pixel, along fast, then along slow.
struct Range {
  std::size_t first_fast, last_fast, first_slow, last_slow;
};

Range range_of(const Fields& fields, const std::string& name, const std::string& file) {
  const Range range{fields.index("min_fs"), fields.index("max_fs"), fields.index("min_ss"),
                    fields.index("max_ss")};
  if (range.first_fast > range.last_fast || range.first_slow > range.last_slow) {
    throw Error(fmt::format("panel {} is outside any data (fs {} … {}, ss {} … {})", name,
                            range.first_fast, range.last_fast, range.first_slow, range.last_slow),
                file);
  }
  return range;
}

struct PlacedPanel {
  GeometryPanel panel;
  Range range;
};

PlacedPanel panel_of(const Section& section, const std::string& file) {
  const Fields fields(section.values, "panel " + section.name, file);
  const Range range = range_of(fields, section.name, file);
  const double pixels_per_m = fields.number("res");
  if (!(pixels_per_m > 0.0)) throw Error("impossible res", fields.where(*fields.find("res")));
  const Vec3<double> fast = fields.direction("fs");
  const Vec3<double> slow = fields.direction("ss");
  constexpr double kSquare = 1e-3;
  if (std::abs(length(fast) - 1.0) > kSquare || std::abs(length(slow) - 1.0) > kSquare) {
    throw Error(fmt::format("fs and ss of panel {} are {:.6g} and {:.6g} pixels long (pixels are "
                            "square here)",
                            section.name, length(fast), length(slow)),
                fields.where(*fields.find("fs")));
  }
  const PanelAxes axes = checked_axes(from_crystfel(fast), from_crystfel(slow), file);
  const Vec3<double> corner{fields.number("corner_x") / pixels_per_m,
                            fields.number("corner_y") / pixels_per_m,
                            fields.number("clen") + fields.maybe("coffset").value_or(0.0)};
  return {{section.name,
           from_crystfel(corner),
           axes.fast,
           axes.slow,
           1.0 / pixels_per_m,
           {range.last_slow - range.first_slow + 1, range.last_fast - range.first_fast + 1}},
          range};
}

// Whether a pixel of a panel lies in a bad region: of the data, or of the plane across the beam.
class BadRegion {
 public:
  BadRegion(const Section& section, const std::string& file) {
    const Fields fields(section.values, "region " + section.name, file);
    if (const Value* panel = fields.find("panel")) panel_ = panel->text;
    in_data_ = fields.find("min_fs") != nullptr;
    const std::array<const char*, 4> keys = in_data_
                                                ? std::array{"min_fs", "max_fs", "min_ss", "max_ss"}
                                                : std::array{"min_x", "max_x", "min_y", "max_y"};
    std::ranges::transform(keys, bounds_.begin(),
                           [&](const char* key) { return fields.number(key); });
  }

  bool concerns(const std::string& panel) const { return !panel_ || *panel_ == panel; }
  bool holds(const PlacedPanel& placed, PixelIndex pixel) const {
    double u = static_cast<double>(placed.range.first_fast + pixel.fast);
    double v = static_cast<double>(placed.range.first_slow + pixel.slow);
    if (!in_data_) {
      const GeometryPanel& panel = placed.panel;
      const auto step = [](std::size_t i) { return static_cast<double>(i) + 0.5; };
      const Vec3<double> point = panel.corner_m + panel.pixel_m * (step(pixel.fast) * panel.fast +
                                                                   step(pixel.slow) * panel.slow);
      u = -point.z / panel.pixel_m;
      v = point.y / panel.pixel_m;
    }
    return u >= bounds_[0] && u <= bounds_[1] && v >= bounds_[2] && v <= bounds_[3];
  }

 private:
  std::optional<std::string> panel_;
  bool in_data_ = false;
  std::array<double, 4> bounds_{};
};

bool is_unused(const Section& section) {
  const auto no_index = section.values.find("no_index");
  return no_index != section.values.end() && no_index->second.text != "0";
}

std::shared_ptr<const Image<std::uint16_t>> mask_of(const std::vector<PlacedPanel>& panels,
                                                    const std::vector<Section>& sections,
                                                    const std::vector<BadRegion>& regions) {
  const bool any_unused = std::ranges::any_of(sections, is_unused);
  if (regions.empty() && !any_unused) return nullptr;
  std::vector<ImageShape> shapes;
  for (const PlacedPanel& placed : panels) shapes.push_back(placed.panel.shape);
  const PanelStack stack = stack_of(shapes);
  auto mask = std::make_shared<Image<std::uint16_t>>(stack.shape);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const GeometryPanel& panel = panels[i].panel;
    for (std::size_t slow = 0; slow < panel.shape.slow; ++slow) {
      for (std::size_t fast = 0; fast < panel.shape.fast; ++fast) {
        const bool bad =
            is_unused(sections[i]) || std::ranges::any_of(regions, [&](const BadRegion& region) {
              return region.concerns(panel.name) && region.holds(panels[i], {slow, fast});
            });
        mask->view()[{stack.first_row[i] + slow, fast}] = bad ? 0 : 1;
      }
    }
  }
  return mask;
}

// "9000", "9000 eV", "9 keV"; "1.3 A", "1.3e-10 m".
std::optional<double> wavelength_of(const Fields& fields) {
  const auto unit_after_number = [](const Value& value) {
    const auto number = number_prefix(value.text);
    return std::string(trim(std::string_view(value.text).substr(number->length)));
  };
  if (const Value* energy = fields.find("photon_energy")) {
    if (energy->text.starts_with('/')) return std::nullopt;  // in the data: -lambda gives it
    const double number = fields.leading_number(*energy, "photon_energy");
    const double factor = unit_after_number(*energy).starts_with("keV") ? 1000.0 : 1.0;
    if (!(number > 0.0)) throw Error("impossible photon_energy", fields.where(*energy));
    return constants::kAngstromElectronVolt / (number * factor) * 1e-10;
  }
  if (const Value* wavelength = fields.find("wavelength")) {
    if (wavelength->text.starts_with('/')) return std::nullopt;
    const double number = fields.leading_number(*wavelength, "wavelength");
    if (!(number > 0.0)) throw Error("impossible wavelength", fields.where(*wavelength));
    return unit_after_number(*wavelength).starts_with("m") ? number : 1e-10 * number;
  }
  return std::nullopt;
}

}  // namespace

GeometryFile parse_crystfel_geometry(std::string_view text, const std::string& name) {
  const Reader reader(text, name);
  const std::vector<Section> sections = reader.sections(false);
  if (sections.empty()) {
    throw Error("no panels (no line 'panel/key = value')", name,
                "-geometry reads .expt, .geom, NXmx, CBF and SMV files");
  }
  std::vector<PlacedPanel> panels;
  for (const Section& section : sections) panels.push_back(panel_of(section, name));
  std::vector<BadRegion> regions;
  for (const Section& section : reader.sections(true)) regions.emplace_back(section, name);

  GeometryFile file;
  file.format = "CrystFEL geometry";
  for (const PlacedPanel& placed : panels) file.panels.push_back(placed.panel);
  file.mask = mask_of(panels, sections, regions);
  file.wavelength_m = wavelength_of(Fields(reader.globals(), "the file", name));
  return file;
}

}  // namespace nanobragg::io
