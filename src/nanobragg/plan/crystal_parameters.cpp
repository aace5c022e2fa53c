// Cell, orientation, size and mosaicity of the crystal, and how the spindle turns it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nanobragg/model/limits.hpp"
#include "nanobragg/plan/parameter_groups.hpp"
#include "nanobragg/plan/parametrisation.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

constexpr Parameter sigma(Id id, std::string_view name) {
  return {id,
          name,
          "diffuse_sigma",
          "Å",
          1,
          0,
          limits::kLargestDisplacement_A,
          0.05,
          "displacement of liquid-like motions"};
}
constexpr Parameter gamma(Id id, std::string_view name) {
  return {id,
          name,
          "diffuse_gamma",
          "Å",
          1,
          1e-3,
          limits::kLongestCorrelation_A,
          0,
          "correlation length of liquid-like motions"};
}
constexpr Parameter tensor_element(Id id, std::string_view name) {
  return {id,
          name,
          "aniso_B",
          "Å²",
          1,
          -limits::kLargestB_A2,
          limits::kLargestB_A2,
          5,
          "element of the anisotropic B"};
}

constexpr Parameter turn(std::size_t lattice, std::size_t axis, std::string_view name) {
  return {lattice_turn(lattice, axis),
          name,
          "lattice_turns",
          "°",
          kDegree,
          -kUnbounded,
          kUnbounded,
          kTenthDegree,
          "turn of one of several lattices, before the misset"};
}
constexpr Parameter weight(std::size_t lattice, std::string_view name) {
  return {lattice_weight(lattice),
          name,
          "lattice_weights",
          "",
          1,
          0,
          kUnbounded,
          0,
          "share of a lattice, relative to the others"};
}

// id, name, group, unit, units in an internal one, bounds, scale, help
constexpr auto kRows = std::to_array<Parameter>({
    {Id::cell_a, "cell_a", "cell", "Å", 1, limits::kShortestEdge_A, limits::kLongestEdge_A, 0.1,
     "edge a of the unit cell"},
    {Id::cell_b, "cell_b", "cell", "Å", 1, limits::kShortestEdge_A, limits::kLongestEdge_A, 0.1,
     "edge b"},
    {Id::cell_c, "cell_c", "cell", "Å", 1, limits::kShortestEdge_A, limits::kLongestEdge_A, 0.1,
     "edge c"},
    {Id::cell_alpha, "cell_alpha", "cell", "°", kDegree, 0.1, 3.0, kTenthDegree, "angle α"},
    {Id::cell_beta, "cell_beta", "cell", "°", kDegree, 0.1, 3.0, kTenthDegree, "angle β"},
    {Id::cell_gamma, "cell_gamma", "cell", "°", kDegree, 0.1, 3.0, kTenthDegree, "angle γ"},
    {Id::misset_x, "misset_x", "misset", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "turn of the crystal about x"},
    {Id::misset_y, "misset_y", "misset", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "then about y"},
    {Id::misset_z, "misset_z", "misset", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "then about z"},
    {Id::phi, "phi", "", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "spindle angle at the start"},
    {Id::oscillation, "oscillation", "", "°", kDegree, -kUnbounded, kUnbounded, 0,
     "spindle range of the image"},
    {Id::mosaic_spread, "mosaic_spread", "", "°", kDegree, 0, kRightAngle, 0,
     "largest turn of a mosaic domain"},
    {Id::mosaic_a, "mosaic_a", "mosaic_turns", "°", kDegree, 0, kRightAngle, 0,
     "mosaic spread about a*"},
    {Id::mosaic_b, "mosaic_b", "mosaic_turns", "°", kDegree, 0, kRightAngle, 0, "about c × a*"},
    {Id::mosaic_c, "mosaic_c", "mosaic_turns", "°", kDegree, 0, kRightAngle, 0, "about c"},
    {Id::mosaic_bc, "mosaic_bc", "mosaic_turns", "", 1, -1, 1, 0.3,
     "partial correlation of the turns about c × a* and c, given those about a*"},
    {Id::mosaic_ac, "mosaic_ac", "mosaic_turns", "", 1, -1, 1, 0.3,
     "correlation of those about a* and c"},
    {Id::mosaic_ab, "mosaic_ab", "mosaic_turns", "", 1, -1, 1, 0.3, "of those about a* and c × a*"},
    {Id::cell_spread, "cell_spread", "", "%", kPercent, 0, limits::kWidestCellSpread, 1e-3,
     "full width of the lengths of the domains' cells"},
    {Id::cells_a, "Na", "N", "cells", 1, 1, limits::kMostCells, 0, "cells along a"},
    {Id::cells_b, "Nb", "N", "cells", 1, 1, limits::kMostCells, 0, "cells along b"},
    {Id::cells_c, "Nc", "N", "cells", 1, 1, limits::kMostCells, 0, "cells along c"},
    {Id::blocks, "blocks", "", "", 1, 1e-12, kUnbounded, 0, "blocks of cells in the beam"},
    {Id::fudge, "fudge", "", "", 1, 1e-12, kUnbounded, 0, "scale of the lattice transform's width"},
    {Id::b_factor, "b_factor", "", "Å²", 1, -1000, 1000, 5, "isotropic B factor"},
    tensor_element(Id::b_11, "B11"),
    tensor_element(Id::b_22, "B22"),
    tensor_element(Id::b_33, "B33"),
    tensor_element(Id::b_12, "B12"),
    tensor_element(Id::b_13, "B13"),
    tensor_element(Id::b_23, "B23"),
    sigma(Id::sigma_x, "sigma_x"),
    sigma(Id::sigma_y, "sigma_y"),
    sigma(Id::sigma_z, "sigma_z"),
    gamma(Id::gamma_x, "gamma_x"),
    gamma(Id::gamma_y, "gamma_y"),
    gamma(Id::gamma_z, "gamma_z"),
    turn(0, 0, "lattice[0].turn_x"),
    turn(0, 1, "lattice[0].turn_y"),
    turn(0, 2, "lattice[0].turn_z"),
    turn(1, 0, "lattice[1].turn_x"),
    turn(1, 1, "lattice[1].turn_y"),
    turn(1, 2, "lattice[1].turn_z"),
    turn(2, 0, "lattice[2].turn_x"),
    turn(2, 1, "lattice[2].turn_y"),
    turn(2, 2, "lattice[2].turn_z"),
    turn(3, 0, "lattice[3].turn_x"),
    turn(3, 1, "lattice[3].turn_y"),
    turn(3, 2, "lattice[3].turn_z"),
    turn(4, 0, "lattice[4].turn_x"),
    turn(4, 1, "lattice[4].turn_y"),
    turn(4, 2, "lattice[4].turn_z"),
    turn(5, 0, "lattice[5].turn_x"),
    turn(5, 1, "lattice[5].turn_y"),
    turn(5, 2, "lattice[5].turn_z"),
    turn(6, 0, "lattice[6].turn_x"),
    turn(6, 1, "lattice[6].turn_y"),
    turn(6, 2, "lattice[6].turn_z"),
    turn(7, 0, "lattice[7].turn_x"),
    turn(7, 1, "lattice[7].turn_y"),
    turn(7, 2, "lattice[7].turn_z"),
    weight(0, "lattice[0].weight"),
    weight(1, "lattice[1].weight"),
    weight(2, "lattice[2].weight"),
    weight(3, "lattice[3].weight"),
    weight(4, "lattice[4].weight"),
    weight(5, "lattice[5].weight"),
    weight(6, "lattice[6].weight"),
    weight(7, "lattice[7].weight"),
});
static_assert(kMostRefinedLattices == 8);
static_assert(are_rows_of(Id{}, lattice_weight(kMostRefinedLattices - 1), kRows));

std::size_t refined_lattices(const Experiment& e) {
  return std::min(e.lattices.size(), kMostRefinedLattices);
}
std::size_t lattice_in(Id id) {
  const auto i = static_cast<std::size_t>(id);
  if (id >= Id::lattice_weight) return i - static_cast<std::size_t>(Id::lattice_weight);
  return (i - static_cast<std::size_t>(Id::lattice_turn)) / 3;
}

// The values of liquid-like motions, σ and then γ.
std::array<double*, 6> numbers_of(LiquidMotions& motions) {
  auto& [sigma, gamma, laue_class, neighbours] = motions;
  return {&sigma[0], &sigma[1], &sigma[2], &gamma[0], &gamma[1], &gamma[2]};
}
constexpr Id liquid_parameter(std::size_t number) {
  return static_cast<Id>(static_cast<std::size_t>(Id::sigma_x) + number);
}

ParameterValues<double> read(const Experiment& e, ParameterValues<double> v) {
  const CrystalValues& crystal = *e.crystal;
  set_cell(v, reference_frame(crystal).cell);
  v[Id::misset_x] = crystal.misset_rad.x;
  v[Id::misset_y] = crystal.misset_rad.y;
  v[Id::misset_z] = crystal.misset_rad.z;
  v[Id::phi] = e.spindle.start.value();
  v[Id::oscillation] = phi_steps(e.spindle.oscillation).range;
  v[Id::mosaic_spread] = crystal.mosaicity.spread.value();
  const auto& [a, b, c] = spreads_by_axis(crystal.mosaicity);
  v[Id::mosaic_a] = a;
  v[Id::mosaic_b] = b;
  v[Id::mosaic_c] = c;
  const auto& [bc, ac, ab] = crystal.mosaicity.correlations;
  v[Id::mosaic_bc] = bc;
  v[Id::mosaic_ac] = ac;
  v[Id::mosaic_ab] = ab;
  v[Id::cell_spread] = crystal.cell_spread;
  v[Id::cells_a] = crystal.cells[0];
  v[Id::cells_b] = crystal.cells[1];
  v[Id::cells_c] = crystal.cells[2];
  v[Id::blocks] = crystal.blocks;
  v[Id::fudge] = crystal.fudge;
  v[Id::b_factor] = crystal.b_factor;
  for (std::size_t i = 0;
       crystal.displacements.anisotropic_b && i < crystal.displacements.anisotropic_b->size();
       ++i) {
    v[anisotropic_b(i)] = crystal.displacements.anisotropic_b->at(i);
  }
  if (crystal.displacements.liquid_motions) {
    LiquidMotions motions = *crystal.displacements.liquid_motions;
    const auto numbers = numbers_of(motions);
    for (std::size_t i = 0; i < numbers.size(); ++i) v[liquid_parameter(i)] = *numbers.at(i);
  }
  for (std::size_t i = 0; i < refined_lattices(e); ++i) {
    const auto& [turned, weight] = e.lattices[i];
    v[lattice_turn(i, 0)] = turned.x;
    v[lattice_turn(i, 1)] = turned.y;
    v[lattice_turn(i, 2)] = turned.z;
    v[lattice_weight(i)] = weight;
  }
  return v;
}

// Those about the axes are meant for the largest as it was: it scales them.
void set_mosaicity(Mosaicity& mosaicity, const ParameterValues<double>& v) {
  const double scale = scale_of_spreads(mosaicity, v[Id::mosaic_spread]);
  const std::array<double, 3> before = spreads_by_axis(mosaicity);
  mosaicity.spread = Radian(v[Id::mosaic_spread]);
  if (!mosaicity.relative_spreads) return;
  mosaicity.correlations = {v[Id::mosaic_bc], v[Id::mosaic_ac], v[Id::mosaic_ab]};
  const std::array each{v[Id::mosaic_a], v[Id::mosaic_b], v[Id::mosaic_c]};
  const double largest = std::max({each[0], each[1], each[2]});
  if (each == before || largest == 0.0) return;
  mosaicity.spread = Radian(scale * largest);
  mosaicity.relative_spreads = {each[0] / largest, each[1] / largest, each[2] / largest};
}

Crystal with_crystal(const Experiment& e, const ParameterValues<double>& v) {
  CrystalValues crystal = *e.crystal;
  const ReferenceFrame frame = reference_frame(crystal);
  const CellParameters<double> cell = cell_at(v);
  if (!(cell == frame.cell)) {
    if (crystal.reciprocal_axes) {
      crystal.reciprocal_axes = reciprocal_axes_at(frame, cell);
      crystal.cell.reset();
    } else {
      crystal.cell = cell;
    }
  }
  crystal.misset_rad = {v[Id::misset_x], v[Id::misset_y], v[Id::misset_z]};
  set_mosaicity(crystal.mosaicity, v);
  crystal.cell_spread = v[Id::cell_spread];
  crystal.cells = {v[Id::cells_a], v[Id::cells_b], v[Id::cells_c]};
  crystal.blocks = v[Id::blocks];
  crystal.fudge = v[Id::fudge];
  crystal.b_factor = v[Id::b_factor];
  for (std::size_t i = 0;
       crystal.displacements.anisotropic_b && i < crystal.displacements.anisotropic_b->size();
       ++i) {
    crystal.displacements.anisotropic_b->at(i) = v[anisotropic_b(i)];
  }
  if (crystal.displacements.liquid_motions) {
    const auto numbers = numbers_of(*crystal.displacements.liquid_motions);
    for (std::size_t i = 0; i < numbers.size(); ++i) *numbers.at(i) = v[liquid_parameter(i)];
  }
  return Crystal(crystal);
}

Experiment write(Experiment e, const ParameterValues<double>& v) {
  e.crystal = with_crystal(e, v);
  for (std::size_t i = 0; i < refined_lattices(e); ++i) {
    e.lattices[i] = {{v[lattice_turn(i, 0)], v[lattice_turn(i, 1)], v[lattice_turn(i, 2)]},
                     v[lattice_weight(i)]};
  }
  e.spindle.start = Radian(v[Id::phi]);
  const SteppedRangeRequest& oscillation = e.spindle.oscillation;
  e.spindle.oscillation = respread(oscillation, phi_steps(oscillation), v[Id::oscillation]);
  return e;
}

// What acts through Miller indices alone: spots of constant height do not see it.
bool acts_by_position(Id id) {
  const bool turns_lattice = id >= Id::lattice_turn && id < Id::lattice_weight;
  return id <= Id::cell_spread || turns_lattice || id == Id::wavelength || id == Id::bandwidth;
}

std::string why_without(ParameterId id, const Experiment& e) {
  const CrystalValues& crystal = *e.crystal;
  const bool is_tophat =
      crystal.shape == CrystalShape::tophat || crystal.shape == CrystalShape::tophat_cells;
  const bool flat_spots = is_tophat && crystal.b_factor == 0.0 &&
                          !crystal.displacements.liquid_motions &&
                          e.sampling.interpolation == Interpolation::nearest;
  if (flat_spots && acts_by_position(id)) return "spots of constant height have no gradient";
  if (id >= Id::b_11 && id <= Id::b_23 && !crystal.displacements.anisotropic_b) {
    return "no anisotropic B is given (-B_aniso 0 0 0 0 0 0 starts at none)";
  }
  if (id >= Id::sigma_x && id <= Id::gamma_z) {
    if (!crystal.displacements.liquid_motions) return "nothing moves (-diffuse_sigma)";
    return "";
  }
  if (is_of_lattice(id)) {
    if (e.lattices.empty()) return "the crystal is one lattice (-lattice adds others)";
    if (lattice_in(id) >= e.lattices.size()) {
      return fmt::format("the crystal has {} lattices, counted from 0", e.lattices.size());
    }
    if (e.lattices[lattice_in(id)].weight == 0.0) return "it has no weight";
    const bool is_only = id >= Id::lattice_weight && e.lattices.size() == 1;
    return is_only ? "it is the crystal's only lattice" : "";
  }
  switch (id) {
    case Id::oscillation: {
      const SteppedRange oscillation = phi_steps(e.spindle.oscillation);
      const bool is_sampled = e.sampling.smearing == Smearing::sampled;
      if (oscillation.count == 1 && is_sampled) return "there is one spindle step";
      return oscillation.range == 0.0 ? "the crystal does not turn" : "";
    }
    case Id::mosaic_spread:
    case Id::cell_spread:
      return crystal.mosaicity.domains == 1 ? "there is one mosaic domain" : "";
    case Id::mosaic_a:
    case Id::mosaic_b:
    case Id::mosaic_c:
    case Id::mosaic_bc:
    case Id::mosaic_ac:
    case Id::mosaic_ab:
      if (!crystal.mosaicity.relative_spreads) return "its turns are alike about all axes";
      if (crystal.mosaicity.domains == 1) return "there is one mosaic domain";
      return e.sampling.smearing == Smearing::sampled
                 ? "its domains keep the turns that they have (-kernel analytic has none)"
                 : "";
    case Id::cells_a:
    case Id::cells_b:
    case Id::cells_c: {
      const auto axis = static_cast<std::size_t>(id) - static_cast<std::size_t>(Id::cells_a);
      const bool single = crystal.shape == CrystalShape::square && crystal.cells[axis] <= 1.0;
      return single ? "the crystal is one cell thick along this axis" : "";
    }
    case Id::fudge:
      if (crystal.shape == CrystalShape::square) return "the square shape has no fudge";
      return is_tophat ? "the tophat's edge has no gradient" : "";
    default:
      return "";
  }
}

}  // namespace

ParameterGroup crystal_parameters() { return {kRows, read, write, why_without}; }

}  // namespace nanobragg::plan
