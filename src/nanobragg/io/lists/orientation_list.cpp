// Reads orientations line by line.
#include "nanobragg/io/lists/orientation_list.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

constexpr std::size_t kAngles = 3;
constexpr std::size_t kElements = 9;

std::vector<double> numbers_of(std::string_view line, const std::string& where) {
  std::vector<double> numbers;
  for (auto rest = skip_space(line); !rest.empty(); rest = skip_space(rest)) {
    const auto number = number_prefix(rest);
    const bool ends = number && (number->length == rest.size() || is_space(rest[number->length]));
    if (!ends || !std::isfinite(number->value) || numbers.size() == kElements) {
      throw expected_numbers("3 or 9", numbers.size(), rest, where);
    }
    numbers.push_back(number->value);
    rest.remove_prefix(number->length);
  }
  if (numbers.size() != kAngles && numbers.size() != kElements) {
    throw expected_numbers("3 or 9", numbers.size(), "", where);
  }
  return numbers;
}

Mat3<double> rotation_by_angles(const std::vector<double>& degrees) {
  const auto radians = [&](std::size_t i) { return to_radian(Degree(degrees[i])).value(); };
  return rotation_about_z(radians(2)) *
         (rotation_about_y(radians(1)) * rotation_about_x(radians(0)));
}

Mat3<double> rotation_of(const std::vector<double>& n, const std::string& where) {
  if (n.size() == kAngles) return rotation_by_angles(n);
  const Mat3<double> u{{Vec3<double>{n[0], n[1], n[2]}, Vec3<double>{n[3], n[4], n[5]},
                        Vec3<double>{n[6], n[7], n[8]}}};
  // As many digits as people print.
  constexpr double kTolerance = 1e-4;
  const Mat3<double> product = u * transpose(u);
  double deviation = std::abs(determinant(u) - 1.0);
  for (std::size_t i = 0; i < 3; ++i) {
    deviation = std::max(deviation, length(product.row[i] - Mat3<double>::identity().row[i]));
  }
  if (!(deviation < kTolerance)) {
    throw Error(
        "nine numbers are not a rotation matrix (its rows must be unit vectors at right "
        "angles, its determinant 1)",
        where);
  }
  return u;
}

}  // namespace

std::vector<Mat3<double>> parse_orientation_list(std::string_view text, const std::string& name) {
  std::vector<Mat3<double>> rotations;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const std::string_view content = line->text.substr(0, line->text.find('#'));
    if (trim(content).empty()) continue;
    const std::string where = place(name, line->number);
    rotations.push_back(rotation_of(numbers_of(content, where), where));
  }
  if (rotations.empty()) throw Error("no orientations", name);
  return rotations;
}

std::vector<Mat3<double>> read_orientation_list(const std::filesystem::path& path) {
  return parse_orientation_list(read_input(path), path.string());
}

}  // namespace nanobragg::io
