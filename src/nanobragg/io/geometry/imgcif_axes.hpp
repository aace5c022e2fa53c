// The axes of an imgCIF header: goniometer and detector, set as in one frame.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/io/images/imgcif_text.hpp"

namespace nanobragg::io {

struct ImgcifAxis {
  std::string id;
  bool rotates = false;
  bool of_goniometer = false;
  std::optional<std::string> depends_on;
  Vec3<double> vector, offset;      // the frame of imgCIF, mm; vectors have unit length
  std::optional<double> setting;    // mm or degrees, in the frame
  std::optional<double> increment;  // degrees or mm, from this frame to the next
};

// One axis that is moved away from its setting, for a pixel of an array.
struct MovedAxis {
  std::string id;
  double setting;
};

// The frame whose settings count: the first of the file.
struct ImgcifFrame {
  std::optional<std::string> id, scan;
  std::vector<std::string> others;
};
ImgcifFrame first_frame(const ImgcifText& text);

// _axis, with the settings of _diffrn_scan_axis and _diffrn_scan_frame_axis, each as a loop or as
// single values. Where a frame has no setting of its own, it is that of the scan's start, moved on
// by the frame's number.
class ImgcifAxes {
 public:
  // Throws Error for axes without direction, of a frame of reference that is not the laboratory's,
  // and for words that should be numbers.
  ImgcifAxes(const ImgcifText& text, const ImgcifFrame& frame, const std::string& name);

  const ImgcifAxis& at(const std::string& id) const;
  const std::vector<ImgcifAxis>& all() const { return axes_; }
  // What the file says and is not taken.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // A point (mm) behind all axes of the chain that begins at `id`: each turns or moves it by its
  // setting, adds its offset, and passes it to the axis that it depends on.
  Vec3<double> carried(const std::string& id, Vec3<double> point,
                       const std::vector<MovedAxis>& moved) const;
  // The direction of an axis in the laboratory, turned by all that it depends on.
  Vec3<double> direction(const ImgcifAxis& axis) const;

 private:
  ImgcifAxis* find(const std::string& id);
  void read_settings(const ImgcifText& text, const ImgcifFrame& frame);
  void warn_of_unknown(const ImgcifRow& row, const char* category);

  std::string name_;
  std::vector<ImgcifAxis> axes_;  // in the order of the file
  std::vector<std::string> warnings_;
};

}  // namespace nanobragg::io
