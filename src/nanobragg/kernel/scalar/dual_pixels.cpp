// The sum over a pixel, in dual numbers.
#include "nanobragg/kernel/scalar/dual_pixels.hpp"

#include <type_traits>

#include "nanobragg/base/dual.hpp"
#include "nanobragg/kernel/scalar/pixel_sum.hpp"
#include "nanobragg/plan/numbers_of.hpp"

namespace nanobragg::kernel::scalar {
namespace {

using Slope = Dual<double, 1>;

plan::PlanNumbers<Slope> numbers_along(const Experiment& experiment, std::size_t panel,
                                       plan::ParameterId parameter) {
  const plan::ParameterValues<double> at = plan::values_of(experiment);
  plan::ParameterValues<Slope> values;
  for (const plan::Parameter& row : plan::parameters()) values[row.id] = at[row.id];
  values[parameter] = Slope::variable(at[parameter], 0);
  return plan::numbers_of(experiment, panel, values);
}

void take_panel(PanelConstants<Slope>& to, const plan::PanelNumbers<Slope>& from) {
  to.panel.corner = from.corner;
  to.panel.fast = from.fast;
  to.panel.slow = from.slow;
  to.panel.normal = from.normal;
  to.panel.pixel_size = from.pixel_size;
  to.panel.close_distance = from.close_distance;
  to.panel.distance = from.distance;
  to.panel.layer.thickness = from.layer_step;
  to.panel.layer.attenuation_per_m = from.attenuation_per_m;
}

PanelConstants<Slope> constants_along(const Experiment& experiment, const plan::SamplingPlan& plan,
                                      std::size_t panel, plan::ParameterId parameter) {
  const plan::PlanNumbers<Slope> numbers = numbers_along(experiment, panel, parameter);
  PanelConstants<Slope> out(plan, panel);
  take_panel(out, numbers.panel);
  out.lattices = plan::lattices_of(experiment, numbers.crystal);
  out.lattice_size = {numbers.crystal.cells, numbers.crystal.fudge, numbers.crystal.reciprocal};
  out.b_factor = numbers.crystal.b_factor;
  out.sources.clear();
  for (const plan::Ray<Slope>& ray : plan::rays_of(experiment, numbers.beam)) {
    out.sources.push_back({ray.incident, ray.wavelength_m, ray.weight});
  }
  out.kahn_factor = numbers.beam.kahn_factor;
  out.scale = physics::photons_of_sum(numbers.beam.fluence, plan.steps);
  out.water = physics::water_photons(numbers.beam.water_m, numbers.beam.fluence);
  return out;
}

// A table in which one amplitude varies.
class VariedTable {
 public:
  VariedTable(const StructureFactors& f, MillerIndex varied) : f_(f), varied_(varied) {}

  Slope in_table(MillerIndex i) const { return varied(i, f_.in_table(i)); }
  Slope at(MillerIndex i) const { return varied(i, f_.at(i)); }
  const MillerBox& box() const { return f_.box(); }
  double default_amplitude() const { return f_.default_amplitude(); }

 private:
  Slope varied(MillerIndex i, double amplitude) const {
    return i == varied_ ? Slope::variable(amplitude, 0) : Slope(amplitude);
  }
  const StructureFactors& f_;
  const MillerIndex varied_;
};

}  // namespace

std::vector<PixelSlope> dual_pixels(const Experiment& experiment, const plan::SamplingPlan& plan,
                                    std::size_t panel, std::span<const PixelIndex> pixels,
                                    const plan::Variable& variable) {
  std::vector<PixelSlope> out;
  const auto sum_over = [&](const PanelConstants<Slope>& constants, const auto& table) {
    using Table = std::remove_cvref_t<decltype(table)>;
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      for (const PixelIndex pixel : pixels) {
        PixelSum<decltype(lattice), Slope, NoRecorder, Table> sum(constants, {}, table);
        const Slope photons = sum.photons(pixel);
        out.push_back({photons.value, photons.slope[0]});
      }
    });
  };
  const StructureFactors& table = *plan.crystal.structure_factors;
  if (const auto* id = std::get_if<plan::ParameterId>(&variable)) {
    sum_over(constants_along(experiment, plan, panel, *id), table);
  } else {
    sum_over(PanelConstants<Slope>(plan, panel),
             VariedTable(table, std::get<MillerIndex>(variable)));
  }
  return out;
}

}  // namespace nanobragg::kernel::scalar
