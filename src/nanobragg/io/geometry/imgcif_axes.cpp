// Reads axes and their settings, and follows the chains that they make.
#include "nanobragg/io/geometry/imgcif_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/images/imgcif_text.hpp"

namespace nanobragg::io {
namespace {

double radians(double degrees) { return degrees / constants::kDegreesPerRadian; }

// Words of the dictionary may be written in capitals.
std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string word_or(const ImgcifRow& row, std::size_t column, const char* otherwise) {
  return lower_case(row.word(column).value_or(otherwise));
}

// Ids in CIF are the same in any capitals.
bool same_id(const std::string& a, const std::string& b) { return lower_case(a) == lower_case(b); }

// Axes that _diffrn_measurement_axis gives to the goniometer, for files without _axis.equipment.
std::set<std::string> goniometer_axes(const ImgcifText& text) {
  std::set<std::string> ids;
  for (const auto& row : text.rows("_diffrn_measurement_axis.", {"axis_id"})) {
    ids.insert(lower_case(row.text(0)));
  }
  return ids;
}

Vec3<double> vector_in(const ImgcifRow& row, std::size_t first) {
  const auto number = [&](std::size_t i) { return row.number(first + i).value_or(0.0); };
  return {number(0), number(1), number(2)};
}

// Which part of the increments lies before the frame: the number of steps since the scan began.
double steps_before(const ImgcifText& text, const ImgcifFrame& frame) {
  for (const auto& row : text.rows("_diffrn_scan_frame.", {"frame_id", "?frame_number"})) {
    if (frame.id && row.text(0) == *frame.id) return row.number(1).value_or(1.0) - 1.0;
  }
  return 0.0;
}

// The exposures of the scan: as _diffrn_scan says, or as _diffrn_scan_frame lists them.
std::optional<double> frames_of_scan(const ImgcifText& text, const ImgcifFrame& frame) {
  for (const auto& row : text.rows("_diffrn_scan.", {"id", "?frames"})) {
    const bool is_it = !frame.scan || same_id(row.text(0), *frame.scan);
    if (is_it && row.number(1).value_or(0.0) >= 1.0) return row.number(1);
  }
  double listed = 0.0;
  for (const auto& row : text.rows("_diffrn_scan_frame.", {"frame_id", "?scan_id"})) {
    if (!frame.scan || row.word(1).value_or(*frame.scan) == *frame.scan) listed += 1.0;
  }
  return listed > 0.0 ? std::optional(listed) : std::nullopt;
}

// Whether a row belongs to what was chosen; rows without the column belong to everything.
bool is_of(const ImgcifRow& row, std::size_t column, const std::optional<std::string>& chosen) {
  const auto word = row.word(column);
  return !word || !chosen || *word == *chosen;
}

}  // namespace

ImgcifFrame first_frame(const ImgcifText& text) {
  ImgcifFrame frame;
  for (const char* category : {"_diffrn_data_frame.", "_diffrn_frame_data."}) {
    for (const auto& row : text.rows(category, {"id"})) {
      const auto id = row.word(0);
      if (!frame.id) frame.id = id;
      if (id && *id != *frame.id && (frame.others.empty() || frame.others.back() != *id)) {
        frame.others.push_back(*id);
      }
    }
  }
  for (const auto& row : text.rows("_diffrn_scan_frame.", {"frame_id", "?scan_id"})) {
    if (!frame.id) frame.id = row.word(0);
    if (frame.id && row.text(0) == *frame.id) frame.scan = row.word(1);
  }
  for (const auto& row : text.rows("_diffrn_scan.", {"id", "?frame_id_start"})) {
    const bool begins = frame.id && row.word(1) == frame.id;
    if (!frame.scan && begins) frame.scan = row.word(0);
  }
  for (const auto& [prefix, item] :
       {std::pair("_diffrn_scan.", "id"), std::pair("_diffrn_scan_axis.", "scan_id")}) {
    for (const auto& row : text.rows(prefix, {item})) {
      if (!frame.scan) frame.scan = row.word(0);
    }
  }
  return frame;
}

ImgcifAxes::ImgcifAxes(const ImgcifText& text, const ImgcifFrame& frame, const std::string& name)
    : name_(name) {
  const std::set<std::string> of_goniometer = goniometer_axes(text);
  for (const auto& row :
       text.rows("_axis.", {"id", "?type", "?equipment", "?depends_on", "?vector[1]", "?vector[2]",
                            "?vector[3]", "?offset[1]", "?offset[2]", "?offset[3]", "?system",
                            "?rotation"})) {
    ImgcifAxis axis;
    axis.id = row.text(0);
    axis.rotates = word_or(row, 1, "general") == "rotation";
    axis.of_goniometer = row.word(2) ? word_or(row, 2, "") == "goniometer"
                                     : of_goniometer.contains(lower_case(axis.id));
    axis.depends_on = row.word(3);
    axis.vector = vector_in(row, 4);
    axis.offset = vector_in(row, 7);
    const std::string system = word_or(row, 10, "laboratory");
    if (system == "mcstas") {
      // Half a turn about y from the laboratory's frame.
      const auto turned = [](const Vec3<double>& v) { return Vec3<double>{-v.x, v.y, -v.z}; };
      axis.vector = turned(axis.vector);
      axis.offset = turned(axis.offset);
    } else if (system != "laboratory") {
      throw Error(fmt::format("axis {} in the system '{}' (laboratory and McStas are read)",
                              axis.id, system),
                  name);
    }
    if (row.number(11).value_or(0.0) != 0.0) {
      throw Error(fmt::format("axis {} with an _axis.rotation of {} (it is not read)", axis.id,
                              row.text(11)),
                  name);
    }
    const bool has_direction = length(axis.vector) > 0.0;
    if (axis.rotates && !has_direction) {
      throw Error("axis " + axis.id + " has no direction", name);
    }
    if (has_direction) axis.vector = unit(axis.vector);
    axes_.push_back(axis);
  }
  read_settings(text, frame);
}

void ImgcifAxes::read_settings(const ImgcifText& text, const ImgcifFrame& frame) {
  const double steps = steps_before(text, frame);
  const auto frames = frames_of_scan(text, frame);
  for (const auto& row :
       text.rows("_diffrn_scan_axis.",
                 {"axis_id", "?scan_id", "?angle_start", "?displacement_start", "?angle_increment",
                  "?displacement_increment", "?angle_range", "?displacement_range",
                  "?angle_rstrt_incr", "?displacement_rstrt_incr"})) {
    if (!is_of(row, 1, frame.scan)) continue;
    ImgcifAxis* const axis = find(row.text(0));
    if (axis == nullptr) {
      warn_of_unknown(row, "_diffrn_scan_axis");
      continue;
    }
    const std::size_t along = axis->rotates ? 0 : 1;
    axis->setting = row.number(2 + along);
    axis->increment = row.number(4 + along);
    const auto range = row.number(6 + along);
    if (!axis->increment && range) axis->increment = *range / frames.value_or(1.0);
    // From the end of an exposure to the start of the next: part of the step, not of the exposure.
    const double gap = row.number(8 + along).value_or(0.0);
    const bool is_guess = range && *range != 0.0 && !row.number(4 + along) && !frames;
    if (is_guess) {
      warnings_.push_back(fmt::format(
          "{}: axis {} has a range of {} and no increment, and the file does not say how many "
          "frames there are: taking one",
          name_, axis->id, *range));
    }
    if (axis->setting) *axis->setting += steps * (axis->increment.value_or(0.0) + gap);
  }
  for (const auto& row :
       text.rows("_diffrn_scan_frame_axis.", {"axis_id", "?frame_id", "?angle", "?displacement",
                                              "?angle_increment", "?displacement_increment"})) {
    if (!is_of(row, 1, frame.id)) continue;
    ImgcifAxis* const axis = find(row.text(0));
    if (axis == nullptr) {
      warn_of_unknown(row, "_diffrn_scan_frame_axis");
      continue;
    }
    const std::size_t along = axis->rotates ? 0 : 1;
    if (const auto setting = row.number(2 + along)) axis->setting = setting;
    if (const auto increment = row.number(4 + along)) axis->increment = increment;
  }
}

void ImgcifAxes::warn_of_unknown(const ImgcifRow& row, const char* category) {
  warnings_.push_back(fmt::format("{}: {} sets the axis {}, which _axis does not list: not taken",
                                  name_, category, row.text(0)));
}

ImgcifAxis* ImgcifAxes::find(const std::string& id) {
  const auto found =
      std::ranges::find_if(axes_, [&](const ImgcifAxis& axis) { return same_id(axis.id, id); });
  return found == axes_.end() ? nullptr : &*found;
}

const ImgcifAxis& ImgcifAxes::at(const std::string& id) const {
  const auto found =
      std::ranges::find_if(axes_, [&](const ImgcifAxis& axis) { return same_id(axis.id, id); });
  if (found == axes_.end()) throw Error("no axis " + id, name_);
  return *found;
}

Vec3<double> ImgcifAxes::carried(const std::string& id, Vec3<double> point,
                                 const std::vector<MovedAxis>& moved) const {
  std::optional<std::string> next = id;
  for (std::size_t steps = 0; next; ++steps) {
    const ImgcifAxis& axis = at(*next);
    if (steps > axes_.size()) throw Error("axis " + axis.id + " depends on itself", name_);
    const auto other =
        std::ranges::find_if(moved, [&](const MovedAxis& one) { return same_id(one.id, axis.id); });
    const double setting = other != moved.end() ? other->setting : axis.setting.value_or(0.0);
    point = axis.rotates ? rotate_about(point, axis.vector, radians(setting))
                         : point + setting * axis.vector;
    point = point + axis.offset;
    next = axis.depends_on;
  }
  return point;
}

Vec3<double> ImgcifAxes::direction(const ImgcifAxis& axis) const {
  Vec3<double> vector = axis.vector;
  std::optional<std::string> next = axis.depends_on;
  for (std::size_t steps = 0; next; ++steps) {
    const ImgcifAxis& outer = at(*next);
    if (steps > axes_.size()) throw Error("axis " + outer.id + " depends on itself", name_);
    if (outer.rotates) {
      vector = rotate_about(vector, outer.vector, radians(outer.setting.value_or(0.0)));
    }
    next = outer.depends_on;
  }
  return vector;
}

}  // namespace nanobragg::io
