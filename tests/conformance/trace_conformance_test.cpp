// The records of every kernel that shows its steps: they are those of the image, they add up to it,
// and two kernels tell the same story.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/trace/pixel_lines.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {

void PrintTo(const NamedExperiment& experiment, std::ostream* out);

namespace {

using compat::Quirk;
using compat::QuirkSet;
using kernel::PixelRecord;
using kernel::Precision;
using kernel::StepSelection;

// A kernel in one of its ways to compute.
struct Variant {
  const kernel::Kernel* kernel;
  Precision precision;
  QuirkSet quirks;
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!kernel.trace) continue;
    all.push_back({&kernel, Precision::float64, QuirkSet::physical()});
    if (kernel.name == "reference") {
      all.push_back({&kernel, Precision::float64, QuirkSet::reference()});
    }
    if (kernel.precisions == kernel::PrecisionSupport::both) {
      all.push_back({&kernel, Precision::float32, QuirkSet::physical()});
    }
  }
  return all;
}

// Every so many of the pixels that are rendered, the first included.
std::vector<PixelIndex> some_pixels(const plan::SamplingPlan& plan, std::size_t stride) {
  std::vector<PixelIndex> rendered;
  const ImageShape shape = plan.detector.panels[0].shape;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const PixelIndex pixel{i / shape.fast, i % shape.fast};
    if (plan.renders(pixel)) rendered.push_back(pixel);
  }
  std::vector<PixelIndex> some;
  for (std::size_t i = 0; i < rendered.size(); i += stride) some.push_back(rendered[i]);
  return some;
}

std::vector<PixelRecord> records(const Variant& variant, const plan::SamplingPlan& plan,
                                 std::span<const PixelIndex> pixels, StepSelection steps) {
  std::vector<PixelRecord> all;
  image::trace(*plan::panel_plan(plan, 0), *variant.kernel, pixels, {steps, variant.precision},
               [&](const PixelRecord& record) { all.push_back(record); });
  return all;
}

// The contributions in the arithmetic of the kernel, in the order of the computation.
template <class T>
double sum_of_steps(const PixelRecord& record, T start) {
  T sum = start;
  for (const kernel::PointRecord& point : record.points) {
    for (const kernel::SourceRecord& source : point.sources) {
      for (const kernel::StepRecord& step : source.steps) sum += static_cast<T>(step.contribution);
    }
  }
  return sum;
}

std::size_t number_of_steps(const PixelRecord& record) {
  std::size_t count = 0;
  for (const kernel::PointRecord& point : record.points) {
    for (const kernel::SourceRecord& source : point.sources) count += source.steps.size();
  }
  return count;
}

// Each stage after the kernel acts on floats and rounds once more.
void expect_in_floats(const PixelRecord& record, double photons, float pixel) {
  const auto& [water, slabs, haloes, profiles, images] = record.diffuse;
  int stages = record.transmission != 1.0 ? 1 : 0;
  for (const double added : {water, haloes, profiles, images}) stages += added != 0.0 ? 1 : 0;
  if (stages == 0) {
    ASSERT_EQ(static_cast<float>(photons), pixel);
  } else {
    ASSERT_NEAR(photons, pixel, 1.2e-7 * stages * pixel);
  }
}

class TraceConformance : public testing::TestWithParam<NamedExperiment> {
 protected:
  plan::SamplingPlan plan(QuirkSet quirks) const {
    return plan::make_plan(GetParam().parts.build(), quirks);
  }
};

TEST_P(TraceConformance, TracedPixelIsTheRenderedOne) {
  for (const Variant& variant : variants()) {
    SCOPED_TRACE(variant.kernel->name);
    const plan::SamplingPlan plan = this->plan(variant.quirks);
    const kernel::RunOptions options{.precision = variant.precision};
    const Image<double> exact = image::simulate_f64(plan, *variant.kernel, options).photons;
    const Image<float> image = image::simulate(plan, *variant.kernel, options).photons;
    const std::vector<PixelIndex> pixels = some_pixels(plan, 29);
    for (const PixelRecord& record : records(variant, plan, pixels, StepSelection::first_of_each)) {
      ASSERT_EQ(record.photons, exact[record.pixel]) << record.pixel.slow << record.pixel.fast;
      expect_in_floats(record, record.photons, image[record.pixel]);
    }
    // One by one, each trace has to find out by itself what earlier pixels left behind.
    for (const PixelIndex pixel : pixels) {
      const auto alone = records(variant, plan, {{pixel}}, StepSelection::first_of_each);
      ASSERT_EQ(alone.front().photons, exact[pixel]) << pixel.slow << " " << pixel.fast;
    }
  }
}

TEST_P(TraceConformance, TheStepsAddUpToTheSumAndToThePixel) {
  for (const Variant& variant : variants()) {
    SCOPED_TRACE(variant.kernel->name);
    const plan::SamplingPlan plan = this->plan(variant.quirks);
    // There a later factor multiplies what was added before.
    if (variant.quirks.has(Quirk::running_product)) continue;
    const Image<float> image =
        image::simulate(plan, *variant.kernel, {.precision = variant.precision}).photons;
    for (const PixelRecord& record :
         records(variant, plan, some_pixels(plan, 97), StepSelection::all)) {
      const bool single = variant.precision == Precision::float32;
      const double steps = single ? sum_of_steps<float>(record, 0.0F) : sum_of_steps(record, 0.0);
      const double sum = kernel::rounded_to(variant.precision, steps + record.background);
      ASSERT_EQ(sum, record.sum);
      double photons = constants::kClassicalElectronRadiusSquared * plan.beam.fluence *
                       plan.crystal.continuous.blocks / plan.steps;
      photons = kernel::rounded_to(variant.precision,
                                   kernel::rounded_to(variant.precision, photons) * sum);
      const auto times = [&](FactorSampling sampling, double factor) {
        if (sampling == FactorSampling::per_pixel) {
          photons = kernel::rounded_to(variant.precision, photons * factor);
        }
      };
      times(plan.sampling.polarisation, record.polarisation);
      times(plan.sampling.solid_angle, record.solid_angle);
      photons += record.diffuse.haloes;
      photons = kernel::rounded_to(variant.precision, photons + record.diffuse.water);
      photons += record.diffuse.profiles;
      photons *= record.transmission;
      photons += record.diffuse.images;
      expect_in_floats(record, photons, image[record.pixel]);
    }
  }
}

TEST_P(TraceConformance, AllStepsAreAllStepsThatAreNotSkipped) {
  for (const Variant& variant : variants()) {
    const plan::SamplingPlan plan = this->plan(variant.quirks);
    const auto layers = static_cast<std::size_t>(plan.detector.layers.count);
    for (const PixelRecord& record :
         records(variant, plan, some_pixels(plan, 211), StepSelection::all)) {
      std::size_t skipped = 0;
      for (const kernel::PointRecord& point : record.points) {
        skipped += static_cast<std::size_t>(std::ranges::count(
            point.sources, kernel::SourceUse::beyond_resolution_limit, &kernel::SourceRecord::use));
      }
      const std::size_t all = static_cast<std::size_t>(plan.steps) * layers;
      EXPECT_EQ(number_of_steps(record), all - skipped * plan.crystal.lattices.size());
    }
  }
}

double value_of(const trace::Field& field) {
  if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
    return static_cast<double>(*whole);
  }
  return std::get<double>(field.value);
}

// What 1e-12 refers to: amplitudes and intensities to their largest, since sin(πNh) has an absolute
// accuracy; vectors to their length.
double scale_of(const trace::Line& line, const trace::Field& field, double peak,
                double largest_sum) {
  const std::string& key = field.name.empty() ? line.key : field.name;
  if (key.starts_with("F_latt")) return key == "F_latt_squared" ? peak * peak : peak;
  if (key == "I_before_scaling") return largest_sum;
  double square = 0.0;
  for (const trace::Field& each : line.fields) {
    if (each.name.empty()) square += value_of(each) * value_of(each);
  }
  return std::max(std::sqrt(square), std::abs(value_of(field)));
}

void expect_same_story(const std::vector<trace::Line>& lines,
                       const std::vector<trace::Line>& expected, double peak, double largest_sum) {
  ASSERT_EQ(lines.size(), expected.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const trace::Line& line = expected[i];
    ASSERT_EQ(lines[i].key, line.key);
    ASSERT_EQ(lines[i].fields.size(), line.fields.size());
    for (std::size_t j = 0; j < line.fields.size(); ++j) {
      const trace::Field& field = line.fields[j];
      // The photons of a faint pixel inherit the absolute accuracy of the intensity.
      if (line.key == "I_pixel_final" || line.key == "floatimage_accumulated") continue;
      // F_cell² stands two lines before what it multiplies F_latt² by.
      const double scale = line.key == "I_contribution"
                               ? peak * peak * value_of(expected[i - 2].fields.front())
                               : scale_of(line, field, peak, largest_sum);
      ASSERT_NEAR(value_of(lines[i].fields[j]), value_of(field), 1e-12 * scale)
          << line.key << " " << field.name;
    }
  }
}

TEST_P(TraceConformance, EveryKernelTellsTheSameStoryInPhysicalMode) {
  const plan::SamplingPlan plan = this->plan(QuirkSet::physical());
  const std::vector<PixelIndex> pixels = some_pixels(plan, 41);
  const auto& [na, nb, nc] = plan.crystal.cells;
  const Variant reference{&kernel::find_kernel("reference"), Precision::float64, plan.quirks};
  const auto expected = records(reference, plan, pixels, StepSelection::first_of_each);
  double largest = 0.0;
  for (const PixelRecord& record : expected) largest = std::max(largest, record.sum);
  for (const Variant& variant : variants()) {
    if (variant.precision != Precision::float64 || variant.quirks != plan.quirks) continue;
    SCOPED_TRACE(variant.kernel->name);
    const auto told = records(variant, plan, pixels, StepSelection::first_of_each);
    ASSERT_EQ(told.size(), expected.size());
    for (std::size_t i = 0; i < told.size(); ++i) {
      expect_same_story(trace::pixel_lines(plan, told[i]), trace::pixel_lines(plan, expected[i]),
                        na * nb * nc, largest);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Options, TraceConformance, testing::ValuesIn(option_experiments()),
                         [](const auto& instance) { return instance.param.name; });

// With every quirk that carries something from pixel to pixel: a sweep through 0 that ends at 0 or
// not, a resolution limit that skips the first pixels, and a table that some pixels leave.
class CarriedState : public testing::TestWithParam<int> {};

TEST_P(CarriedState, IsThatOfTheRasterOrder) {
  ExperimentParts parts = small_experiment();
  constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;
  const int steps = 1 + GetParam() % 4;
  parts.spindle.start = Radian(GetParam() / 4 % 2 == 0 ? 0.0 : -0.3 * (steps - 1) * kDegree);
  parts.spindle.oscillation = {steps, 0.3 * steps * kDegree, {}};
  parts.crystal.cells = {1, 2, 2};
  parts.structure_factors = random_amplitudes(4, 3.0, 2);
  parts.sampling.interpolation =
      GetParam() / 8 == 0 ? Interpolation::tricubic : Interpolation::nearest;
  parts.sampling.resolution_limit = Metre(9e-10);
  const plan::SamplingPlan plan = plan::make_plan(parts.build(), QuirkSet::reference());
  const kernel::Kernel& kernel = kernel::find_kernel("reference");
  const Image<double> image = image::simulate_f64(plan, kernel, {}).photons;
  for (const PixelIndex pixel : some_pixels(plan, 7)) {
    kernel.trace(*plan::panel_plan(plan, 0), {{pixel}}, {}, [&](const PixelRecord& record) {
      ASSERT_EQ(record.photons, image[pixel]) << pixel.slow << " " << pixel.fast;
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Sweeps, CarriedState, testing::Range(0, 16));

}  // namespace

}  // namespace nanobragg::test
