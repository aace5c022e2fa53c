// The seven systems: detection, demands, names.
#include "nanobragg/refine/crystal_system.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::refine {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

CellParameters<double> cell(double a, double b, double c, double alpha, double beta, double gamma) {
  return {a, b, c, alpha * kDegree, beta * kDegree, gamma * kDegree};
}

struct Row {
  CrystalSystem system;
  CellParameters<double> cell;
  std::size_t free;
};

TEST(CrystalSystem, IsDetectedAndConstrains) {
  using S = CrystalSystem;
  for (const auto& [system, example, free] : {Row{S::triclinic, cell(40, 50, 60, 80, 85, 95), 6},
                                              Row{S::monoclinic, cell(40, 50, 60, 90, 100, 90), 4},
                                              Row{S::monoclinic, cell(40, 50, 60, 90, 90, 100), 4},
                                              Row{S::orthorhombic, cell(40, 50, 60, 90, 90, 90), 3},
                                              Row{S::tetragonal, cell(79, 79, 38, 90, 90, 90), 2},
                                              Row{S::trigonal, cell(50, 50, 50, 75, 75, 75), 2},
                                              Row{S::hexagonal, cell(50, 50, 60, 90, 90, 120), 2},
                                              Row{S::cubic, cell(50, 50, 50, 90, 90, 90), 1}}) {
    EXPECT_EQ(detect_system(example, {}), system);
    EXPECT_EQ(constraints_of(system, example).free.size(), free) << name_of(system);
    EXPECT_EQ(constrained(system, example), example) << name_of(system);
    EXPECT_EQ(crystal_system(name_of(system)), system);
  }
}

TEST(CrystalSystem, IsDetectedWithinATolerance) {
  const auto near_cubic = cell(50, 50.002, 50, 90, 90.005, 90);
  EXPECT_EQ(detect_system(near_cubic, {}), CrystalSystem::cubic);
  EXPECT_NE(detect_system(near_cubic, {1e-6, 1e-6}), CrystalSystem::cubic);
}

TEST(CrystalSystem, TrigonalOnHexagonalAxesKeepsThem) {
  const auto axes = cell(50, 50, 60, 90, 90, 120);
  EXPECT_EQ(constraints_of(CrystalSystem::trigonal, axes).free.size(), 2U);
  EXPECT_EQ(constrained(CrystalSystem::trigonal, axes), axes);
}

TEST(CrystalSystem, NamesTheNearestOfAWrongWord) {
  EXPECT_EQ(crystal_system("rhombohedral"), CrystalSystem::trigonal);
  try {
    crystal_system("cubik");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("'cubic'"), std::string::npos);
  }
}

}  // namespace
}  // namespace nanobragg::refine
