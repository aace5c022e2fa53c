// The sum over a pixel and its background, in dual numbers.
#include "nanobragg/image/dual_pixels.hpp"

#include <type_traits>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/dual.hpp"
#include "nanobragg/image/background.hpp"
#include "nanobragg/kernel/scalar/pixel_sum.hpp"
#include "nanobragg/plan/numbers_of.hpp"

namespace nanobragg::image {
namespace {

using Slope = Dual<double, 1>;

plan::PlanNumbers<Slope> numbers_along(const Experiment& experiment, std::size_t panel,
                                       plan::ParameterId parameter) {
  const plan::ParameterValues<double> at = plan::values_of(experiment);
  plan::ParameterValues<Slope> values(at);
  values[parameter] = Slope::variable(at[parameter], 0);
  return plan::numbers_of(experiment, panel, values);
}

void take_panel(physics::PanelGeometry<Slope>& to, const plan::PanelNumbers<Slope>& from) {
  to.corner = from.corner;
  to.fast = from.fast;
  to.slow = from.slow;
  to.normal = from.normal;
  to.pixel_size = from.pixel_size;
  to.close_distance = from.close_distance;
  to.distance = from.distance;
  to.layer.thickness = from.layer_step;
  to.layer.attenuation_per_m = from.attenuation_per_m;
}

kernel::PanelConstants<Slope> constants_along(const Experiment& experiment,
                                              const plan::PanelPlan& plan,
                                              const plan::PlanNumbers<Slope>& numbers) {
  kernel::PanelConstants<Slope> out(plan);
  take_panel(out.panel, numbers.panel);
  out.lattices = plan::lattices_of(experiment, numbers.crystal);
  out.lattice_size = {numbers.crystal.cells, numbers.crystal.fudge, numbers.crystal.reciprocal};
  out.b_factor = numbers.crystal.b_factor;
  out.kahn_factor = numbers.beam.kahn_factor;
  out.sources.clear();
  for (const plan::Ray<Slope>& ray : plan::rays_of(experiment, numbers.beam)) {
    out.sources.push_back(kernel::source_constants(ray, vec3_as<Slope>(plan.beam.polarisation_axis),
                                                   out.kahn_factor));
  }
  out.scale = physics::photons_of_sum(numbers.beam.fluence, plan.steps);
  return out;
}

BackgroundConstants<Slope> background_along(const kernel::PanelConstants<Slope>& constants,
                                            const Slope& photons) {
  return {constants.panel,
          constants.plan.detector.layers.count,
          constants.plan.beam.polarisation,
          constants.kahn_factor,
          constants.sources.front(),
          photons};
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

std::vector<PixelSlope> dual_pixels(const Experiment& experiment, const plan::SamplingPlan& whole,
                                    std::size_t panel, std::span<const PixelIndex> pixels,
                                    const plan::Variable& variable) {
  const auto own = plan::panel_plan(whole, panel);
  NANOBRAGG_EXPECTS(own.has_value());
  const plan::PanelPlan& plan = *own;
  std::vector<PixelSlope> out;
  const auto sum_over = [&](const kernel::PanelConstants<Slope>& constants, const Slope& water,
                            const auto& table) {
    using Table = std::remove_cvref_t<decltype(table)>;
    const BackgroundConstants<Slope> background = background_along(constants, water);
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      for (const PixelIndex pixel : pixels) {
        kernel::scalar::PixelSum<decltype(lattice), Slope, kernel::NoRecorder, Table> sum(
            constants, {}, table);
        Slope photons = sum.photons(pixel);
        if (plan.water_m > 0.0) photons += background_photons(background, pixel);
        out.push_back({photons.value, photons.slope[0]});
      }
    });
  };
  const StructureFactors& table = *plan.crystal.structure_factors;
  if (const auto* id = std::get_if<plan::ParameterId>(&variable)) {
    const plan::PlanNumbers<Slope> numbers = numbers_along(experiment, plan.index, *id);
    const Slope water = physics::water_photons(numbers.beam.water_m, numbers.beam.fluence);
    sum_over(constants_along(experiment, plan, numbers), water, table);
  } else {
    const Slope water(physics::water_photons(plan.water_m, plan.beam.fluence));
    sum_over(kernel::PanelConstants<Slope>(plan), water,
             VariedTable(table, std::get<MillerIndex>(variable)));
  }
  return out;
}

}  // namespace nanobragg::image
