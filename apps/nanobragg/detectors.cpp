// nanobragg detectors: what -detector knows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/detectors/catalogue.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

using Row = std::vector<std::string>;

std::string pixels_of(const config::DetectorDescription& detector) {
  return fmt::format("{} × {}", detector.panel_shape.fast, detector.panel_shape.slow);
}

std::string gaps_of(const config::DetectorDescription& detector) {
  if (!detector.modules) return "none";
  const auto& grid = *detector.modules;
  return fmt::format("{} × {} between {} × {} modules", grid.gap.fast, grid.gap.slow,
                     grid.count.fast, grid.count.slow);
}

Row row_of(const config::CatalogueEntry& entry) {
  const auto detector = config::describe_detector(std::string(entry.name));
  constexpr double kMicrometres = 1e6;
  return {std::string(entry.name),
          detector.name,
          fmt::format("{}", std::max<std::size_t>(detector.panels.size(), 1)),
          pixels_of(detector),
          fmt::format("{:.4g}", kMicrometres * detector.pixel_m),
          gaps_of(detector),
          detector.defaults.sensor.value_or("none"),
          detector.format};
}

// Letters, not bytes.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0U) != 0x80U; }));
}

std::string table_of(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace

int detectors(const std::vector<std::string>& arguments) {
  Options options("Lists the detectors that -detector knows, or describes one.",
                  "nanobragg detectors");
  std::optional<std::string> name;
  options.add_option("NAME", name,
                     "prints the description of this one, which -detector FILE.toml reads");
  if (const auto code = parse_options(options, arguments)) return *code;
  if (name) {
    std::fputs(config::description_text(*name).c_str(), stdout);
    return 0;
  }
  std::vector<Row> rows{
      {"name", "called", "panels", "pixels of each", "µm", "gaps", "sensor", "format"}};
  for (const config::CatalogueEntry& entry : config::detector_catalogue()) {
    rows.push_back(row_of(entry));
  }
  std::fputs(table_of(rows).c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
