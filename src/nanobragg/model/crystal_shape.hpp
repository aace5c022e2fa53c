// The list of crystal shapes; each has its formula in physics/lattice/<name>.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace nanobragg {

// One row a shape: name, type of its formula, flags (separated by a space), help.
#define NANOBRAGG_CRYSTAL_SHAPES(ROW)                                     \
  ROW(square, SquareLattice, "-square_xtal",                              \
      "parallelepiped of Na x Nb x Nc cells, with fringes between spots") \
  ROW(round, RoundLattice, "-round_xtal", "ellipsoid of the same widths") \
  ROW(gauss, GaussLattice, "-gauss_xtal", "Gaussian spots: no fringes")   \
  ROW(tophat, TophatLattice, "-tophat_spots -binary_spots",               \
      "spots of constant height: no fringes")                             \
  ROW(gauss_cells, GaussCellsLattice, "-gauss_cells",                     \
      "Gaussian spots as wide along each axis as its cells make them")    \
  ROW(tophat_cells, TophatCellsLattice, "-tophat_cells",                  \
      "spots of constant height, as wide along each axis as its cells make them")

enum class CrystalShape : std::uint8_t {
#define NANOBRAGG_ROW(name, Type, flags, help) name,
  NANOBRAGG_CRYSTAL_SHAPES(NANOBRAGG_ROW)
#undef NANOBRAGG_ROW
};

struct CrystalShapeInfo {
  CrystalShape shape;
  std::string_view name;
  std::string_view flags;
  std::string_view help;
};

inline constexpr auto kCrystalShapes = std::to_array<CrystalShapeInfo>({
#define NANOBRAGG_ROW(name, Type, flags, help) {CrystalShape::name, #name, flags, help},
    NANOBRAGG_CRYSTAL_SHAPES(NANOBRAGG_ROW)
#undef NANOBRAGG_ROW
});

}  // namespace nanobragg
