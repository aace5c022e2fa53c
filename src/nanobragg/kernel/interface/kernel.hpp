// What every kernel offers: the plan of a panel in, photons that its crystal scatters out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "nanobragg/base/image.hpp"
#include "nanobragg/base/progress_sink.hpp"
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/interface/pixel_record.hpp"
#include "nanobragg/kernel/interface/pixel_recorder.hpp"
#include "nanobragg/kernel/interface/precision.hpp"
#include "nanobragg/kernel/pixel/active_pairs.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

struct RunOptions {
  std::size_t threads = 1;
  ProgressSink* progress = nullptr;  // not owned; may be null
  Precision precision = Precision::float64;
};

// What a kernel noticed.
struct RunReport {
  std::size_t interpolation_fallbacks = 0;  // steps whose neighbourhood left the table of F
};

// Renders one panel. Pixels that the plan does not render are left as they are (zero). The result
// does not depend on the number of threads.
template <class Real>
using RenderFunction = RunReport (*)(const plan::PanelPlan& plan, ImageView<Real> image,
                                     const RunOptions& options);

// Takes the records of traced pixels, one after the other.
using RecordSink = std::function<void(const PixelRecord& record)>;

struct TraceOptions {
  StepSelection steps = StepSelection::first_of_each;
  Precision precision = Precision::float64;
};

// Computes single pixels with the code that renders and takes down what it computes: the photons of
// a record are, bit for bit, those of the image. `pixels` are pixels that the plan renders, each
// row by row behind the one before.
using TraceFunction = void (*)(const plan::PanelPlan& plan, std::span<const PixelIndex> pixels,
                               const TraceOptions& options, const RecordSink& sink);

// Prepares the derivatives of a panel's pixels; what it is given outlives what it returns.
using PrepareFunction = std::shared_ptr<const Preparation> (*)(const plan::PanelPlan& plan,
                                                               const plan::SampleTangents& tangents,
                                                               std::size_t threads);

// Which arithmetic a kernel can compute in.
enum class PrecisionSupport : std::uint8_t { float64, both };

// Whether the water around the crystal is among the photons of a kernel, or is added to them.
enum class Water : std::uint8_t { added_later, included };

// How a kernel differentiates. What is null it does without.
struct GradientFunctions {
  SlopesFunction slopes{};      // null: it has no gradients
  PrepareFunction prepare{};    // what it prepares for a panel
  WeightedFunction weighted{};  // the same as slopes in one pass, where that is faster
  ActiveFinder active{};        // without it, slopes go through all pairs
};

// Whether a kernel integrates in closed form over what the samples of a plan stand for, or sums
// over them.
enum class Integration : std::uint8_t { never, where_accurate, always };

struct Kernel {
  std::string_view name;
  std::string_view description;
  // Why it cannot render a plan, as a clause ("it starts from whole reflections"); empty: it can.
  std::string (*why_not)(const plan::SamplingPlan& plan);
  Water water;
  PrecisionSupport precisions;
  Precision default_precision;       // single where it shows in no picture
  RenderFunction<float> render_f32;  // into an image of floats; the arithmetic is an option
  RenderFunction<double> render_f64;
  TraceFunction trace{};  // null: the kernel does not show its steps
  GradientFunctions gradient{};
  Integration integration = Integration::never;
  // Where it depends on the plan: whether its photons are integrals.
  bool (*integrates)(const plan::SamplingPlan& plan){};
};

// All kernels of this build; names are unique.
std::span<const Kernel> kernels();

// Throws UsageError, naming the nearest, where there is none of this name.
const Kernel& find_kernel(std::string_view name);

// Whether it integrates in closed form over what the samples of a plan stand for.
inline bool is_closed_form(const Kernel& kernel, const plan::SamplingPlan& plan) {
  if (kernel.integration != Integration::where_accurate) {
    return kernel.integration == Integration::always;
  }
  return kernel.integrates(plan);
}

// Throws UsageError, with the reason, where a kernel cannot render a plan.
void check_can_render(const Kernel& kernel, const plan::SamplingPlan& plan);

}  // namespace nanobragg::kernel
