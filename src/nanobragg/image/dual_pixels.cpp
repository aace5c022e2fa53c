// The sum over a pixel and its background, in dual numbers.
#include "nanobragg/image/dual_pixels.hpp"

#include <algorithm>
#include <type_traits>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/dual.hpp"
#include "nanobragg/image/amorphous_sight.hpp"
#include "nanobragg/image/background.hpp"
#include "nanobragg/image/beamstop_shadow.hpp"
#include "nanobragg/image/liquid_haloes.hpp"
#include "nanobragg/kernel/scalar/pixel_sum.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/liquid_motions.hpp"
#include "nanobragg/physics/monotone_cubic.hpp"
#include "nanobragg/physics/scattering.hpp"
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
  out.scale = physics::photons_of_sum(inputs.beam.fluence, inputs.crystal.blocks, plan.steps);
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

// Photons of a pixel in the haloes of a table.
class HaloesAlong {
 public:
  HaloesAlong(const kernel::PanelConstants<Slope>& constants, const plan::PlanInputs<Slope>& inputs,
              std::span<const plan::Ray<Slope>> rays)
      : plan_(constants.plan), inputs_(inputs) {
    if (!plan_.crystal.continuous.motions.liquid) return;
    const AmorphousCurves curves(scene_of(plan_));
    Slope wavelength(0.0);
    double weight = 0.0;
    for (const plan::Ray<Slope>& ray : rays) {
      wavelength += Slope(ray.weight) * ray.wavelength_m;
      weight += ray.weight;
    }
    in_ = amorphous_constants(plan_, curves, constants.panel, inputs.beam.kahn_factor,
                              wavelength / Slope(weight));
    in_.panel.oversample = 1;
    angles_ = halo_angles(plan_.crystal);
  }

  template <class Table>
  Slope photons(PixelIndex pixel, const Table& table) const {
    if (angles_.empty()) return Slope(0.0);
    const auto first = physics::absorption_point<Slope>({pixel, {0, 0}, 0}, in_.panel);
    const Vec3<Slope> q = physics::scattering_vector(first.position / length(first.position),
                                                     in_.incident, in_.wavelength_m);
    if (!physics::is_within_limit(q, plan_.sampling.resolution_limit.value())) return Slope(0.0);
    const plan::CrystalInputs<Slope>& crystal = inputs_.crystal;
    const plan::LiquidSamples& liquid = *plan_.crystal.continuous.motions.liquid;
    const physics::LiquidTensors<Slope> tensors{crystal.motions.liquid,
                                                crystal.motions.correlations};
    Slope sum(0.0);
    for (const HaloAngle& angle : angles_) {
      const Slope phi = crystal.phi_start + Slope(angle.step) * crystal.phi_step;
      const auto index = [&](const Vec3<Slope>& axis) {
        return dot(rotate_about(axis, vec3_as<Slope>(plan_.crystal.continuous.spindle_axis), phi),
                   q);
      };
      const Vec3<Slope> hkl{index(crystal.axes.a), index(crystal.axes.b), index(crystal.axes.c)};
      sum += physics::liquid_intensity(hkl, tensors, {liquid.rotations, liquid.neighbours}, table);
    }
    const auto& [na, nb, nc] = crystal.cells;
    return na * nb * nc * sum * sight_of(in_, pixel, {0, 0}).share *
           physics::displacement_factor(crystal.b_factor, q) *
           physics::photons_of_sum(inputs_.beam.fluence, inputs_.crystal.blocks,
                                   static_cast<double>(angles_.size()));
  }

 private:
  const plan::PanelPlan& plan_;
  const plan::PlanInputs<Slope>& inputs_;
  AmorphousConstants<Slope> in_;
  std::vector<HaloAngle> angles_;
};

// Photons of a pixel that measured backgrounds have there, in front of the beamstop and behind it.
class MeasuredAlong {
 public:
  MeasuredAlong(const kernel::PanelConstants<Slope>& constants,
                std::span<const plan::Ray<Slope>> rays, const plan::BeamInputs<Slope>& beam)
      : plan_(constants.plan), panel_(constants.panel), beam_(beam) {
    panel_.oversample = 1;
    double weight = 0.0;
    for (const plan::Ray<Slope>& ray : rays) {
      wavelength_m_ += Slope(ray.weight) * ray.wavelength_m;
      incident_ = incident_ + ray.weight * vec3_as<double>(ray.incident);
      weight += ray.weight;
    }
    wavelength_m_ = wavelength_m_ / Slope(weight);
    incident_ = unit(incident_);
  }
  Slope profiles(PixelIndex pixel) const {
    const Vec3<Slope> position = physics::position_of<Slope>({pixel, {0, 0}, 0}, panel_);
    const Slope stol = stol_per_A(
        physics::sine_of_half_angle(vec3_as<Slope>(incident_), position / length(position)),
        wavelength_m_);
    Slope sum(0.0);
    for (std::size_t k = 0; k < plan_.amorphous.measured.size(); ++k) {
      const auto& profile = plan_.amorphous.measured[k].profile;
      if (!profile) continue;
      const physics::MonotoneCubic curve(profile->stol_per_A, profile->photons);
      const auto [value, slope] = curve.at(stol.value);
      sum += beam_.measured_scale[k] * Slope::chain(value, slope, stol);
    }
    return sum;
  }
  Slope images(PixelIndex pixel) const {
    Slope sum(0.0);
    for (std::size_t k = 0; k < plan_.amorphous.measured.size(); ++k) {
      const auto& image = plan_.amorphous.measured[k].image;
      if (!image) continue;
      sum += beam_.measured_scale[k] * Slope((*image)[{plan_.first_row + pixel.slow, pixel.fast}]);
    }
    return sum;
  }

 private:
  const plan::PanelPlan& plan_;
  physics::PanelGeometry<Slope> panel_;
  plan::BeamInputs<Slope> beam_;
  Vec3<double> incident_;
  Slope wavelength_m_{0.0};
};

// A table of the amplitudes that an experiment gives: displaced, and that of one reflection varies
// where it is given, mates included.
class VariedTable {
 public:
  // `f` outlives this.
  explicit VariedTable(const StructureFactors& f,
                       std::optional<SymmetricTensor<Slope>> displacement)
      : f_(f), displacement_(displacement) {}
  void vary(MillerIndex index) { varied_ = plan::table_positions(index, f_); }

  Slope in_table(MillerIndex i) const { return at(i); }
  Slope at(MillerIndex i) const {
    const bool varies = f_.box().contains(i) && f_.has_table() &&
                        std::ranges::binary_search(varied_, f_.position(i));
    const Slope given = varies ? Slope::variable(f_.at(i), 0) : Slope(f_.at(i));
    return displacement_ ? given * displacement_of_amplitude(*displacement_, i) : given;
  }
  const MillerBox& box() const { return f_.box(); }
  double default_amplitude() const { return f_.default_amplitude(); }

 private:
  const StructureFactors& f_;
  std::optional<SymmetricTensor<Slope>> displacement_;
  std::vector<std::size_t> varied_;  // positions, in rising order
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
                            const plan::PlanInputs<Slope>& inputs, const auto& table) {
    const plan::BeamInputs<Slope>& beam = inputs.beam;
    const Slope water = physics::water_photons(beam.water_m, beam.fluence);
    const auto rays = plan::rays_of(*experiment.beam, beam);
    const SlabsAlong slabs(constants, rays, beam);
    const MeasuredAlong measured(constants, rays, beam);
    const HaloesAlong haloes(constants, inputs, rays);
    using Table = std::remove_cvref_t<decltype(table)>;
    const BackgroundConstants<Slope> background = background_along(constants, water);
    physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
      for (const PixelIndex pixel : pixels) {
        kernel::scalar::PixelSum<decltype(lattice), Slope, kernel::NoRecorder, Table> sum(
            constants, {}, table);
        Slope photons = sum.photons(pixel) + haloes.photons(pixel, table);
        if (plan.amorphous.water_m > 0.0) photons += background_photons(background, pixel);
        photons += slabs.photons(pixel) + measured.profiles(pixel);
        if (plan.beamstop) photons *= shadow_transmission(constants.panel, *plan.beamstop, pixel);
        photons += measured.images(pixel);
        out.push_back({photons.value, photons.slope[0]});
      }
    });
  };
  const StructureFactors& given = *experiment.structure_factors;
  const auto displacement_in = [&](const plan::PlanInputs<Slope>& inputs) {
    return plan.crystal.continuous.motions.displacement
               ? std::optional(inputs.crystal.motions.displacement)
               : std::nullopt;
  };
  if (const auto* id = std::get_if<plan::ParameterId>(&variable)) {
    const plan::PlanInputs<Slope> inputs = inputs_along(experiment, plan.index, *id);
    const auto displacement = displacement_in(inputs);
    if (displacement) {
      sum_over(constants_along(experiment, plan, inputs), inputs, VariedTable(given, displacement));
    } else {
      sum_over(constants_along(experiment, plan, inputs), inputs, given);
    }
  } else {
    const plan::ParameterValues<Slope> constant(plan::values_of(experiment));
    const auto inputs = plan::inputs_at(experiment, plan.index, constant);
    VariedTable table(given, displacement_in(inputs));
    table.vary(std::get<MillerIndex>(variable));
    sum_over(kernel::PanelConstants<Slope>(plan), inputs, table);
  }
  return out;
}

}  // namespace nanobragg::image
