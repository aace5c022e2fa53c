// Holds every pixel against regions, edges and unused panels.
#include "nanobragg/io/geometry/crystfel_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

// A region of the data, or of the plane across the beam.
class BadRegion {
 public:
  BadRegion(const CrystfelSection& section, std::span<const CrystfelPanel> panels,
            const std::string& file) {
    const CrystfelFields fields(section.values, "region " + section.name, file);
    constexpr std::array kInData{"min_fs", "max_fs", "min_ss", "max_ss"};
    constexpr std::array kAcross{"min_x", "max_x", "min_y", "max_y"};
    const auto has = [&](const char* key) { return fields.find(key) != nullptr; };
    in_data_ = std::ranges::any_of(kInData, has);
    if (in_data_ && std::ranges::any_of(kAcross, has)) {
      throw Error(fmt::format("{} is in fs and ss, and in x and y", fields.section()), file,
                  "give one of them");
    }
    std::ranges::transform(in_data_ ? kInData : kAcross, bounds_.begin(),
                           [&](const char* key) { return fields.number(key); });
    for (const std::size_t least : {std::size_t{0}, std::size_t{2}}) {
      if (bounds_[least] <= bounds_[least + 1]) continue;
      const auto& keys = in_data_ ? kInData : kAcross;
      throw Error(fmt::format("{} {:g} of {} is above its {} {:g}", keys[least], bounds_[least],
                              fields.section(), keys[least + 1], bounds_[least + 1]),
                  fields.where(keys[least]));
    }
    if (const CrystfelValue* panel = fields.find("panel")) {
      panel_ = panel->text;
      const auto same = [&](const CrystfelPanel& p) { return p.panel.name == *panel_; };
      if (std::ranges::none_of(panels, same)) {
        throw Error(fmt::format("{} is of '{}' (no such panel)", fields.section(), *panel_),
                    fields.where("panel"));
      }
    }
    for (const auto& entry : section.values) {
      const std::string& key = entry.first;
      const auto is_key = [&](const char* known) { return key == known; };
      if (key != "panel" && std::ranges::none_of(kInData, is_key) &&
          std::ranges::none_of(kAcross, is_key)) {
        throw Error(fmt::format("{} of {} (no such key)", key, fields.section()), fields.where(key),
                    "a region has min_fs … max_ss and panel, or min_x … max_y");
      }
    }
  }

  bool names_no_panel() const { return in_data_ && !panel_; }
  bool concerns(const std::string& panel) const { return !panel_ || *panel_ == panel; }
  bool holds(const CrystfelPanel& placed, PixelIndex pixel) const {
    double u = static_cast<double>(placed.first_fast + pixel.fast);
    double v = static_cast<double>(placed.first_slow + pixel.slow);
    if (!in_data_) {
      const GeometryPanel& panel = placed.panel;
      const auto middle = [](std::size_t i) { return static_cast<double>(i) + 0.5; };
      const Vec3<double> point = panel.corner_m + panel.pixel_m * (middle(pixel.fast) * panel.fast +
                                                                   middle(pixel.slow) * panel.slow);
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

bool is_at_edge(const CrystfelPanel& placed, PixelIndex pixel) {
  const auto near = [&](std::size_t i, std::size_t count) {
    return i < placed.edge_pixels || count - 1 - i < placed.edge_pixels;
  };
  return near(pixel.fast, placed.panel.shape.fast) || near(pixel.slow, placed.panel.shape.slow);
}

}  // namespace

CrystfelMask crystfel_mask(std::span<const CrystfelPanel> panels, const CrystfelText& text,
                           const std::string& file) {
  std::vector<BadRegion> regions;
  CrystfelMask out;
  for (const CrystfelSection& section : text.bad_regions()) {
    regions.emplace_back(section, panels, file);
    if (regions.back().names_no_panel() && panels.size() > 1) {
      out.warnings.push_back(fmt::format(
          "{}: {} names no panel: taken for every panel with these fs and ss", file, section.name));
    }
  }
  const auto has_bad = [](const CrystfelPanel& p) { return p.is_unused || p.edge_pixels > 0; };
  if (regions.empty() && std::ranges::none_of(panels, has_bad)) return out;
  std::vector<ImageShape> shapes;
  for (const CrystfelPanel& placed : panels) shapes.push_back(placed.panel.shape);
  const PanelStack stack = checked_stack(shapes, file);
  check_described_mask(stack.shape, file);
  auto mask = std::make_shared<Image<std::uint16_t>>(stack.shape);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const GeometryPanel& panel = panels[i].panel;
    for (std::size_t slow = 0; slow < panel.shape.slow; ++slow) {
      for (std::size_t fast = 0; fast < panel.shape.fast; ++fast) {
        const PixelIndex pixel{slow, fast};
        const bool bad = panels[i].is_unused || is_at_edge(panels[i], pixel) ||
                         std::ranges::any_of(regions, [&](const BadRegion& region) {
                           return region.concerns(panel.name) && region.holds(panels[i], pixel);
                         });
        mask->view()[{stack.first_row[i] + slow, fast}] = bad ? 0 : 1;
      }
    }
  }
  out.mask = std::move(mask);
  return out;
}

}  // namespace nanobragg::io
