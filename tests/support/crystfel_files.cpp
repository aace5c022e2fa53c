// Parses lines and intersects rays with panels.
#include "support/crystfel_files.hpp"

#include <cmath>
#include <map>
#include <sstream>
#include <stdexcept>

namespace nanobragg::test {
namespace {

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

double norm(const Vector& a) { return std::sqrt(dot(a, a)); }

// "+0.9x -0.1y +0z": each number before its letter.
Vector read_axis(const std::string& text) {
  Vector v{};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const char letter = word.back();
    v.at(static_cast<std::size_t>(letter - 'x')) = std::stod(word);
  }
  return v;
}

void set(CrystfelPanel& panel, const std::string& key, const std::string& value) {
  const std::map<std::string, double*> numbers = {
      {"min_fs", &panel.min_fs},  {"max_fs", &panel.max_fs},     {"min_ss", &panel.min_ss},
      {"max_ss", &panel.max_ss},  {"corner_x", &panel.corner_x}, {"corner_y", &panel.corner_y},
      {"res", &panel.resolution}, {"coffset", &panel.offset_m}};
  if (key == "fs") panel.fs = read_axis(value);
  if (key == "ss") panel.ss = read_axis(value);
  if (const auto found = numbers.find(key); found != numbers.end())
    *found->second = std::stod(value);
}

// Solves p = corner + f·fs + s·ss + t·ray for f and s by Cramer's rule.
bool intersect(const CrystfelPanel& panel, double clen_m, const Vector& ray, Spot& spot) {
  const double z = (clen_m + panel.offset_m) * panel.resolution;
  const Vector corner{panel.corner_x, panel.corner_y, z};
  const auto determinant = [](const Vector& a, const Vector& b, const Vector& c) {
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) +
           a[2] * (b[0] * c[1] - b[1] * c[0]);
  };
  const Vector minus_corner{-corner[0], -corner[1], -corner[2]};
  const Vector minus_ray{-ray[0], -ray[1], -ray[2]};
  const double d = determinant(panel.fs, panel.ss, minus_ray);
  if (d == 0.0) return false;
  const double f = determinant(minus_corner, panel.ss, minus_ray) / d;
  const double s = determinant(panel.fs, minus_corner, minus_ray) / d;
  const double t = determinant(panel.fs, panel.ss, minus_corner) / d;
  const bool inside = t > 0.0 && f >= 0.0 && s >= 0.0 && f <= panel.max_fs - panel.min_fs + 1.0 &&
                      s <= panel.max_ss - panel.min_ss + 1.0;
  spot.fs = panel.min_fs + f;
  spot.ss = panel.min_ss + s;
  return inside;
}

}  // namespace

CrystfelGeometry read_geom(const std::string& text) {
  CrystfelGeometry geometry;
  std::map<std::string, CrystfelPanel> panels;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    if (line.starts_with(';') || equals == std::string::npos) continue;
    const std::string key = line.substr(0, equals);
    const std::string value = line.substr(equals + 3);
    const std::size_t slash = key.find('/');
    if (slash != std::string::npos) set(panels[key.substr(0, slash)], key.substr(slash + 1), value);
    if (key == "clen") geometry.clen_m = std::stod(value);
    if (key == "wavelength" && !value.starts_with('/')) geometry.wavelength_A = std::stod(value);
  }
  for (const auto& [name, panel] : panels) geometry.panels.push_back(panel);
  return geometry;
}

std::vector<CrystfelSolution> read_sol(const std::string& text) {
  std::vector<CrystfelSolution> solutions;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    CrystfelSolution solution;
    words >> solution.file >> solution.event;
    for (Vector& axis : solution.axes) words >> axis[0] >> axis[1] >> axis[2];
    double shift_x = 1.0, shift_y = 1.0;
    words >> shift_x >> shift_y >> solution.lattice;
    if (!words || shift_x != 0.0 || shift_y != 0.0) throw std::runtime_error("odd line: " + line);
    solutions.push_back(solution);
  }
  return solutions;
}

std::vector<Spot> predict(const CrystfelGeometry& geometry, const ReciprocalAxes& axes,
                          double largest_q, double tolerance) {
  std::vector<Spot> spots;
  const double radius = 10.0 / geometry.wavelength_A;
  const auto add = [&](const Vector& q) {
    const Vector ray{q[0], q[1], q[2] + radius};
    Spot spot{.excitation_error = norm(ray) - radius};
    if (norm(q) > largest_q || std::abs(spot.excitation_error) > tolerance) return;
    for (const CrystfelPanel& panel : geometry.panels) {
      if (intersect(panel, geometry.clen_m, ray, spot)) spots.push_back(spot);
    }
  };
  const auto most = [&](std::size_t i) {
    return static_cast<int>(2.0 * largest_q / norm(axes[i]));
  };
  for (int h = -most(0); h <= most(0); ++h) {
    for (int k = -most(1); k <= most(1); ++k) {
      for (int l = -most(2); l <= most(2); ++l) {
        Vector q{};
        for (std::size_t i = 0; i < 3; ++i) q[i] = h * axes[0][i] + k * axes[1][i] + l * axes[2][i];
        add(q);
      }
    }
  }
  return spots;
}

}  // namespace nanobragg::test
