// Reads a description: a few keys of its own, and those of configurations.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <variant>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/detectors/detector_description.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/resolve/sensor_words.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::config {
namespace {

// What a description has besides options.
constexpr std::array<std::string_view, 4> kOwnKeys{"name", "format", "modules", "panels"};
constexpr long kMostPixels = 100000;  // along one axis
constexpr std::size_t kMostPanels = 10000;

// One table of the file, whose errors say where.
class Table {
 public:
  Table(const toml::table& table, std::string path, const std::string& file)
      : table_(table), path_(std::move(path)), file_(file) {}

  [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
    const toml::node* const node = table_.get(key);
    const auto& source = node ? node->source() : table_.source();
    throw UsageError(fmt::format("key '{}{}' {}", path_, key, why),
                     fmt::format("{}:{}", file_, source.begin.line));
  }

  void check_keys(std::span<const std::string_view> known) const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      const std::vector<std::string> names(known.begin(), known.end());
      const auto meant = nearest(key.str(), names);
      throw UsageError(
          fmt::format("unknown key '{}{}' in a description of a detector", path_, key.str()),
          fmt::format("{}:{}", file_, key.source().begin.line),
          meant ? fmt::format("did you mean '{}'?", *meant) : "");
    }
  }

  std::string text(const std::string& key) const {
    const toml::node* const node = table_.get(key);
    if (!node || !node->is_string()) refuse(key, "needs a text");
    const std::string text = node->as_string()->get();
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (text.empty() || std::ranges::any_of(text, is_control)) {
      refuse(key, "needs a text of one line");
    }
    return text;
  }

  bool truth(const std::string& key) const {
    const toml::node* const node = table_.get(key);
    if (!node) return false;
    if (!node->is_boolean()) refuse(key, "needs true or false");
    return node->as_boolean()->get();
  }

  // Two whole numbers, of fast and slow.
  ImageShape shape(const std::string& key, long least) const {
    const std::vector<double> numbers = list(key, 2);
    for (const double n : numbers) {
      if (n != std::floor(n) || n < static_cast<double>(least) ||
          n > static_cast<double>(kMostPixels)) {
        refuse(key, fmt::format("needs whole numbers from {} to {}", least, kMostPixels));
      }
    }
    return {static_cast<std::size_t>(numbers[1]), static_cast<std::size_t>(numbers[0])};
  }

  Vec3<double> vector(const std::string& key) const {
    const std::vector<double> v = list(key, 3);
    return {v[0], v[1], v[2]};
  }

  std::string where() const { return fmt::format("{}:{}", file_, table_.source().begin.line); }

 private:
  std::vector<double> list(const std::string& key, std::size_t count) const {
    const toml::node* const node = table_.get(key);
    const toml::array* const array = node ? node->as_array() : nullptr;
    const auto wanted = fmt::format("needs {} numbers", count);
    if (!array || array->size() != count) refuse(key, wanted);
    std::vector<double> numbers;
    for (const toml::node& item : *array) {
      const auto number = item.value<double>();
      if (!item.is_number() || !number || !std::isfinite(*number)) refuse(key, wanted);
      numbers.push_back(*number);
    }
    return numbers;
  }

  const toml::table& table_;
  std::string path_;
  const std::string& file_;
};

// An option that says what a detector is or how it reads, and names no file.
bool belongs(const Option& option) {
  constexpr std::array kOthers{Group::crystal, Group::beam, Group::spindle, Group::sampling,
                               Group::running};
  const bool is_other = std::ranges::find(kOthers, option.group) != kOthers.end();
  const bool names_another = option.key == "name" || names_file(option) ||
                             std::holds_alternative<Gathered>(option.binding);
  return !is_other && !names_another;
}

void check_defaults(const Settings& defaults, const std::string& file) {
  for (const Option& option : option_table()) {
    if (option.key.empty() || belongs(option) || !toml_value(defaults, option)) continue;
    throw UsageError(fmt::format("key '{}' in a description of a detector (it says something else)",
                                 path_of(option)),
                     file);
  }
}

struct Modules {
  std::optional<ModuleGrid> grid;
  bool each_a_panel = false;
};

Modules modules_of(const toml::table& root, const std::string& file) {
  const toml::node* const node = root.get("modules");
  if (!node) return {};
  if (!node->is_table()) {
    throw UsageError("key 'modules' needs a table",
                     fmt::format("{}:{}", file, node->source().begin.line));
  }
  const Table table(*node->as_table(), "modules.", file);
  constexpr std::array<std::string_view, 4> kKeys{"pixels", "gaps", "grid", "each_a_panel"};
  table.check_keys(kKeys);
  const ModuleGrid grid{.module = table.shape("pixels", 1),
                        .gap = table.shape("gaps", 0),
                        .count = table.shape("grid", 1)};
  const ImageShape shape = grid.shape();
  if (std::max(shape.slow, shape.fast) > static_cast<std::size_t>(kMostPixels)) {
    table.refuse("grid", "makes more than 100000 pixels along an axis");
  }
  return {grid, table.truth("each_a_panel")};
}

std::vector<DescribedPanel> panels_of(const toml::table& root, const std::string& file) {
  const toml::node* const node = root.get("panels");
  if (!node) return {};
  const toml::array* const array = node->as_array();
  const std::string where = fmt::format("{}:{}", file, node->source().begin.line);
  if (!array || array->empty() || array->size() > kMostPanels) {
    throw UsageError("key 'panels' needs a list of panels", where);
  }
  std::vector<DescribedPanel> panels;
  for (const toml::node& item : *array) {
    if (!item.is_table()) throw UsageError("key 'panels' needs a list of tables", where);
    const Table table(*item.as_table(), "panels.", file);
    constexpr std::array<std::string_view, 3> kKeys{"corner_mm", "fast", "slow"};
    table.check_keys(kKeys);
    try {
      const auto axes = io::checked_axes(table.vector("fast"), table.vector("slow"), table.where());
      panels.push_back({1e-3 * table.vector("corner_mm"), axes.fast, axes.slow});
    } catch (const UsageError&) {
      throw;
    } catch (const Error& error) {
      throw UsageError(error.problem(), error.where(), error.hint());
    }
  }
  return panels;
}

// One panel a module, side by side in a plane.
std::vector<DescribedPanel> panels_of(const ModuleGrid& grid, double pixel_m) {
  std::vector<DescribedPanel> panels;
  for (std::size_t down = 0; down < grid.count.slow; ++down) {
    for (std::size_t across = 0; across < grid.count.fast; ++across) {
      const auto at = [&](std::size_t index, std::size_t pitch) {
        return pixel_m * static_cast<double>(index * pitch);
      };
      panels.push_back({{at(across, grid.module.fast + grid.gap.fast),
                         at(down, grid.module.slow + grid.gap.slow), 0.0},
                        {1.0, 0.0, 0.0},
                        {0.0, 1.0, 0.0}});
    }
  }
  return panels;
}

// The pixels that a description states, as far as it does.
std::optional<ImageShape> stated_pixels(const Settings& defaults, const std::string& file) {
  if (!defaults.pixels_fast && !defaults.pixels_slow) return std::nullopt;
  if (defaults.pixels_fast && defaults.pixels_slow) {
    return ImageShape{static_cast<std::size_t>(*defaults.pixels_slow),
                      static_cast<std::size_t>(*defaults.pixels_fast)};
  }
  throw UsageError("a description with pixels along one axis alone", file,
                   "give detector.pixels_fast and detector.pixels_slow");
}

// The description with its shapes, and with panels for modules that are panels.
DetectorDescription laid_out(DetectorDescription out, const Modules& modules,
                             const std::string& file) {
  const std::optional<ImageShape> stated = stated_pixels(out.defaults, file);
  const bool is_listed = !out.panels.empty();
  if (is_listed && modules.each_a_panel) {
    throw UsageError("a list of panels with modules.each_a_panel (each says what the panels are)",
                     file);
  }
  if (!modules.grid && !stated) {
    throw UsageError("a description without pixels", file,
                     "give detector.pixels_fast and detector.pixels_slow, or modules");
  }
  if (is_listed && (!stated || !modules.grid)) {
    throw UsageError("a list of panels without their pixels, or without those of the whole", file,
                     "modules says what each panel has, detector.pixels_fast and _slow the whole");
  }
  out.panel_shape = modules.grid ? modules.grid->shape() : *stated;
  out.outline = stated.value_or(out.panel_shape);
  if (!is_listed && out.outline != out.panel_shape) {
    throw UsageError(
        fmt::format("{} × {} pixels, and modules of {} × {} (fast × slow)", out.outline.fast,
                    out.outline.slow, out.panel_shape.fast, out.panel_shape.slow),
        file);
  }
  if (modules.each_a_panel) {
    out.panels = panels_of(*modules.grid, out.pixel_m);
    out.panel_shape = modules.grid->module;
  } else if (modules.grid && modules.grid->has_gaps()) {
    out.modules = modules.grid;
  }
  return out;
}

}  // namespace

DetectorDescription parse_description(std::string_view text, const std::string& name) {
  DetectorDescription out;
  out.source = name;
  out.defaults = parse_toml(text, name, kOwnKeys);
  check_defaults(out.defaults, name);
  const toml::table root = toml::parse(text, name);
  const Table top(root, "", name);
  out.name = top.text("name");
  out.format = top.text("format");
  if (!io::find_format(fmt::format("x.{}", out.format))) {
    top.refuse("format", "needs the end of the name of an image file");
  }
  if (!out.defaults.pixel_mm) {
    throw UsageError("a description without detector.pixel_mm", name);
  }
  out.pixel_m = to_metre(Millimetre(*out.defaults.pixel_mm)).value();
  if (out.defaults.sensor) parse_sensor(*out.defaults.sensor);
  out.panels = panels_of(root, name);
  out = laid_out(std::move(out), modules_of(root, name), name);
  out.defaults.pixels_fast = static_cast<long>(out.outline.fast);
  out.defaults.pixels_slow = static_cast<long>(out.outline.slow);
  // What is implied by where a key stands is left to what the user gives.
  out.defaults.implied_pivot.reset();
  return out;
}

}  // namespace nanobragg::config
