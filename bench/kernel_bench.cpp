// How long the steps of one sample take: rotations, and the lattice they turn.
#include <benchmark/benchmark.h>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg {
namespace {

constexpr Vec3<double> kVector{0.3, -0.7, 0.2};
constexpr Vec3<double> kSpindle{0.0, 0.0, 1.0};

void rotate_about_axis(benchmark::State& state) {
  double angle_rad = 0.0;
  for (auto _ : state) {
    angle_rad += 1e-3;
    benchmark::DoNotOptimize(rotate_about(kVector, kSpindle, angle_rad));
  }
}
BENCHMARK(rotate_about_axis);

void rotate_about_x_y_z(benchmark::State& state) {
  Vec3<double> angles_rad{0.1, 0.2, 0.3};
  for (auto _ : state) {
    angles_rad.x += 1e-3;
    benchmark::DoNotOptimize(rotate_xyz(kVector, angles_rad));
  }
}
BENCHMARK(rotate_about_x_y_z);

void lattice_of_a_misset_crystal(benchmark::State& state) {
  CrystalValues crystal;
  crystal.cell = CellParameters<double>{
      79.0, 79.0, 38.0, constants::kPi / 2, constants::kPi / 2, constants::kPi / 2};
  for (auto _ : state) {
    crystal.misset_rad.x += 1e-3;
    benchmark::DoNotOptimize(lattice_of(crystal));
  }
}
BENCHMARK(lattice_of_a_misset_crystal);

}  // namespace
}  // namespace nanobragg
