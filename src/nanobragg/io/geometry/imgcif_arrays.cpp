// Reads how pixels lie along axes, and where that puts them.
#include "nanobragg/io/geometry/imgcif_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/imgcif_text.hpp"

namespace nanobragg::io {
namespace {

// How far the pixels of one direction lie along one axis, mm.
struct Placement {
  std::string axis;
  double first = 0.0;
  std::optional<double> step;
};

// One direction of an array.
struct Direction {
  std::size_t pixels = 0;
  std::vector<Placement> along;
};

struct Array {
  std::string id, section;
  Direction fast, slow;

  const std::string& name() const { return section.empty() ? id : section; }
};

using AxisSets = std::map<std::string, std::vector<Placement>>;

// A set may name several axes. Without a name it is called after its axis.
AxisSets read_axis_sets(const ImgcifText& text, const std::string& name) {
  AxisSets sets;
  for (const auto& row : text.rows("_array_structure_list_axis.",
                                   {"axis_id", "?axis_set_id", "?displacement",
                                    "?displacement_increment", "?angle", "?angle_increment"})) {
    const std::string axis = row.text(0);
    for (const std::size_t angle : {4, 5}) {
      if (row.number(angle).value_or(0.0) != 0.0) {
        throw Error(fmt::format("axis {} bends an array (angle {})", axis, row.text(4)), name,
                    "flat panels are read");
      }
    }
    sets[row.word(1).value_or(axis)].push_back({axis, row.number(2).value_or(0.0), row.number(3)});
  }
  return sets;
}

// Lengths of pixels by array and index, mm.
std::map<std::pair<std::string, std::string>, double> read_element_sizes(const ImgcifText& text) {
  std::map<std::pair<std::string, std::string>, double> sizes;
  for (const auto& row : text.rows("_array_element_size.", {"array_id", "index", "size"})) {
    if (const auto metres = row.number(2)) {
      sizes[{row.text(0), row.text(1)}] = 1e3 * *metres;
    }
  }
  return sizes;
}

std::vector<Array> read_arrays(const ImgcifText& text, const std::string& name) {
  const AxisSets sets = read_axis_sets(text, name);
  const auto sizes = read_element_sizes(text);
  std::vector<Array> arrays;
  for (const auto& row :
       text.rows("_array_structure_list.", {"array_id", "index", "dimension", "?precedence",
                                            "?direction", "?axis_set_id", "?array_section_id"})) {
    const std::string id = row.text(0);
    const std::string section = row.word(6).value_or("");
    const auto same = [&](const Array& a) { return a.id == id && a.section == section; };
    auto array = std::ranges::find_if(arrays, same);
    if (array == arrays.end()) array = arrays.insert(arrays.end(), Array{id, section, {}, {}});
    const double pixels = row.number(2).value_or(0.0);
    constexpr double kMost = 100000.0;
    if (!(pixels >= 1.0 && pixels <= kMost)) throw Error("impossible array dimension", name);
    const double precedence = row.number(3).value_or(row.number(1).value_or(0));
    const auto set = row.word(5);
    if (!set) continue;  // its sections have the axes
    if (precedence != 1.0 && precedence != 2.0) {
      if (pixels == 1.0) continue;
      throw Error(fmt::format("array {} has a direction of precedence {} with {} pixels", id,
                              precedence, pixels),
                  name, "images of two dimensions are read");
    }
    const auto found = sets.find(*set);
    if (found == sets.end()) throw Error("no axis set " + *set, name);
    Direction direction{static_cast<std::size_t>(pixels), found->second};
    const bool decreasing = row.word(4).value_or("increasing") == "decreasing";
    for (Placement& placement : direction.along) {
      const auto size = sizes.find({id, row.text(1)});
      if (!placement.step && size != sizes.end()) placement.step = size->second;
      if (decreasing && placement.step) placement.step = -*placement.step;
    }
    (precedence == 1.0 ? array->fast : array->slow) = std::move(direction);
  }
  return arrays;
}

// Whether the chain of axes from `id` on meets another axis.
bool hangs_on(const ImgcifAxes& axes, const std::string& id, const std::string& other) {
  std::optional<std::string> next = axes.at(id).depends_on;
  for (std::size_t steps = 0; next && steps <= axes.all().size(); ++steps) {
    if (*next == other) return true;
    next = axes.at(*next).depends_on;
  }
  return false;
}

// The axis of the array from which all others of it can be reached.
std::string innermost(const ImgcifAxes& axes, const Array& array) {
  std::string inner = array.fast.along.front().axis;
  for (const Direction* direction : {&array.fast, &array.slow}) {
    for (const Placement& placement : direction->along) {
      if (hangs_on(axes, placement.axis, inner)) inner = placement.axis;
    }
  }
  return inner;
}

GeometryPanel panel_of(const ImgcifAxes& axes, const Array& array, const std::string& name) {
  if (array.fast.along.empty() || array.slow.along.empty()) {
    throw Error("array " + array.name() + " has no two axes", name);
  }
  const std::string inner = innermost(axes, array);
  const auto at = [&](double fast, double slow) {
    std::vector<MovedAxis> moved;
    const auto move = [&](const Direction& direction, double pixels) {
      for (const auto& [axis, first, step] : direction.along) {
        moved.push_back({axis, first + pixels * step.value_or(0.0)});
      }
    };
    move(array.fast, fast);
    move(array.slow, slow);
    return axes.carried(inner, {}, moved);
  };
  const Vec3<double> corner = at(0.0, 0.0);
  const Vec3<double> fast = at(1.0, 0.0) - corner;
  const Vec3<double> slow = at(0.0, 1.0) - corner;
  constexpr double kSquare = 1e-6;
  if (std::abs(length(fast) - length(slow)) > kSquare * length(fast)) {
    throw Error(fmt::format("pixels of {:.6g} × {:.6g} mm (they must be square)", length(fast),
                            length(slow)),
                name);
  }
  const PanelAxes directions = checked_axes(from_imgcif(fast), from_imgcif(slow), name);
  return {array.name(),    1e-3 * from_imgcif(corner), directions.fast,
          directions.slow, 1e-3 * length(fast),        {array.slow.pixels, array.fast.pixels}};
}

}  // namespace

std::vector<GeometryPanel> imgcif_panels(const ImgcifText& text, const ImgcifFrame& frame,
                                         const ImgcifAxes& axes, const std::string& name) {
  const std::vector<Array> arrays = read_arrays(text, name);
  std::vector<GeometryPanel> panels;
  const auto add = [&](const std::string& id) {
    const auto is_section = [&](const Array& a) { return a.id == id && !a.section.empty(); };
    const bool in_sections = std::ranges::any_of(arrays, is_section);
    bool any = false;
    for (const Array& array : arrays) {
      if (array.id != id || (in_sections && array.section.empty())) continue;
      panels.push_back(panel_of(axes, array, name));
      any = true;
    }
    if (!any) throw Error("no array " + id, name);
  };
  for (const char* category : {"_diffrn_data_frame.", "_diffrn_frame_data."}) {
    for (const auto& row : text.rows(category, {"array_id", "?id"})) {
      const auto id = row.word(1);
      if (!id || !frame.id || *id == *frame.id) add(row.text(0));
    }
    if (!panels.empty()) return panels;
  }
  std::vector<std::string> seen;
  for (const Array& array : arrays) {
    if (std::ranges::find(seen, array.id) != seen.end()) continue;
    seen.push_back(array.id);
    add(array.id);
  }
  if (panels.empty()) throw Error("no array of the detector", name);
  return panels;
}

}  // namespace nanobragg::io
