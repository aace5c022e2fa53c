// The lines of a pixel's record: what is left out, and what is rounded.
#include "nanobragg/trace/pixel_lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/trace/text_writer.hpp"
#include "support/experiments.hpp"

namespace nanobragg::trace {
namespace {

using test::ExperimentParts;
using test::small_experiment;

std::string trace(const ExperimentParts& parts, kernel::Precision precision) {
  const plan::SamplingPlan plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  std::string text;
  image::trace(*plan::panel_plan(plan, 0), kernel::find_kernel("scalar"), {{{5, 6}}},
               {.precision = precision}, [&](const kernel::PixelRecord& record) {
                 text = to_text(pixel_lines(plan, record));
               });
  return text;
}

std::size_t count_of(const std::string& text, const std::string& key) {
  std::size_t count = 0;
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) ++count;
  return count;
}

TEST(PixelLines, ShowEachPointOfTheSensor) {
  ExperimentParts parts = small_experiment();
  parts.sampling.oversample = 2;
  parts.sensor = {{3, 4.5e-4, {}}, 1.0 / 3e-4};
  const std::string text = trace(parts, kernel::Precision::float64);
  EXPECT_EQ(count_of(text, "TRACE_CPP: pixel_pos_meters "), 12u);
  EXPECT_EQ(count_of(text, "TRACE_CPP: I_before_scaling "), 1u);
}

// Only the transform of a parallelepiped is a product of three.
TEST(PixelLines, LeaveOutFactorsThatAShapeDoesNotHave) {
  ExperimentParts parts = small_experiment();
  EXPECT_EQ(count_of(trace(parts, kernel::Precision::float64), "F_latt_b"), 2u);
  parts.crystal.shape = CrystalShape::gauss;
  EXPECT_EQ(count_of(trace(parts, kernel::Precision::float64), "F_latt_b"), 0u);
}

TEST(PixelLines, LeaveOutAnAmplitudeThatWasNotLookedUp) {
  ExperimentParts parts = small_experiment();
  parts.crystal.shape = CrystalShape::tophat;
  const std::string text = trace(parts, kernel::Precision::float64);
  EXPECT_EQ(count_of(text, "TRACE_CPP: F_latt 0\n"), 1u);
  EXPECT_EQ(count_of(text, "TRACE_CPP: F_cell "), 0u);
}

TEST(PixelLines, EndWithTheSourceBeyondTheResolutionLimit) {
  ExperimentParts parts = small_experiment();
  parts.sampling.resolution_limit = Metre(1e-6);
  const std::string text = trace(parts, kernel::Precision::float64);
  EXPECT_EQ(count_of(text, "TRACE_CPP: scattering_vec_A_inv "), 1u);
  EXPECT_EQ(count_of(text, "TRACE_CPP: hkl_frac "), 0u);
  EXPECT_EQ(count_of(text, "TRACE_CPP: I_pixel_final 0\n"), 1u);
}

// Three numbers side by side, which a compiler may be tempted to leave as they are.
TEST(PixelLines, RoundWhatTheKernelDoesNotHold) {
  ExperimentParts parts = small_experiment();
  parts.panel.corner_m = {-0.1, 0.3, 0.7};
  const std::string text = trace(parts, kernel::Precision::float32);
  EXPECT_EQ(count_of(text,
                     "pix0_vector_meters -0.100000001490116 0.300000011920929 "
                     "0.699999988079071\n"),
            1u);
}

}  // namespace
}  // namespace nanobragg::trace
