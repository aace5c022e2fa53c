// Takes the lattices of a crystal apart, and puts the stages behind the kernel.
#include "nanobragg/image/differentiable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/displacement_gradient.hpp"
#include "nanobragg/image/liquid_haloes.hpp"
#include "nanobragg/image/stages.hpp"
#include "nanobragg/image/surroundings.hpp"
#include "nanobragg/image/weighted_sums.hpp"

namespace nanobragg::image {

using kernel::PixelSlopes;

Differentiable::Differentiable(const Experiment& experiment, const kernel::Kernel& kernel,
                               std::size_t threads, kernel::Precision precision,
                               ProgressSink* progress)
    : experiment_(experiment),
      plan_(plan::make_plan(experiment, compat::QuirkSet::physical())),
      kernel_(&kernel),
      threads_(threads),
      precision_(precision),
      progress_(progress) {
  if (!kernel.gradient.slopes) {
    throw UsageError(fmt::format("gradients with the kernel '{}' (it has none)", kernel.name), "",
                     "take -kernel auto, sparse, simd or scalar");
  }
  kernel::check_can_render(kernel, plan_);
  for (const auto& [single, share, factor] : single_lattices(experiment)) {
    plan::SamplingPlan plan = plan::make_plan(single, compat::QuirkSet::physical());
    plan::SampleTangents tangents = plan::sample_tangents(single);
    // What is not of the crystal is with its first lattice.
    if (!lattices_.empty()) {
      plan.amorphous.water_m = 0.0;
      plan.amorphous.slabs.clear();
      plan.amorphous.measured.clear();
    }
    const AmorphousCurves curves(scene_of(plan), tangents);
    lattices_.push_back({single, share, factor, std::move(plan), std::move(tangents), curves});
  }
}

std::vector<plan::InputTangent> Differentiable::input_tangents(
    std::size_t lattice, std::size_t panel, std::span<const plan::ParameterId> ids) const {
  plan::PlanPart part{panel};
  if (!experiment_.lattices.empty()) part.lattice = lattice / plan_.sizes;
  auto tangents = plan::input_tangents(experiment_, part, ids);
  // Cells and blocks of this lattice are in proportion to those of the crystal, in which parameters
  // count.
  const double size_factor = lattices_[lattice].size_factor;
  const double blocks_factor = experiment_of(lattice).crystal->blocks / experiment_.crystal->blocks;
  for (plan::InputTangent& tangent : tangents) {
    for (const std::size_t cells : plan::kInputPlaces.crystal.cells) tangent[cells] *= size_factor;
    tangent[plan::kInputPlaces.crystal.blocks] *= blocks_factor;
  }
  return tangents;
}

std::vector<kernel::PixelRun> Differentiable::runs_of(std::size_t panel) const {
  const auto own = plan::panel_plan(plan_, panel);
  return own ? kernel::runs_of(*own) : std::vector<kernel::PixelRun>{};
}

namespace {

void scale(PixelSlopes& slopes, double by) {
  if (slopes.is_dark) return;
  for (double& photons : slopes.photons) photons *= by;
  for (auto& row : slopes.by_input) {
    for (double& slope : row) slope *= by;
  }
  if (!slopes.amplitudes) return;
  for (auto& entry : slopes.amplitudes->entries()) {
    for (double& slope : entry.by_pixel) slope *= by;
  }
}

// A crystal of more blocks scatters as more light does.
struct LightOfBlocks {
  double fluence, blocks;

  double by_blocks(double by_fluence) const { return by_fluence * (fluence / blocks); }
  void apply_to(PixelSlopes& slopes) const {
    if (slopes.is_dark) return;
    constexpr const auto& kPlaces = plan::kInputPlaces;
    std::ranges::transform(slopes.by_input[kPlaces.beam.fluence],
                           slopes.by_input[kPlaces.crystal.blocks],
                           [&](double by_fluence) { return by_blocks(by_fluence); });
  }
};

// What stands around a kernel.
struct AroundKernel {
  const LiquidHaloes& haloes;
  DisplacementGradient displacement;
  LightOfBlocks light;
  const Stages& stages;
  double share;  // of the lattice, by which the kernel's photons are scaled
};

// What a kernel finds, with the stages around it.
class ChunkOfStages : public kernel::DifferentiableChunk {
 public:
  ChunkOfStages(const kernel::DifferentiableChunk& of_kernel, const AroundKernel& around,
                bool is_quicker_at_once)
      : of_kernel_(of_kernel),
        around_(around),
        at_once_(is_quicker_at_once && around.haloes.is_absent() &&
                 around.displacement.is_absent() && around.stages.are_absent() &&
                 around.share == 1.0) {}

  void differentiate(const kernel::UseSlopes& use) const override {
    of_kernel_.differentiate(
        [&](std::size_t first, const kernel::PixelBatch& batch, PixelSlopes& slopes) {
          around_.haloes.apply_to(batch, slopes);
          around_.displacement.apply_to(slopes);
          around_.light.apply_to(slopes);
          if (around_.share != 1.0) scale(slopes, around_.share);
          around_.stages.apply_to(batch, slopes);
          use(first, batch, slopes);
        });
  }
  void add_weighted(const kernel::WeighPixels& weigh,
                    std::array<double, plan::kPlanInputs>& inputs) const override {
    if (at_once_) {
      constexpr const auto& kPlaces = plan::kInputPlaces;
      const double before = inputs[kPlaces.beam.fluence];
      of_kernel_.add_weighted(weigh, inputs);
      inputs[kPlaces.crystal.blocks] +=
          around_.light.by_blocks(inputs[kPlaces.beam.fluence] - before);
      return;
    }
    const WeightedSums total = weighted_sums(*this, weigh);
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] += total.inputs[i];
  }

 private:
  const kernel::DifferentiableChunk& of_kernel_;
  const AroundKernel& around_;
  bool at_once_;
};

}  // namespace

void Differentiable::for_each_chunk(
    std::size_t lattice, std::size_t panel, std::span<const kernel::PixelRun> runs,
    kernel::AmplitudeGradient amplitudes,
    const std::function<void(const kernel::PixelChunk&, const kernel::DifferentiableChunk&)>& use)
    const {
  if (runs.empty()) return;
  const SingleLattice& of = lattices_[lattice];
  const auto own = plan::panel_plan(of.plan, panel);
  NANOBRAGG_EXPECTS(own.has_value());
  const Surroundings surroundings(*own);
  const plan::PanelPlan& plan = surroundings.plan();
  const Stages stages(plan, kernel_->water, of.curves);
  const kernel::GradientJob job{kernel_, {plan, of.tangents}, runs, threads_, precision_};
  const bool has_one_pass = kernel_->gradient.weighted != nullptr;
  const LiquidHaloes haloes(plan, of.curves);
  const AroundKernel around{haloes,
                            {of.plan.crystal, experiment_.structure_factors, amplitudes},
                            {of.plan.beam.fluence, of.plan.crystal.continuous.blocks},
                            stages,
                            of.share};
  kernel::for_each_chunk(
      job, around.displacement.needed(),
      [&](const kernel::PixelChunk& chunk, const kernel::DifferentiableChunk& of_kernel) {
        use(chunk, ChunkOfStages(of_kernel, around, has_one_pass));
        if (progress_ && lattice == 0) progress_->advance(kernel::pixel_count(chunk.runs));
      });
}

SpreadRuns Differentiable::spread_runs(std::size_t panel,
                                       std::span<const kernel::PixelRun> runs) const {
  const auto own = plan::panel_plan(plan_, panel);
  NANOBRAGG_EXPECTS(own.has_value());
  return {*own, runs, threads_};
}

}  // namespace nanobragg::image
