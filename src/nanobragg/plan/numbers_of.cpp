// Parameters to numbers to samples; derivatives by dual numbers.
#include "nanobragg/plan/numbers_of.hpp"

#include "nanobragg/base/dual.hpp"
#include "nanobragg/plan/domains.hpp"
#include "nanobragg/plan/orientations.hpp"
#include "nanobragg/plan/parametrisation.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;
using Slope = Dual<double, 1>;

template <class T>
CrystalNumbers<T> crystal_numbers(const Experiment& e, const ParameterValues<T>& v) {
  CrystalNumbers<T> n;
  const Vec3<T> misset{v[Id::misset_x], v[Id::misset_y], v[Id::misset_z]};
  const Axes<T> reciprocal = transform(reciprocal_axes_at(reference_frame(*e.crystal), cell_at(v)),
                                       [&](const Vec3<T>& u) { return rotate_xyz(u, misset); });
  const Lattice<T> lattice = make_lattice(reciprocal, std::optional<CellParameters<T>>{});
  n.axes = in_metres(lattice.direct);
  n.reciprocal = lattice.reciprocal;
  n.cells = {v[Id::cells_a], v[Id::cells_b], v[Id::cells_c]};
  n.fudge = v[Id::fudge];
  n.b_factor = v[Id::b_factor];
  n.phi_start = v[Id::phi];
  n.phi_step = spread_over(phi_steps(e.spindle.oscillation), v[Id::oscillation]).step;
  n.mosaic_spread = v[Id::mosaic_spread];
  return n;
}

template <class T>
BeamNumbers<T> beam_numbers(const ParameterValues<T>& v) {
  return {.wavelength_m = v[Id::wavelength],
          .bandwidth = v[Id::bandwidth],
          .horizontal_divergence = v[Id::horizontal_divergence],
          .vertical_divergence = v[Id::vertical_divergence],
          .kahn_factor = v[Id::kahn_factor],
          .fluence = v[Id::fluence],
          .water_m = v[Id::water]};
}

}  // namespace

template <class T>
PlanNumbers<T> numbers_of(const Experiment& e, std::size_t panel, const ParameterValues<T>& v) {
  return {crystal_numbers(e, v), panel_numbers(e, panel, v), beam_numbers(v)};
}

template <class T>
std::vector<Axes<T>> lattices_of(const Experiment& e, const CrystalNumbers<T>& n) {
  std::vector<T> phi;
  const int steps = phi_steps(e.spindle.oscillation).count;
  const double first = first_sample(e.spindle.place);
  for (int i = 0; i < steps; ++i) phi.push_back(n.phi_start + n.phi_step * (i + first));
  std::vector<Mat3<T>> domains;
  for (const UnitTurn& turn : mosaic_turns(e.crystal->mosaicity)) {
    domains.push_back(
        rotation_matrix(turn.axis, T(n.mosaic_spread * static_cast<double>(turn.angle))));
  }
  return orientations<T>(n.axes, e.spindle.axis, phi, domains);
}

template <class T>
std::vector<Ray<T>> rays_of(const Experiment& e, const BeamNumbers<T>& n) {
  const BeamValues& beam = *e.beam;
  if (beam.sources.empty()) {
    const auto& [horizontal, vertical, outline] = beam.divergence;
    return generated_sources<T>(
        beam, {n.wavelength_m, spread_over(divergence_steps(horizontal), n.horizontal_divergence),
               spread_over(divergence_steps(vertical), n.vertical_divergence),
               spread_over(dispersion_steps(beam.dispersion), n.bandwidth)});
  }
  std::vector<Ray<T>> rays;
  for (const SourceSample& s : listed_sources(beam.sources)) {
    rays.push_back({vec3_as<T>(s.incident), T(s.wavelength_m), s.weight});
  }
  return rays;
}

namespace {

// Those that a parameter can change, the rest 0.
PlanNumbers<Slope> changing_numbers(const Experiment& e, std::size_t panel,
                                    const ParameterValues<Slope>& v, Id id) {
  PlanNumbers<Slope> n{};
  if (id <= Id::b_factor) {
    n.crystal = crystal_numbers(e, v);
  } else if (id <= Id::thickness || motion_in(id)) {
    n.panel = panel_numbers(e, panel, v);
  } else {
    n.beam = beam_numbers(v);
  }
  return n;
}

}  // namespace

std::vector<NumberTangent> number_tangents(const Experiment& e, std::size_t panel,
                                           std::span<const ParameterId> ids) {
  const ParameterValues<double> at = values_of(e);
  std::vector<NumberTangent> tangents;
  for (const ParameterId id : ids) {
    NumberTangent& tangent = tangents.emplace_back();
    const auto motion = motion_in(id);
    if (motion && motion->panel != panel) continue;
    ParameterValues<Slope> v(at);
    v[id] = Slope::variable(at[id], 0);
    const auto numbers = flat(changing_numbers(e, panel, v, id));
    for (std::size_t i = 0; i < kPlanNumbers; ++i) tangent[i] = numbers[i].slope[0];
  }
  return tangents;
}

SampleTangents sample_tangents(const Experiment& e) {
  SampleTangents out;
  const ParameterValues<double> at = values_of(e);
  const SteppedRange oscillation = phi_steps(e.spindle.oscillation);
  const std::vector<UnitTurn> turns = mosaic_turns(e.crystal->mosaicity);
  for (int i = 0; i < oscillation.count; ++i) {
    for (const UnitTurn& turn : turns) {
      const double angle = turn.angle;
      const Mat3<double> domain = rotation_matrix(turn.axis, at[Id::mosaic_spread] * angle);
      out.turns.push_back({.spindle = domain * e.spindle.axis,
                           .step = i + first_sample(e.spindle.place),
                           .mosaic = angle * turn.axis});
    }
  }
  using Slopes = Dual<double, 4>;
  BeamNumbers<Slopes> beam;
  beam.wavelength_m = Slopes::variable(at[Id::wavelength], 0);
  beam.bandwidth = Slopes::variable(at[Id::bandwidth], 1);
  beam.horizontal_divergence = Slopes::variable(at[Id::horizontal_divergence], 2);
  beam.vertical_divergence = Slopes::variable(at[Id::vertical_divergence], 3);
  for (const Ray<Slopes>& ray : rays_of(e, beam)) {
    const auto& [x, y, z] = ray.incident;
    out.rays.push_back({.by_horizontal = {x.slope[2], y.slope[2], z.slope[2]},
                        .by_vertical = {x.slope[3], y.slope[3], z.slope[3]},
                        .by_wavelength = ray.wavelength_m.slope[0],
                        .by_bandwidth = ray.wavelength_m.slope[1]});
  }
  return out;
}

template PlanNumbers<double> numbers_of(const Experiment&, std::size_t,
                                        const ParameterValues<double>&);
template PlanNumbers<Slope> numbers_of(const Experiment&, std::size_t,
                                       const ParameterValues<Slope>&);
template std::vector<Axes<double>> lattices_of(const Experiment&, const CrystalNumbers<double>&);
template std::vector<Axes<Slope>> lattices_of(const Experiment&, const CrystalNumbers<Slope>&);
template std::vector<Ray<double>> rays_of(const Experiment&, const BeamNumbers<double>&);
template std::vector<Ray<Slope>> rays_of(const Experiment&, const BeamNumbers<Slope>&);

}  // namespace nanobragg::plan
