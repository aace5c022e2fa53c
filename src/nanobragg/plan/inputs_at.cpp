// Experiment and parameters to inputs; derivatives by dual numbers.
#include "nanobragg/plan/inputs_at.hpp"

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/dual.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/plan/orientations.hpp"
#include "nanobragg/plan/parametrisation.hpp"
#include "nanobragg/plan/rays.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;
using Slope = Dual<double, 1>;

template <class T>
TurnSpreads<T> turn_spreads(const Mosaicity& mosaicity, const ParameterValues<T>& v) {
  const T scale = scale_of_spreads(mosaicity, v[Id::mosaic_spread]);
  return {{scale * v[Id::mosaic_a], scale * v[Id::mosaic_b], scale * v[Id::mosaic_c]},
          {v[Id::mosaic_bc], v[Id::mosaic_ac], v[Id::mosaic_ab]}};
}

template <class T>
CrystalInputs<T> crystal_inputs(const Experiment& e, const Lattice<T>& lattice,
                                const ParameterValues<T>& v) {
  SymmetricTensor<T> b{};
  const bool has_b = e.crystal->displacements.anisotropic_b.has_value();
  for (std::size_t i = 0; i < b.size() && has_b; ++i) b.at(i) = v[anisotropic_b(i)];
  SymmetricTensor<T> displacement = displacement_of(b, lattice.reciprocal);
  SymmetricTensor<T> motions{}, correlations{};
  if (e.crystal->displacements.liquid_motions) {
    const std::array<T, 3> sigma{v[Id::sigma_x], v[Id::sigma_y], v[Id::sigma_z]};
    const std::array<T, 3> gamma{v[Id::gamma_x], v[Id::gamma_y], v[Id::gamma_z]};
    constexpr double kPerSquare = 8.0 * constants::kPi * constants::kPi;
    motions =
        averaged(tensor_along_frame(sigma, lattice.reciprocal, T(kPerSquare)), liquid_rotations(e));
    correlations = tensor_along_frame(gamma, lattice.reciprocal, T(1.0));
    for (std::size_t i = 0; i < b.size(); ++i) {
      displacement.at(i) = displacement.at(i) + motions.at(i);
    }
  }
  return {.axes = in_metres(lattice.direct),
          .reciprocal = lattice.reciprocal,
          .cells = {v[Id::cells_a], v[Id::cells_b], v[Id::cells_c]},
          .blocks = v[Id::blocks],
          .fudge = v[Id::fudge],
          .b_factor = v[Id::b_factor],
          .motions = {displacement, motions, correlations},
          .phi_start = v[Id::phi],
          .phi_step = spread_over(phi_steps(e.spindle.oscillation), v[Id::oscillation]).step,
          .mosaic_spread = v[Id::mosaic_spread],
          .turns = turn_spreads(e.crystal->mosaicity, v),
          .cell_spread = v[Id::cell_spread]};
}

// The share of a lattice, relative to what it is; of one without weight, 1.
template <class T>
T change_of_share(const Experiment& e, std::size_t lattice, const ParameterValues<T>& v) {
  const auto weight = [&](std::size_t i) {
    return i < kMostRefinedLattices ? v[lattice_weight(i)] : T(e.lattices[i].weight);
  };
  const double own = e.lattices[lattice].weight;
  if (own == 0.0) return T(1);
  T sum(0);
  double before = 0.0;
  for (std::size_t i = 0; i < e.lattices.size(); ++i) {
    sum = sum + weight(i);
    before += e.lattices[i].weight;
  }
  return weight(lattice) / T(own) * (T(before) / sum);
}

// `lattice`: which of several; unset for a crystal that is one.
template <class T>
CrystalInputs<T> crystal_inputs_at(const Experiment& e, std::optional<std::size_t> lattice,
                                   const ParameterValues<T>& v) {
  const auto angles = [&](Id x, Id y, Id z) { return Vec3<T>{v[x], v[y], v[z]}; };
  Axes<T> reciprocal = reciprocal_axes_at(reference_frame(*e.crystal), cell_at(v));
  const auto turn = [&](const Vec3<T>& by) {
    reciprocal = transform(reciprocal, [&](const Vec3<T>& u) { return rotate_xyz(u, by); });
  };
  if (lattice) {
    const std::size_t i = *lattice;
    turn(i < kMostRefinedLattices
             ? angles(lattice_turn(i, 0), lattice_turn(i, 1), lattice_turn(i, 2))
             : vec3_as<T>(e.lattices[i].turn_rad));
  }
  turn(angles(Id::misset_x, Id::misset_y, Id::misset_z));
  CrystalInputs<T> out =
      crystal_inputs(e, make_lattice(reciprocal, std::optional<CellParameters<T>>{}), v);
  if (lattice) out.blocks = out.blocks * change_of_share(e, *lattice, v);
  return out;
}

template <class T>
BeamInputs<T> beam_inputs_at(const ParameterValues<T>& v) {
  std::array<T, kMostSlabs> slabs{};
  for (std::size_t i = 0; i < kMostSlabs; ++i) slabs[i] = v[slab_thickness(i)];
  std::array<T, kMostMeasured> scales{};
  for (std::size_t i = 0; i < kMostMeasured; ++i) scales[i] = v[measured_scale(i)];
  return {.wavelength_m = v[Id::wavelength],
          .bandwidth = v[Id::bandwidth],
          .horizontal_divergence = v[Id::horizontal_divergence],
          .vertical_divergence = v[Id::vertical_divergence],
          .kahn_factor = v[Id::kahn_factor],
          .fluence = v[Id::fluence],
          .water_m = v[Id::water],
          .slab_m = slabs,
          .measured_scale = scales};
}

}  // namespace

CrystalInputs<double> crystal_inputs(const Experiment& e) {
  return crystal_inputs(e, lattice_of(*e.crystal), values_of(e));
}

BeamInputs<double> beam_inputs(const Experiment& e) { return beam_inputs_at(values_of(e)); }

template <class T>
PlanInputs<T> inputs_at(const Experiment& e, std::size_t panel, const ParameterValues<T>& v) {
  return {crystal_inputs_at(e, std::nullopt, v), panel_inputs(e, panel, v), beam_inputs_at(v)};
}

namespace {

// Those that a parameter can change, the rest 0.
PlanInputs<Slope> changing_inputs(const Experiment& e, const PlanPart& part,
                                  const ParameterValues<Slope>& v, Id id) {
  PlanInputs<Slope> n{};
  if (id < Id::distance) {
    n.crystal = crystal_inputs_at(e, part.lattice, v);
  } else if (id <= Id::thickness || motion_in(id)) {
    n.panel = panel_inputs(e, part.panel, v);
  } else {
    n.beam = beam_inputs_at(v);
  }
  return n;
}

}  // namespace

std::vector<InputTangent> input_tangents(const Experiment& e, const PlanPart& part,
                                         std::span<const ParameterId> ids) {
  const ParameterValues<double> at = values_of(e);
  std::vector<InputTangent> tangents;
  for (const ParameterId id : ids) {
    InputTangent& tangent = tangents.emplace_back();
    const auto motion = motion_in(id);
    if (motion && motion->panel != part.panel) continue;
    ParameterValues<Slope> v(at);
    v[id] = Slope::variable(at[id], 0);
    const auto inputs = flat(changing_inputs(e, part, v, id));
    for (std::size_t i = 0; i < kPlanInputs; ++i) tangent[i] = inputs[i].slope[0];
  }
  return tangents;
}

namespace {

std::vector<TurnTangent> turn_tangents(const Experiment& e, const ParameterValues<double>& at) {
  const Mosaicity& mosaicity = e.crystal->mosaicity;
  const std::vector<UnitTurn> turns = mosaic_turns(mosaicity);
  const std::vector<double> deviates = cell_deviates(mosaicity.domains);
  const CrystalInputs<double> in = plan::crystal_inputs(e);
  const bool in_crystal = domain_frame(mosaicity) == DomainFrame::crystal;
  const Axes<double> frame = crystal_frame(in.reciprocal);
  std::vector<TurnTangent> out;
  const std::vector<double> angles = spindle_angles(e.spindle, in);
  for (std::size_t i = 0; i < angles.size(); ++i) {
    for (std::size_t j = 0; j < turns.size(); ++j) {
      const double angle = turns[j].angle;
      TurnTangent turn;
      turn.spindle = e.spindle.axis;
      turn.step = static_cast<double>(i) + first_sample(e.spindle.place);
      if (in_crystal) {
        const auto& [x, y, z] = turns[j].axis;
        const Vec3<double> axis = x * frame.a + y * frame.b + z * frame.c;
        turn.mosaic = angle * rotate_about(axis, e.spindle.axis, angles[i]);
      } else {
        turn.spindle =
            rotation_matrix(turns[j].axis, at[Id::mosaic_spread] * angle) * e.spindle.axis;
        turn.mosaic = angle * turns[j].axis;
      }
      const double by_spread = deviation_of_full_width(deviates[j]);
      turn.cell = by_spread / (1.0 + by_spread * at[Id::cell_spread]);
      out.push_back(turn);
    }
  }
  return out;
}

}  // namespace

SampleTangents sample_tangents(const Experiment& e) {
  SampleTangents out;
  const ParameterValues<double> at = values_of(e);
  out.turns = turn_tangents(e, at);
  using Slopes = Dual<double, 4>;
  BeamInputs<Slopes> beam;
  beam.wavelength_m = Slopes::variable(at[Id::wavelength], 0);
  beam.bandwidth = Slopes::variable(at[Id::bandwidth], 1);
  beam.horizontal_divergence = Slopes::variable(at[Id::horizontal_divergence], 2);
  beam.vertical_divergence = Slopes::variable(at[Id::vertical_divergence], 3);
  const auto tangent_of = [](const Ray<Slopes>& ray) {
    const auto& [x, y, z] = ray.incident;
    return RayTangent{.by_horizontal = {x.slope[2], y.slope[2], z.slope[2]},
                      .by_vertical = {x.slope[3], y.slope[3], z.slope[3]},
                      .by_wavelength = ray.wavelength_m.slope[0],
                      .by_bandwidth = ray.wavelength_m.slope[1]};
  };
  for (const Ray<Slopes>& ray : rays_of(*e.beam, beam)) out.rays.push_back(tangent_of(ray));
  for (const Ray<Slopes>& ray : lines_of(*e.beam, beam)) out.lines.push_back(tangent_of(ray));
  return out;
}

template PlanInputs<double> inputs_at(const Experiment&, std::size_t,
                                      const ParameterValues<double>&);
template PlanInputs<Slope> inputs_at(const Experiment&, std::size_t, const ParameterValues<Slope>&);
}  // namespace nanobragg::plan
