// The sum over a pixel and its background, in dual numbers.
#include "nanobragg/image/dual_pixels.hpp"

#include <algorithm>
#include <type_traits>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/dual.hpp"
#include "nanobragg/image/amorphous_sight.hpp"
#include "nanobragg/image/background.hpp"
#include "nanobragg/image/beamstop_shadow.hpp"
#include "nanobragg/kernel/scalar/pixel_sum.hpp"
#include "nanobragg/plan/inputs_at.hpp"
#include "nanobragg/plan/orientations.hpp"
#include "nanobragg/plan/rays.hpp"

namespace nanobragg::image {
namespace {

using Slope = Dual<double, 1>;

plan::PlanInputs<Slope> inputs_along(const Experiment& experiment, std::size_t panel,
                                     plan::ParameterId parameter) {
  const plan::ParameterValues<double> at = plan::values_of(experiment);
  plan::ParameterValues<Slope> values(at);
  values[parameter] = Slope::variable(at[parameter], 0);
  return plan::inputs_at(experiment, panel, values);
}

kernel::PanelConstants<Slope> constants_along(const Experiment& experiment,
                                              const plan::PanelPlan& plan,
                                              const plan::PlanInputs<Slope>& inputs) {
  kernel::PanelConstants<Slope> out(plan);
  out.panel = physics::panel_geometry(plan, inputs.panel);
  out.lattices = plan::lattices_of<Slope>(
      experiment.spindle, inputs.crystal,
      plan::mosaic_domains(*experiment.crystal, inputs.crystal, plan::AngleRounding::none),
      plan::domain_frame(experiment.crystal->mosaicity));
  out.lattice_size = {inputs.crystal.cells, inputs.crystal.fudge, inputs.crystal.reciprocal};
  out.b_factor = inputs.crystal.b_factor;
  out.kahn_factor = inputs.beam.kahn_factor;
  out.sources.clear();
  for (const plan::Ray<Slope>& ray : plan::rays_of(*experiment.beam, inputs.beam)) {
    out.sources.push_back(kernel::source_constants(ray, vec3_as<Slope>(plan.beam.polarisation_axis),
                                                   out.kahn_factor));
  }
  out.scale =
      physics::photons_of_sum(inputs.beam.fluence, plan.crystal.continuous.blocks, plan.steps);
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

// Photons of a pixel that the slabs scatter: from their tables, one ray after the other.
class SlabsAlong {
 public:
  SlabsAlong(const kernel::PanelConstants<Slope>& constants, std::span<const plan::Ray<Slope>> rays,
             const plan::BeamInputs<Slope>& beam)
      : plan_(constants.plan), rays_(rays.begin(), rays.end()), beam_(beam) {
    if (plan_.amorphous.slabs.empty()) return;
    const AmorphousCurves curves(scene_of(plan_));
    in_ = amorphous_constants(plan_, curves, constants.panel, beam.kahn_factor,
                              Slope(curves.wavelength_m()));
    for (const plan::Ray<Slope>& ray : rays_) weight_ += ray.weight;
  }

  Slope photons(PixelIndex pixel) const {
    Slope sum(0.0);
    const std::size_t n = plan_.amorphous.slabs.empty() ? 0 : in_.panel.oversample;
    for (std::size_t i = 0; i < n * n; ++i) {
      const auto [sine, share] = sight_of(in_, pixel, {i / n, i % n});
      sum += share * scattered(sine) / Slope(static_cast<double>(n * n));
    }
    return sum;
  }

 private:
  Slope scattered(const Slope& sine) const {
    Slope sum(0.0);
    for (std::size_t k = 0; k < plan_.amorphous.slabs.size(); ++k) {
      const AmorphousMaterial& material = plan_.amorphous.slabs[k].material;
      const Slope scale =
          beam_.slab_m[k] *
          physics::slab_photons(material, plan_.amorphous.beam_area_m2, beam_.fluence);
      for (const plan::Ray<Slope>& ray : rays_) {
        const Slope stol = stol_per_A(sine, ray.wavelength_m);
        const auto [value, slope] = physics::intensity_at(*material.table, stol.value);
        sum += scale * Slope(ray.weight / weight_) * Slope::chain(value, slope, stol);
      }
    }
    return sum;
  }

  const plan::PanelPlan& plan_;
  std::vector<plan::Ray<Slope>> rays_;
  plan::BeamInputs<Slope> beam_;
  AmorphousConstants<Slope> in_;
  double weight_ = 0.0;
};

// A table in which the amplitude of one reflection varies, mates included.
class VariedTable {
 public:
  VariedTable(const StructureFactors& f, MillerIndex varied)
      : f_(f), varied_(plan::table_positions(varied, f)) {}

  Slope in_table(MillerIndex i) const { return varied(i, f_.in_table(i)); }
  Slope at(MillerIndex i) const { return varied(i, f_.at(i)); }
  const MillerBox& box() const { return f_.box(); }
  double default_amplitude() const { return f_.default_amplitude(); }

 private:
  Slope varied(MillerIndex i, double amplitude) const {
    const bool varies = f_.box().contains(i) && std::ranges::binary_search(varied_, f_.position(i));
    return varies ? Slope::variable(amplitude, 0) : Slope(amplitude);
  }
  const StructureFactors& f_;
  const std::vector<std::size_t> varied_;  // positions, in rising order
};

}  // namespace

std::vector<PixelSlope> dual_pixels(const Experiment& experiment, const plan::SamplingPlan& whole,
                                    std::size_t panel, std::span<const PixelIndex> pixels,
                                    const plan::Variable& variable) {
  const auto own = plan::panel_plan(whole, panel);
  NANOBRAGG_EXPECTS(own.has_value());
  const plan::PanelPlan& plan = *own;
  std::vector<PixelSlope> out;
  const auto sum_over = [&](const kernel::PanelConstants<Slope>& constants,
                            const plan::BeamInputs<Slope>& beam, const auto& table) {
    const Slope water = physics::water_photons(beam.water_m, beam.fluence);
    const SlabsAlong slabs(constants, plan::rays_of(*experiment.beam, beam), beam);
    using Table = std::remove_cvref_t<decltype(table)>;
    const BackgroundConstants<Slope> background = background_along(constants, water);
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      for (const PixelIndex pixel : pixels) {
        kernel::scalar::PixelSum<decltype(lattice), Slope, kernel::NoRecorder, Table> sum(
            constants, {}, table);
        Slope photons = sum.photons(pixel);
        if (plan.amorphous.water_m > 0.0) photons += background_photons(background, pixel);
        photons += slabs.photons(pixel);
        if (plan.beamstop) photons *= shadow_transmission(constants.panel, *plan.beamstop, pixel);
        out.push_back({photons.value, photons.slope[0]});
      }
    });
  };
  const StructureFactors& table = *plan.crystal.structure_factors;
  if (const auto* id = std::get_if<plan::ParameterId>(&variable)) {
    const plan::PlanInputs<Slope> inputs = inputs_along(experiment, plan.index, *id);
    sum_over(constants_along(experiment, plan, inputs), inputs.beam, table);
  } else {
    const plan::ParameterValues<Slope> constant(plan::values_of(experiment));
    const auto beam = plan::inputs_at(experiment, plan.index, constant).beam;
    sum_over(kernel::PanelConstants<Slope>(plan), beam,
             VariedTable(table, std::get<MillerIndex>(variable)));
  }
  return out;
}

}  // namespace nanobragg::image
