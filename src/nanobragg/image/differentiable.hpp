// An experiment ready to be differentiated, through the stages that leave photons in their pixel.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "nanobragg/base/progress_sink.hpp"
#include "nanobragg/image/amorphous_curves.hpp"
#include "nanobragg/image/spread_runs.hpp"
#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::image {

// An experiment with what its derivatives need; made once for each set of parameter values.
class Differentiable {
 public:
  // The kernel must have gradients (all but "reference"). Physical mode alone. `progress` sees the
  // pixels of every function below; not owned, may be null.
  Differentiable(const Experiment& experiment, const kernel::Kernel& kernel, std::size_t threads,
                 kernel::Precision precision = kernel::Precision::float64,
                 ProgressSink* progress = nullptr);

  const Experiment& experiment() const { return experiment_; }
  const plan::SamplingPlan& plan() const { return plan_; }
  // The pixels of a panel that are rendered, counted from its own corner.
  std::vector<kernel::PixelRun> runs_of(std::size_t panel) const;

  // How light comes to some of a panel's pixels.
  SpreadRuns spread_runs(std::size_t panel, std::span<const kernel::PixelRun> runs) const;

  // The experiment of each lattice of the crystal and each size of its blocks by itself.
  std::size_t lattice_count() const { return lattices_.size(); }
  const Experiment& experiment_of(std::size_t lattice) const {
    return lattices_[lattice].experiment;
  }
  // As plan::input_tangents(), of the inputs of one lattice.
  std::vector<plan::InputTangent> input_tangents(std::size_t lattice, std::size_t panel,
                                                 std::span<const plan::ParameterId> ids) const;
  // Whether the photons of a pixel are those of one lattice, and none come from other pixels.
  bool is_local() const { return lattices_.size() == 1 && !plan_.detector.point_spread; }
  // Calls `use` with pixels of one panel, chunk by chunk, and what differentiates them through
  // all stages that leave photons in their pixel; from several threads. Of one lattice of the
  // crystal; what else sends photons is with the first.
  void for_each_chunk(std::size_t lattice, std::size_t panel,
                      std::span<const kernel::PixelRun> runs, kernel::AmplitudeGradient amplitudes,
                      const std::function<void(const kernel::PixelChunk&,
                                               const kernel::DifferentiableChunk&)>& use) const;

 private:
  struct SingleLattice {
    Experiment experiment;
    double share;        // of the crystal's volume
    double size_factor;  // of its blocks
    plan::SamplingPlan plan;
    plan::SampleTangents tangents;
    AmorphousCurves curves;
  };

  Experiment experiment_;
  plan::SamplingPlan plan_;
  std::vector<SingleLattice> lattices_;
  const kernel::Kernel* kernel_;
  std::size_t threads_;
  kernel::Precision precision_;
  ProgressSink* progress_;
};

}  // namespace nanobragg::image
