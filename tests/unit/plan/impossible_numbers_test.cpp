// Numbers that no experiment has, on the ways to a plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "support/experiments.hpp"

namespace nanobragg::plan {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class Change>
void expect_refused(const Change& change, const std::string& words) {
  test::ExperimentParts parts = test::small_experiment();
  change(parts);
  EXPECT_THAT([&] { make_plan(parts.build(), compat::QuirkSet::physical()); },
              ThrowsMessage<Error>(HasSubstr(words)));
}

TEST(ImpossibleNumbers, OfTheBeam) {
  expect_refused([](auto& e) { e.beam.wavelength = Metre(1.0); }, "wavelength 1e+10 Å");
  expect_refused([](auto& e) { e.beam.wavelength = Metre(kNan); }, "wavelength nan");
  expect_refused([](auto& e) { e.beam.dispersion.range = 2.0; }, "dispersion 200 %");
  expect_refused([](auto& e) { e.beam.dispersion.range = -0.1; }, "dispersion -10 %");
  expect_refused([](auto& e) { e.beam.divergence.vertical.range = 1e6; }, "divergence");
  expect_refused([](auto& e) { e.beam.fluence = kInfinity; }, "fluence");
  expect_refused([](auto& e) { e.beam.direction = {}; }, "direction");
  expect_refused(
      [](auto& e) {
        e.beam.sources = {{{0, 0, -1}, Metre(1.0), 1.0}};
      },
      "wavelength 1e+10 Å");
}

// A count and a step may lead beyond the range that they are said to sample.
TEST(ImpossibleNumbers, OfSampledWavelengths) {
  expect_refused([](auto& e) { e.beam.dispersion = {2000, 0.1, 1e3}; }, "sampled wavelength");
}

TEST(ImpossibleNumbers, OfWhatHasNoConstructor) {
  expect_refused([](auto& e) { e.spindle.start = Radian(kNan); }, "spindle angle");
  expect_refused([](auto& e) { e.spindle.axis = {}; }, "spindle has no direction");
  expect_refused([](auto& e) { e.spindle.oscillation.range = kInfinity; }, "spindle range");
  expect_refused([](auto& e) { e.sensor.thickness.range = -1e-6; }, "thickness");
  expect_refused([](auto& e) { e.water = Metre(kNan); }, "water");
  expect_refused([](auto& e) { e.sampling.oversample = 90001; }, "90001² sub-pixels");
  expect_refused([](auto& e) { e.sampling.oversample = 0; }, "0² sub-pixels");
  expect_refused([](auto& e) { e.sampling.resolution_limit = Metre(kNan); }, "resolution limit");
}

TEST(ImpossibleNumbers, OfPanels) {
  expect_refused([](auto& e) { e.panel.corner_m.z = 1e30; }, "from the sample");
  expect_refused([](auto& e) { e.panel.fast = {}; }, "axis of a detector panel");
  expect_refused([](auto& e) { e.panel.distance = Metre(kNan); }, "infinite distance");
}

TEST(ImpossibleNumbers, OfAmplitudes) {
  EXPECT_THROW(StructureFactors(1e200), Error);
  EXPECT_THROW(StructureFactors{kNan}, Error);
  const Reflection reflection{{1, 2, 3}, 1e200};
  EXPECT_THROW(StructureFactors::from_reflections({&reflection, 1}, 0.0), Error);
  EXPECT_THROW(StructureFactors::from_table({{0, 0, 0}, {0, 0, 0}}, {kNan}, 0.0), Error);
}

TEST(ImpossibleNumbers, OfParameters) {
  const Experiment experiment = test::small_experiment().build();
  const ParameterValues<double> now = values_of(experiment);
  EXPECT_NO_THROW(with_values(experiment, now));
  for (const Parameter& row : parameters()) {
    for (const double bad : {kNan, kInfinity, -kInfinity}) {
      ParameterValues<double> changed = now;
      changed[row.id] = bad;
      EXPECT_THAT([&] { with_values(experiment, changed); },
                  ThrowsMessage<Error>(HasSubstr(std::string("of ") + std::string(row.name))))
          << row.name << " " << bad;
    }
  }
}

}  // namespace
}  // namespace nanobragg::plan
