// Puts the stages of a placement into the order and words of the C program.
#include "nanobragg/trace/geometry_lines.hpp"

#include <fmt/format.h>

namespace nanobragg::trace {
namespace {

class GeometryLines {
 public:
  explicit GeometryLines(const GeometryRecord& record)
      : record_(record), in_(record.placing), stages_(record.placed.stages) {}

  std::vector<Line> by_sample();
  std::vector<Line> by_beam();

 private:
  void add(const char* key, double value, const char* unit) {
    lines_.push_back(number_line(Form::geometry, key, value, unit));
  }
  void add(const char* key, const Vec3<double>& v, const char* unit = "") {
    lines_.push_back(vector_line(Form::geometry, key, v, unit));
  }
  void add(const char* key, const Mat3<double>& m) {
    Line line{Form::matrix, key, {}, ""};
    for (const Vec3<double>& row : m.row) {
      for (const double value : {row.x, row.y, row.z}) line.fields.push_back({"", value});
    }
    lines_.push_back(line);
  }
  void add_request();
  void add_rotations();
  void add_rotated_axes();
  void add_lab_axes();
  void add_corner() {
    lines_.push_back(vector_line(Form::bare, "DETECTOR_PIX0_VECTOR", record_.placed.corner, "m"));
  }

  const GeometryRecord& record_;
  const DetectorPlacement<double>& in_;
  const PlacementStages<double>& stages_;
  std::vector<Line> lines_;
};

// The C program divides the centre, which it holds in m, by 1000 before it prints it as metres.
constexpr double kPrintedCentre = 1000.0;

void GeometryLines::add_request() {
  const bool by_sample = in_.pivot == Pivot::sample && !in_.corner;
  lines_.push_back({Form::geometry, "detector_convention", {{"", record_.convention}}, ""});
  lines_.push_back({Form::geometry,
                    "angles_rad",
                    {{"rotx", in_.tilt.x},
                     {"roty", in_.tilt.y},
                     {"rotz", in_.tilt.z},
                     {"twotheta", in_.twotheta}},
                    "rad"});
  const double x = by_sample ? record_.close_x_m : record_.centre_x_m;
  const double y = by_sample ? record_.close_y_m : record_.centre_y_m;
  lines_.push_back({Form::geometry,
                    "beam_center_m",
                    {{by_sample ? "Xclose" : "X", x / kPrintedCentre},
                     {by_sample ? "Yclose" : "Y", y / kPrintedCentre},
                     {"pixel_mm", record_.pixel_size_m * 1000.0}},
                    "km, km, mm"});
  add("initial_fdet", in_.fast);
  add("initial_sdet", in_.slow);
  add("initial_odet", in_.normal);
}

void GeometryLines::add_rotations() {
  const Mat3<double> x = rotation_about_x(in_.tilt.x);
  const Mat3<double> y = rotation_about_y(in_.tilt.y);
  const Mat3<double> z = rotation_about_z(in_.tilt.z);
  add("Rx", x);
  add("Ry", y);
  add("Rz", z);
  add("R_total", z * (y * x));
}

void GeometryLines::add_rotated_axes() {
  add("fdet_after_rotz", stages_.tilted_fast);
  add("sdet_after_rotz", stages_.tilted_slow);
  add("odet_after_rotz", stages_.tilted_normal);
  add("twotheta_axis", in_.twotheta_axis);
  add("fdet_after_twotheta", record_.placed.fast);
  add("sdet_after_twotheta", record_.placed.slow);
  add("odet_after_twotheta", record_.placed.normal);
}

void GeometryLines::add_lab_axes() {
  lines_.push_back(vector_line(Form::bare, "DETECTOR_FAST_AXIS", record_.placed.fast));
  lines_.push_back(vector_line(Form::bare, "DETECTOR_SLOW_AXIS", record_.placed.slow));
  lines_.push_back(vector_line(Form::bare, "DETECTOR_NORMAL_AXIS", record_.placed.normal));
}

// The corner is placed first and turned with the axes.
std::vector<Line> GeometryLines::by_sample() {
  add_request();
  add("Fclose_m", in_.close_f, "m");
  add("Sclose_m", in_.close_s, "m");
  add("close_distance_m", stages_.close_distance, "m");
  add("ratio", stages_.ratio, "");
  add("distance_m", stages_.distance, "m");
  add("term_fast_before_rot", stages_.along_fast, "m");
  add("term_slow_before_rot", stages_.along_slow, "m");
  add("term_close_before_rot", stages_.along_third, "m");
  add("pix0_before_rotation", stages_.corner, "m");
  add("pix0_after_rotz", stages_.tilted_corner, "m");
  add("pix0_after_twotheta", record_.placed.corner, "m");
  add_rotated_axes();
  add_lab_axes();
  add_corner();
  return std::move(lines_);
}

// The axes are turned first; the corner follows from them and the beam, or was given.
std::vector<Line> GeometryLines::by_beam() {
  add_rotated_axes();
  add_lab_axes();
  add_request();
  add_rotations();
  add_rotated_axes();
  if (!in_.corner) {
    const Vec3<double>& b = in_.beam;
    lines_.push_back({Form::geometry,
                      "convention_mapping",
                      {{"", fmt::format("{},beam_vec=[{:.15g} {:.15g} {:.15g}]",
                                        record_.centre_mapping, b.x, b.y, b.z)}},
                      ""});
    add("Fbeam_m", in_.beam_f, "m");
    add("Sbeam_m", in_.beam_s, "m");
    add("distance_m", stages_.distance, "m");
    add("term_fast", stages_.along_fast, "m");
    add("term_slow", stages_.along_slow, "m");
    add("term_beam", stages_.along_third, "m");
  }
  add("pix0_vector", record_.placed.corner, "m");
  add_corner();
  return std::move(lines_);
}

}  // namespace

std::vector<Line> geometry_lines(const GeometryRecord& record) {
  GeometryLines lines(record);
  const bool by_sample = record.placing.pivot == Pivot::sample && !record.placing.corner;
  return by_sample ? lines.by_sample() : lines.by_beam();
}

}  // namespace nanobragg::trace
