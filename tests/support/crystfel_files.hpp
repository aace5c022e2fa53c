// CrystFEL's .geom and .sol files read again, and spots predicted from them, independently of the
// program: by the words of CrystFEL's manual alone.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace nanobragg::test {

using Vector = std::array<double, 3>;

// One panel; lengths in pixels.
struct CrystfelPanel {
  double min_fs = 0, max_fs = 0, min_ss = 0, max_ss = 0;
  double corner_x = 0, corner_y = 0;
  double resolution = 0;  // pixels a metre
  double offset_m = 0;    // coffset
  Vector fs{}, ss{};
};

struct CrystfelGeometry {
  double wavelength_A = 0;
  double clen_m = 0;
  std::vector<CrystfelPanel> panels;
};

CrystfelGeometry read_geom(const std::string& text);

// a*, b*, c* in nm⁻¹.
using ReciprocalAxes = std::array<Vector, 3>;
struct CrystfelSolution {
  std::string file, event, lattice;
  ReciprocalAxes axes{};
};
std::vector<CrystfelSolution> read_sol(const std::string& text);

// Where a reflection hits the image, and how far it is from the Ewald sphere in nm⁻¹.
struct Spot {
  double fs = 0, ss = 0;
  double excitation_error = 0;
};

// Every reflection of up to 1/d nm⁻¹ within `tolerance` of the Ewald sphere whose ray meets a
// panel. The ray is through the point of the sphere nearest to the reflection.
std::vector<Spot> predict(const CrystfelGeometry& geometry, const ReciprocalAxes& axes,
                          double largest_q, double tolerance);

}  // namespace nanobragg::test
