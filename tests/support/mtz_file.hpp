// MTZ files for tests, from numbers as people write them.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/io/reflections/mtz_writer.hpp"

namespace nanobragg::test {

struct MtzContent {
  std::string space_group = "P 1";
  std::array<double, 6> cell{50, 60, 70, 90, 90, 90};  // Å and °; a = 0: no cell
  double wavelength_A = 0.0;                           // 0: not said
  std::vector<MillerIndex> indices;
  std::vector<io::MtzColumn> columns;
  int batches = 0;  // more make it unmerged
};

void write_mtz(const std::filesystem::path& path, const MtzContent& content);

}  // namespace nanobragg::test
