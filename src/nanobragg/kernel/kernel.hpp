// What every kernel offers: the sampling plan in, expected photons a pixel out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "nanobragg/base/image.hpp"
#include "nanobragg/base/progress_sink.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

struct RunOptions {
  std::size_t threads = 1;
  ProgressSink* progress = nullptr;  // not owned; may be null
};

// What a kernel noticed.
struct RunReport {
  std::size_t interpolation_fallbacks = 0;  // steps whose neighbourhood left the table of F
};

// Renders one panel. Pixels that the plan does not render are left as they are (zero). The result
// does not depend on the number of threads.
template <class Real>
using RenderFunction = RunReport (*)(const plan::SamplingPlan& plan, std::size_t panel,
                                     ImageView<Real> image, const RunOptions& options);

// Which deviations of the reference a kernel can reproduce.
enum class QuirkSupport : std::uint8_t { none, all };

struct Kernel {
  std::string_view name;
  std::string_view description;
  QuirkSupport quirks;
  RenderFunction<float> render_f32;
  RenderFunction<double> render_f64;
};

// All kernels of this build; names are unique.
std::span<const Kernel> kernels();

// Throws UsageError, naming the nearest, where there is none of this name.
const Kernel& find_kernel(std::string_view name);

}  // namespace nanobragg::kernel
