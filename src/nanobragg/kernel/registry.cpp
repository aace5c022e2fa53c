// The list of kernels: a new backend is one line here.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/reference/reference_kernel.hpp"
#include "nanobragg/kernel/scalar/scalar_gradient.hpp"
#include "nanobragg/kernel/scalar/scalar_kernel.hpp"
#include "nanobragg/kernel/simd/simd_gradient.hpp"
#include "nanobragg/kernel/simd/simd_kernel.hpp"
#include "nanobragg/kernel/sparse/active_search.hpp"
#include "nanobragg/kernel/sparse/reflection_search.hpp"
#include "nanobragg/kernel/sparse/sparse_kernel.hpp"

namespace nanobragg::kernel {

namespace {

std::string takes_every_plan(const plan::SamplingPlan& /*plan*/) { return ""; }

std::string knows_no_quirks(const plan::SamplingPlan& plan) {
  return plan.quirks.acts_on(compat::Scope::pixels) ? "it computes the physics without quirks" : "";
}

std::string why_not_sparse(const plan::SamplingPlan& plan) {
  const std::string why = knows_no_quirks(plan);
  return why.empty() ? sparse::ReflectionSearch::why_not(plan.detector, plan.crystal) : why;
}

template <simd::Isa kIsa>
constexpr Kernel simd_kernel(std::string_view name, std::string_view description) {
  return {.name = name,
          .description = description,
          .why_not = knows_no_quirks,
          .water = Water::added_later,
          .precisions = PrecisionSupport::both,
          .default_precision = Precision::float32,
          .render_f32 = simd::render<float, kIsa>,
          .render_f64 = simd::render<double, kIsa>,
          .trace = nullptr,
          .slopes = simd::differentiate<kIsa>,
          .weighted = simd::add_weighted<kIsa>};
}

template <class Real>
RunReport render_sparsely(const plan::PanelPlan& plan, ImageView<Real> image,
                          const RunOptions& options) {
  return sparse::render<Real>(plan, image, options, simd::patch_code());
}

// Reflection by reflection where few pixels are lit at a time, else every pixel and step.
template <class Real>
RunReport render_fastest(const plan::PanelPlan& plan, ImageView<Real> image,
                         const RunOptions& options) {
  return sparse::is_worthwhile(plan) ? render_sparsely<Real>(plan, image, options)
                                     : simd::render<Real, simd::Isa::best>(plan, image, options);
}

std::vector<Kernel> kernels_of_this_machine() {
  using simd::Isa;
  std::vector<Kernel> list{{.name = "reference",
                            .description = "nanoBragg.c operation by operation, on one thread",
                            .why_not = takes_every_plan,
                            .water = Water::included,
                            .precisions = PrecisionSupport::float64,
                            .default_precision = Precision::float64,
                            .render_f32 = reference::render<float>,
                            .render_f64 = reference::render<double>,
                            .trace = reference::trace,
                            .slopes = nullptr},
                           {.name = "scalar",
                            .description = "the physics, plainly written, on all threads",
                            .why_not = knows_no_quirks,
                            .water = Water::added_later,
                            .precisions = PrecisionSupport::both,
                            .default_precision = Precision::float64,
                            .render_f32 = scalar::render<float>,
                            .render_f64 = scalar::render<double>,
                            .trace = scalar::trace,
                            .slopes = scalar::differentiate},
                           {.name = "auto",
                            .description = "sparse where little is lit, else simd",
                            .why_not = knows_no_quirks,
                            .water = Water::added_later,
                            .precisions = PrecisionSupport::both,
                            .default_precision = Precision::float32,
                            .render_f32 = render_fastest<float>,
                            .render_f64 = render_fastest<double>,
                            .trace = nullptr,
                            .slopes = simd::differentiate<Isa::best>,
                            .weighted = simd::add_weighted<Isa::best>,
                            .active = sparse::worthwhile_active_finder()},
                           {.name = "sparse",
                            .description = "from the reflections to the pixels they light",
                            .why_not = why_not_sparse,
                            .water = Water::added_later,
                            .precisions = PrecisionSupport::both,
                            .default_precision = Precision::float32,
                            .render_f32 = render_sparsely<float>,
                            .render_f64 = render_sparsely<double>,
                            .trace = nullptr,
                            .slopes = simd::differentiate<Isa::best>,
                            .weighted = simd::add_weighted<Isa::best>,
                            .active = sparse::active_finder()}};
  const auto add = [&](Isa isa, const Kernel& kernel) {
    if (simd::is_available(isa)) list.push_back(kernel);
  };
  add(Isa::best,
      simd_kernel<Isa::best>("simd", "the same on vectors of this machine's widest kind"));
  add(Isa::sse4, simd_kernel<Isa::sse4>("simd-sse4", "the same with SSE4"));
  add(Isa::avx2, simd_kernel<Isa::avx2>("simd-avx2", "the same with AVX2"));
  add(Isa::avx512, simd_kernel<Isa::avx512>("simd-avx512", "the same with AVX-512"));
  add(Isa::neon, simd_kernel<Isa::neon>("simd-neon", "the same with NEON"));
  return list;
}

}  // namespace

std::span<const Kernel> kernels() {
  static const std::vector<Kernel> kKernels = kernels_of_this_machine();
  return kKernels;
}

const Kernel& find_kernel(std::string_view name) {
  std::string known;
  for (const Kernel& kernel : kernels()) {
    if (kernel.name == name) return kernel;
    known += (known.empty() ? "" : ", ") + std::string(kernel.name);
  }
  throw UsageError("unknown kernel '" + std::string(name) + "' (not in this build)", "",
                   "choose from " + known);
}

void check_can_render(const Kernel& kernel, const plan::SamplingPlan& plan) {
  const std::string why = kernel.why_not(plan);
  if (why.empty()) return;
  throw UsageError(fmt::format("the kernel '{}' for this run ({})", kernel.name, why), "-kernel",
                   "leave out -kernel");
}

}  // namespace nanobragg::kernel
