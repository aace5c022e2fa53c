// A run whose spots have a closed form, and its image.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "cli/workspace.hpp"

namespace nanobragg::test {

// A sensor of some layers sees a turning crystal of 30 cells.
inline Arguments gaussian_run() {
  return {"-cell",  "74",           "74",       "36",          "-default_F", "100",        "-N",
          "30",     "-lambda",      "1",        "-distance",   "80",         "-detpixels", "200",
          "-pixel", "0.1",          "-misset",  "10",          "20",         "30",         "-quiet",
          "-nopgm", "-gauss_cells", "-nonoise", "-phi_middle", "-osc",       "0.5",        "-phi",
          "10"};
}

inline std::vector<float> floats(const Workspace& workspace, const std::string& name) {
  const std::string bytes = workspace.bytes(name);
  std::vector<float> image(bytes.size() / sizeof(float));
  std::memcpy(image.data(), bytes.data(), bytes.size());
  return image;
}

inline double sum_of(const std::vector<float>& image) {
  double sum = 0.0;
  for (const float x : image) sum += x;
  return sum;
}

}  // namespace nanobragg::test
