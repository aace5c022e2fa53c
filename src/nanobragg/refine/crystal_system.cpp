// The demands of the systems (International Tables for Crystallography A, table 2.1.2.1).
#include "nanobragg/refine/crystal_system.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"

namespace nanobragg::refine {
namespace {

using Id = plan::ParameterId;
using Cell = CellParameters<double>;

constexpr double kRight = constants::kPi / 2.0;
constexpr double kWide = constants::kPi / 1.5;

constexpr auto kNames = std::to_array<std::string_view>(
    {"triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic"});

bool has_hexagonal_axes(const Cell& cell) {
  return std::abs(cell.gamma - kWide) < std::abs(cell.gamma - cell.alpha);
}

bool is_near(const Cell& cell, const Cell& ideal, const CellTolerance& tolerance) {
  const auto edge = [&](double x, double y) { return std::abs(x - y) <= tolerance.relative * y; };
  const auto angle = [&](double x, double y) { return std::abs(x - y) <= tolerance.angle; };
  return edge(cell.a, ideal.a) && edge(cell.b, ideal.b) && edge(cell.c, ideal.c) &&
         angle(cell.alpha, ideal.alpha) && angle(cell.beta, ideal.beta) &&
         angle(cell.gamma, ideal.gamma);
}

Id unique_angle(const Cell& cell) {
  const double alpha = std::abs(cell.alpha - kRight);
  const double beta = std::abs(cell.beta - kRight);
  const double gamma = std::abs(cell.gamma - kRight);
  if (beta >= alpha && beta >= gamma) return Id::cell_beta;
  return alpha > gamma ? Id::cell_alpha : Id::cell_gamma;
}

}  // namespace

std::string_view name_of(CrystalSystem system) { return kNames[static_cast<std::size_t>(system)]; }

CrystalSystem crystal_system(std::string_view name) {
  if (name == "rhombohedral") return CrystalSystem::trigonal;
  const auto found = std::ranges::find(kNames, name);
  if (found != kNames.end()) return static_cast<CrystalSystem>(found - kNames.begin());
  const auto near = nearest(name, std::vector<std::string>(kNames.begin(), kNames.end()));
  throw UsageError("unknown crystal system '" + std::string(name) + "' (there are seven)", "",
                   near ? "did you mean '" + *near + "'?" : "triclinic is one without constraints");
}

CrystalSystem detect_system(const Cell& cell, const CellTolerance& tolerance) {
  for (const CrystalSystem system :
       {CrystalSystem::cubic, CrystalSystem::hexagonal, CrystalSystem::tetragonal,
        CrystalSystem::trigonal, CrystalSystem::orthorhombic, CrystalSystem::monoclinic}) {
    if (is_near(cell, constrained(system, cell), tolerance)) return system;
  }
  return CrystalSystem::triclinic;
}

CellConstraints constraints_of(CrystalSystem system, const Cell& cell) {
  const auto a = Id::cell_a, b = Id::cell_b, c = Id::cell_c;
  const auto alpha = Id::cell_alpha, beta = Id::cell_beta, gamma = Id::cell_gamma;
  switch (system) {
    case CrystalSystem::triclinic:
      break;
    case CrystalSystem::monoclinic: {
      const Id unique = unique_angle(cell);
      CellConstraints out{{{a}, {b}, {c}, {unique}}, {}};
      for (const Id id : {alpha, beta, gamma}) {
        if (id != unique) out.fixed.push_back(id);
      }
      return out;
    }
    case CrystalSystem::orthorhombic:
      return {{{a}, {b}, {c}}, {alpha, beta, gamma}};
    case CrystalSystem::trigonal:
      if (!has_hexagonal_axes(cell)) return {{{a, b, c}, {alpha, beta, gamma}}, {}};
      [[fallthrough]];
    case CrystalSystem::hexagonal:
    case CrystalSystem::tetragonal:
      return {{{a, b}, {c}}, {alpha, beta, gamma}};
    case CrystalSystem::cubic:
      return {{{a, b, c}}, {alpha, beta, gamma}};
  }
  return {{{a}, {b}, {c}, {alpha}, {beta}, {gamma}}, {}};
}

Cell constrained(CrystalSystem system, const Cell& cell) {
  const double two = (cell.a + cell.b) / 2.0;
  const double three = (cell.a + cell.b + cell.c) / 3.0;
  const double angle = (cell.alpha + cell.beta + cell.gamma) / 3.0;
  switch (system) {
    case CrystalSystem::triclinic:
      break;
    case CrystalSystem::monoclinic: {
      const Id unique = unique_angle(cell);
      return {cell.a,
              cell.b,
              cell.c,
              unique == Id::cell_alpha ? cell.alpha : kRight,
              unique == Id::cell_beta ? cell.beta : kRight,
              unique == Id::cell_gamma ? cell.gamma : kRight};
    }
    case CrystalSystem::orthorhombic:
      return {cell.a, cell.b, cell.c, kRight, kRight, kRight};
    case CrystalSystem::tetragonal:
      return {two, two, cell.c, kRight, kRight, kRight};
    case CrystalSystem::trigonal:
      if (!has_hexagonal_axes(cell)) return {three, three, three, angle, angle, angle};
      [[fallthrough]];
    case CrystalSystem::hexagonal:
      return {two, two, cell.c, kRight, kRight, kWide};
    case CrystalSystem::cubic:
      return {three, three, three, kRight, kRight, kRight};
  }
  return cell;
}

}  // namespace nanobragg::refine
