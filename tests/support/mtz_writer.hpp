// Writes MTZ files for tests.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::test {

struct MtzColumn {
  std::string label;
  char type;
  std::vector<double> values;
};

struct MtzContent {
  std::string space_group = "P 1";
  std::array<double, 6> cell{50, 60, 70, 90, 90, 90};  // a = 0: no cell
  double wavelength_A = 0.0;                           // 0: not said
  std::vector<MillerIndex> indices;
  std::vector<MtzColumn> columns;
  int batches = 0;  // more make it unmerged
};

// Through gemmi's own writer.
void write_mtz(const std::filesystem::path& path, const MtzContent& content);

}  // namespace nanobragg::test
