// The list of kernels: a new backend is one line here.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/analytic/analytic_kernel.hpp"
#include "nanobragg/kernel/analytic/spot_gradient.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
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

std::string knows_no_quirks(const plan::SamplingPlan& plan) {
  return plan.quirks.acts_on(compat::Scope::pixels) ? "it computes the physics without quirks" : "";
}

// Of kernels that sum over samples.
std::string why_not_sampled(const plan::SamplingPlan& plan) {
  return plan.beam.normal.lines_are_wide
             ? "it takes each line of the spectrum for one wavelength, and these have a width"
             : "";
}

std::string why_not_physics(const plan::SamplingPlan& plan) {
  const std::string why = knows_no_quirks(plan);
  return why.empty() ? why_not_sampled(plan) : why;
}

std::string why_not_sparse(const plan::SamplingPlan& plan) {
  const std::string why = why_not_physics(plan);
  return why.empty() ? sparse::ReflectionSearch::why_not(plan.detector, plan.crystal) : why;
}

std::string why_not_analytic(const plan::SamplingPlan& plan) {
  const std::string why = knows_no_quirks(plan);
  return why.empty() ? analytic::why_not(plan.crystal, plan.detector) : why;
}

template <simd::Isa kIsa>
constexpr Kernel simd_kernel(std::string_view name, std::string_view description) {
  return {.name = name,
          .description = description,
          .why_not = why_not_physics,
          .water = Water::added_later,
          .precisions = PrecisionSupport::both,
          .default_precision = Precision::float32,
          .render_f32 = simd::render<float, kIsa>,
          .render_f64 = simd::render<double, kIsa>,
          .trace = nullptr,
          .gradient = {.slopes = simd::differentiate<kIsa>, .weighted = simd::add_weighted<kIsa>}};
}

// "auto" integrates where nobody asked for samples, and where the closed form is as good as they.
// Of a plan, or of one panel of it.
template <class Plan>
bool auto_integrates(const Plan& plan) {
  return plan.sampling.smearing == Smearing::integrated &&
         !plan.quirks.acts_on(compat::Scope::pixels) &&
         analytic::why_not(plan.crystal, plan.detector).empty() &&
         analytic::is_accurate(plan.beam, plan.crystal);
}

std::string why_not_auto(const plan::SamplingPlan& plan) {
  const std::string why = knows_no_quirks(plan);
  if (!why.empty() || !plan.beam.normal.lines_are_wide || auto_integrates(plan)) return why;
  const std::string no_form = analytic::why_not(plan.crystal, plan.detector);
  return "the lines of the spectrum have a width, which closed forms alone have, and " +
         (no_form.empty() ? std::string("samples are asked for, or as good") : no_form);
}

std::shared_ptr<const Preparation> prepare_for_auto(const plan::PanelPlan& plan,
                                                    const plan::SampleTangents& tangents,
                                                    std::size_t threads) {
  return auto_integrates(plan) ? analytic::prepare(plan, tangents, threads) : nullptr;
}

void differentiate_for_auto(const PixelBatch& batch, PixelSlopes& to) {
  batch.prepared ? analytic::differentiate(batch, to)
                 : simd::differentiate<simd::Isa::best>(batch, to);
}

void add_weighted_for_auto(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  batch.prepared ? analytic::add_weighted(batch, weigher, inputs)
                 : simd::add_weighted<simd::Isa::best>(batch, weigher, inputs);
}

// No pairs are gone through where nothing is sampled.
std::size_t parts_for_auto(const plan::PanelPlan& plan, std::span<const PixelRun> runs) {
  return auto_integrates(plan) ? 0 : sparse::worthwhile_active_finder().parts(plan, runs);
}

template <class Real>
RunReport render_sparsely(const plan::PanelPlan& plan, ImageView<Real> image,
                          const RunOptions& options) {
  return sparse::render<Real>(plan, image, options, simd::patch_code());
}

// In closed form where it may; else reflection by reflection where few pixels are lit at a time, or
// every pixel and step.
template <class Real>
RunReport render_fastest(const plan::PanelPlan& plan, ImageView<Real> image,
                         const RunOptions& options) {
  if (auto_integrates(plan)) return analytic::render<Real>(plan, image, options);
  return sparse::is_worthwhile(plan) ? render_sparsely<Real>(plan, image, options)
                                     : simd::render<Real, simd::Isa::best>(plan, image, options);
}

// One function a row, in the order of the list.
Kernel reference_kernel() {
  return {.name = "reference",
          .description = "nanoBragg.c operation by operation, on one thread",
          .why_not = why_not_sampled,
          .water = Water::included,
          .precisions = PrecisionSupport::float64,
          .default_precision = Precision::float64,
          .render_f32 = reference::render<float>,
          .render_f64 = reference::render<double>,
          .trace = reference::trace};
}

Kernel scalar_kernel() {
  return {.name = "scalar",
          .description = "the physics, plainly written, on all threads",
          .why_not = why_not_physics,
          .water = Water::added_later,
          .precisions = PrecisionSupport::both,
          .default_precision = Precision::float64,
          .render_f32 = scalar::render<float>,
          .render_f64 = scalar::render<double>,
          .trace = scalar::trace,
          .gradient = {.slopes = scalar::differentiate}};
}

Kernel auto_kernel() {
  return {.name = "auto",
          .description = "analytic where it may, sparse where little is lit, else simd",
          .why_not = why_not_auto,
          .water = Water::added_later,
          .precisions = PrecisionSupport::both,
          .default_precision = Precision::float32,
          .render_f32 = render_fastest<float>,
          .render_f64 = render_fastest<double>,
          .trace = nullptr,
          .gradient = {.slopes = differentiate_for_auto,
                       .prepare = prepare_for_auto,
                       .weighted = add_weighted_for_auto,
                       .active = {parts_for_auto, sparse::worthwhile_active_finder().find}},
          .integration = Integration::where_accurate,
          .integrates = auto_integrates<plan::SamplingPlan>};
}

Kernel sparse_kernel() {
  return {.name = "sparse",
          .description = "from the reflections to the pixels they light",
          .why_not = why_not_sparse,
          .water = Water::added_later,
          .precisions = PrecisionSupport::both,
          .default_precision = Precision::float32,
          .render_f32 = render_sparsely<float>,
          .render_f64 = render_sparsely<double>,
          .trace = nullptr,
          .gradient = {.slopes = simd::differentiate<simd::Isa::best>,
                       .weighted = simd::add_weighted<simd::Isa::best>,
                       .active = sparse::active_finder()}};
}

Kernel analytic_kernel() {
  return {.name = "analytic",
          .description = "Gaussian spots in closed form: nothing is sampled",
          .why_not = why_not_analytic,
          .water = Water::added_later,
          .precisions = PrecisionSupport::float64,
          .default_precision = Precision::float64,
          .render_f32 = analytic::render<float>,
          .render_f64 = analytic::render<double>,
          .trace = nullptr,
          .gradient = {.slopes = analytic::differentiate,
                       .prepare = analytic::prepare,
                       .weighted = analytic::add_weighted},
          .integration = Integration::always};
}

std::vector<Kernel> kernels_of_this_machine() {
  using simd::Isa;
  std::vector<Kernel> list{reference_kernel(), scalar_kernel(), auto_kernel(), sparse_kernel(),
                           analytic_kernel()};
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

namespace {

// A hint. Kernels for one instruction set are left out.
std::string kernels_that_can(const plan::SamplingPlan& plan) {
  std::string names;
  for (const Kernel& kernel : kernels()) {
    if (kernel.name.starts_with("simd-") || !kernel.why_not(plan).empty()) continue;
    names.append(names.empty() ? "" : ", ").append(kernel.name);
  }
  if (!names.empty()) return "leave out -kernel, or choose from " + names;
  return "no kernel can: closed forms take -gauss_cells, -mosaic_shape gauss and flat panels";
}

}  // namespace

void check_can_render(const Kernel& kernel, const plan::SamplingPlan& plan) {
  const std::string why = kernel.why_not(plan);
  if (why.empty()) return;
  throw UsageError(fmt::format("the kernel '{}' for this run ({})", kernel.name, why), "-kernel",
                   kernels_that_can(plan));
}

}  // namespace nanobragg::kernel
