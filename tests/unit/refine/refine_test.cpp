// Refinements of a small experiment, and what they refuse.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/refine/objective.hpp"
#include "support/refinement.hpp"

namespace nanobragg::test {
namespace {

using refine::Problem;

Experiment start() {
  return with(small_truth(), {{"misset_x", value_of(small_truth(), "misset_x") + 0.15},
                              {"cell_a", 40.1},
                              {"fluence", 10.0 * value_of(small_truth(), "fluence")}});
}

Problem small_problem(const std::vector<std::string>& names = {"cell_a", "misset_x", "fluence"}) {
  return problem_of(small_truth(), start(), names, 1);
}

void expect_recovered(const refine::Result& result) {
  EXPECT_EQ(result.outcome, refine::Outcome::converged) << result.why;
  for (const char* name : {"cell_a", "misset_x", "fluence"}) {
    EXPECT_NEAR(refined_value(result, name), value_of(small_truth(), name),
                4.0 * uncertainty_of(result, name))
        << name;
  }
  EXPECT_NEAR(result.after.reduced_chi_squared, 1.0, 0.1);
}

// The normal equations of the steps come from lit pixels alone, or from all.
TEST(Refine, OfAGaussCrystalIsTheSameFromItsLitPixels) {
  ExperimentParts parts = refinable_experiment();
  parts.panel.shape = {96, 96};
  parts.crystal.shape = CrystalShape::gauss;
  parts.crystal.fudge = 1e-2;
  const Experiment gauss = parts.build();
  const Experiment off = with(gauss, {{"misset_x", value_of(gauss, "misset_x") + 0.05}});
  Problem problem = problem_of(gauss, off, {"cell_a", "misset_x", "fluence"}, 1);
  problem.options.kernel = &kernel::find_kernel("simd");
  const refine::Result expected = refine::refine(problem);
  problem.options.kernel = &kernel::find_kernel("sparse");
  const refine::Result found = refine::refine(problem);
  for (const char* name : {"cell_a", "misset_x", "fluence"}) {
    const double sigma = uncertainty_of(expected, name);
    EXPECT_NEAR(refined_value(found, name), value_of(gauss, name), 4.0 * sigma) << name;
    EXPECT_NEAR(refined_value(found, name), refined_value(expected, name), 1e-3 * sigma) << name;
    EXPECT_NEAR(uncertainty_of(found, name), sigma, 1e-6 * sigma) << name;
  }
}

TEST(Refine, RecoversTheTruthWithEveryMethodAndLoss) {
  Problem problem = small_problem();
  expect_recovered(refine::refine(problem));
  problem.options.method = refine::Method::lbfgs;
  expect_recovered(refine::refine(problem));
  problem.options.method = refine::Method::levenberg_marquardt;
  problem.options.loss = {refine::LossKind::gaussian, refine::Variance::model, 0.5, {}};
  expect_recovered(refine::refine(problem));
  problem.options.loss = {.huber = 4.0};
  expect_recovered(refine::refine(problem));
}

// A background a thousand times too strong: its gradient dwarfs that of the crystal, whose
// parameters are not to run away meanwhile, and units that fit the start do not fit the end.
TEST(Refine, RecoversFromMuchTooMuchWater) {
  const Experiment wet = with(small_truth(), {{"water", 0.68}});
  const std::vector<std::string> names{"water", "fluence", "misset_x", "cell_a"};
  Problem problem = problem_of(
      wet, with(wet, {{"water", 6.8}, {"misset_x", value_of(wet, "misset_x") + 0.1}}), names, 1);
  problem.observations[0].photons = noisy_image(wet, 0.0, 1);
  problem.options.background = refine::BackgroundKind::none;
  for (const auto method : {refine::Method::levenberg_marquardt, refine::Method::lbfgs}) {
    problem.options.method = method;
    const auto result = refine::refine(problem);
    EXPECT_EQ(result.outcome, refine::Outcome::converged) << result.why;
    for (const std::string& name : names) {
      EXPECT_NEAR(refined_value(result, name), value_of(wet, name),
                  4.0 * uncertainty_of(result, name))
          << name;
    }
    EXPECT_NEAR(result.after.reduced_chi_squared, 1.0, 0.1);
  }
}

TEST(Refine, AdamComesClose) {
  Problem problem = small_problem();
  problem.options.method = refine::Method::adam;
  problem.start = with(small_truth(), {{"misset_x", value_of(small_truth(), "misset_x") + 0.05},
                                       {"fluence", 2.0 * value_of(small_truth(), "fluence")}});
  problem.options.iterations = 120;
  const auto result = refine::refine(problem);
  EXPECT_NEAR(refined_value(result, "misset_x"), value_of(small_truth(), "misset_x"), 0.01);
  EXPECT_LT(result.after.loss, result.before.loss);
}

TEST(Refine, RecoversFromSpotsAndFromRandomPixels) {
  Problem problem = small_problem();
  problem.options.pixels = refine::PredictedSpots{20, 6};
  problem.options.background = refine::BackgroundKind::plane;
  auto result = refine::refine(problem);
  expect_recovered(result);
  EXPECT_LT(result.pixels, 96U * 96U);
  EXPECT_NEAR(result.backgrounds.at(0), 3.0, 0.2);

  problem.options.background = refine::BackgroundKind::constant;
  problem.options.pixels = refine::RandomPixels{3000, 7};
  problem.start = with(small_truth(), {{"misset_x", value_of(small_truth(), "misset_x") + 0.05}});
  result = refine::refine(problem);
  EXPECT_EQ(result.pixels, 96U * 96U);  // all judge the end
  EXPECT_NEAR(refined_value(result, "misset_x"), value_of(small_truth(), "misset_x"),
              5.0 * uncertainty_of(result, "misset_x"));
}

TEST(Refine, UsesConsecutiveFrames) {
  Problem problem = small_problem();
  const Experiment next =
      with(small_truth(),
           {{"phi", value_of(small_truth(), "phi") + value_of(small_truth(), "oscillation")}});
  problem.observations.push_back(
      {noisy_image(next, 3.0, 2),
       value_of(small_truth(), "oscillation") / constants::kDegreesPerRadian});
  const auto two = refine::refine(problem);
  expect_recovered(two);
  const auto one = refine::refine(small_problem());
  EXPECT_LT(uncertainty_of(two, "misset_x"), uncertainty_of(one, "misset_x"));
}

TEST(Refine, DoesNotDependOnTheNumberOfThreads) {
  Problem problem = small_problem();
  problem.options.threads = 1;
  const auto one = refine::refine(problem);
  problem.options.threads = 3;
  const auto three = refine::refine(problem);
  EXPECT_EQ(one.parameters[0].value, three.parameters[0].value);
  EXPECT_EQ(one.parameters[1].uncertainty, three.parameters[1].uncertainty);
}

TEST(Refine, RespectsBoundsAndRestraints) {
  Problem problem = small_problem();
  problem.parameters.bounds = {{plan::ParameterId::cell_a, 40.05, 40.5}};
  for (const auto method : {refine::Method::levenberg_marquardt, refine::Method::lbfgs}) {
    problem.options.method = method;
    const auto bounded = refine::refine(problem);
    EXPECT_NEAR(refined_value(bounded, "cell_a"), 40.05, 1e-6);
    EXPECT_TRUE(bounded.parameters[0].at_bound);
  }

  problem = small_problem();
  problem.restraints = {{plan::ParameterId::cell_a, 40.1, 1e-7}};
  const auto restrained = refine::refine(problem);
  EXPECT_NEAR(refined_value(restrained, "cell_a"), 40.1, 1e-5);
  EXPECT_NEAR(uncertainty_of(restrained, "cell_a"), 1e-7, 1e-9);
}

TEST(Refine, StopsAtTheBestStateWhenAsked) {
  const auto result = refine::refine(small_problem(), [](const refine::Step& step) {
    return step.iteration >= 2 ? refine::Flow::stop : refine::Flow::go_on;
  });
  EXPECT_EQ(result.outcome, refine::Outcome::interrupted);
  EXPECT_LT(result.after.loss, result.before.loss);
}

// In the middle of an evaluation.
TEST(Refine, StopsWhereItsProgressStopsIt) {
  for (const auto method :
       {refine::Method::levenberg_marquardt, refine::Method::lbfgs, refine::Method::adam}) {
    // Stopped after ever more of its calls: at the start, in derivatives, in steps that are tried.
    for (const int last : {40, 60, 80, 120}) {
      Problem problem = small_problem();
      problem.options.method = method;
      std::atomic<int> calls = 0;
      problem.options.progress = [&](double) {
        if (++calls == last) throw refine::Stopped{};
      };
      try {
        const auto result = refine::refine(problem);
        EXPECT_EQ(result.outcome, refine::Outcome::interrupted) << last;
        EXPECT_LE(result.after.loss, result.before.loss);
      } catch (const refine::Stopped&) {
        // Before the method began.
        EXPECT_EQ(last, 40);
      }
    }
  }
}

// ∂loss/∂x and the matrix by finite differences of the loss.
TEST(Refine, ObjectiveHasTheGradientOfItsLoss) {
  for (const auto background : {refine::BackgroundKind::none, refine::BackgroundKind::constant}) {
    Problem problem = small_problem({"cell_a", "misset_y", "Na", "fluence"});
    problem.options.background = background;
    problem.restraints = {{plan::ParameterId::cells_a, 15.0, 0.1}};
    const refine::Objective objective(problem, free_parameters(problem.start, problem.parameters));
    const std::vector<double> x{0.1, 0.2, -0.1, -1.0};
    const auto at = objective.evaluate(x, refine::Wanted::curvature);
    const auto reverse = objective.evaluate(x, refine::Wanted::gradient);
    ASSERT_TRUE(at && reverse);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double step = 1e-5;
      auto up = x, down = x;
      up[i] += step;
      down[i] -= step;
      const double slope = (objective.evaluate(up, refine::Wanted::loss)->loss -
                            objective.evaluate(down, refine::Wanted::loss)->loss) /
                           (2 * step);
      EXPECT_NEAR(at->gradient[i], slope, 1e-4 * std::abs(slope)) << i;
      EXPECT_NEAR(reverse->gradient[i], at->gradient[i], 1e-9 * std::abs(slope)) << i;
    }
  }
}

// The rows of its panel as two panels.
Experiment halved(Experiment experiment) {
  PanelValues upper = *experiment.detector.panels.front();
  upper.shape.slow /= 2;
  PanelValues lower = upper;
  lower.corner_m = upper.corner_m +
                   static_cast<double>(upper.shape.slow) * upper.pixel_size.value() * upper.slow;
  experiment.detector.panels = {Panel(upper), Panel(lower)};
  experiment.detector.placement.reset();
  return experiment;
}

TEST(Refine, AddsUpPanels) {
  const std::vector<std::string> names{"cell_a", "misset_y", "origin_x", "origin_z", "fluence"};
  for (const refine::PixelSelection& pixels :
       {refine::PixelSelection(refine::AllPixels{}),
        refine::PixelSelection(refine::PixelBoxes{{{{10, 20}, {80, 60}}, {{60, 5}, {90, 30}}}})}) {
    Problem whole = small_problem(names);
    whole.start.detector.placement.reset();
    whole.options.background = refine::BackgroundKind::none;
    whole.options.pixels = pixels;
    Problem halves = whole;
    halves.start = halved(whole.start);
    const refine::Objective one(whole, free_parameters(whole.start, whole.parameters));
    const refine::Objective two(halves, free_parameters(halves.start, halves.parameters));
    const std::vector<double> x{0.1, 0.2, 0.05, -0.1, -1.0};
    for (const auto wanted : {refine::Wanted::curvature, refine::Wanted::gradient}) {
      const auto of_one = one.evaluate(x, wanted);
      const auto of_two = two.evaluate(x, wanted);
      ASSERT_TRUE(of_one && of_two);
      EXPECT_NEAR(of_two->loss, of_one->loss, 1e-10 * of_one->loss);
      const double largest = std::abs(
          *std::ranges::max_element(of_one->gradient, {}, [](double g) { return std::abs(g); }));
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(of_two->gradient[i], of_one->gradient[i], 1e-10 * largest) << names[i];
      }
      for (std::size_t i = 0; i < of_one->normal.size(); ++i) {
        EXPECT_NEAR(of_two->normal[i], of_one->normal[i], 1e-10 * largest) << i;
      }
    }
  }
}

TEST(Refine, RecoversFromSeveralPanels) {
  Problem problem = small_problem({"cell_a", "misset_x", "fluence", "origin_x"});
  problem.start = halved(with(start(), {{"origin_x", value_of(small_truth(), "origin_x") + 0.1}}));
  problem.observations.push_back(problem.observations.front());
  problem.observations.back().photons = noisy_image(with(small_truth(), {{"phi", 0.5}}), 3.0, 2);
  problem.observations.back().turned_rad = 0.5 / constants::kDegreesPerRadian;
  for (const refine::PixelSelection& pixels :
       {refine::PixelSelection(refine::AllPixels{}),
        refine::PixelSelection(refine::PredictedSpots{40, 6})}) {
    problem.options.pixels = pixels;
    const auto result = refine::refine(problem);
    expect_recovered(result);
    EXPECT_NEAR(refined_value(result, "origin_x"), value_of(small_truth(), "origin_x"),
                4.0 * uncertainty_of(result, "origin_x"));
    EXPECT_EQ(result.after.image.shape(), (ImageShape{96, 96}));
    EXPECT_NEAR(result.backgrounds.at(1), 3.0, 0.2);
  }
}

TEST(Refine, KeepsTheBestStateOfARunThatDiverges) {
  // A cell that is nearly flat: steps of a fixed size lead to angles that no cell has.
  const double degree = 1.0 / constants::kDegreesPerRadian;
  ExperimentParts parts =
      refinable_experiment({40, 50, 60, 60 * degree, 60 * degree, 119.998 * degree});
  parts.panel.shape = {64, 64};
  parts.spindle.oscillation = {2, 0.2 * degree, {}};
  const Experiment flat = parts.build();
  Problem problem = problem_of(flat, with(flat, {{"cell_gamma", 119.994}}), {"cell_gamma"}, 1);
  problem.options.method = refine::Method::adam;
  const auto result = refine::refine(problem);
  EXPECT_EQ(result.outcome, refine::Outcome::diverged) << result.why;
  EXPECT_LE(result.after.loss, result.before.loss);
}

TEST(Refine, TellsHowFarAnEvaluationIs) {
  Problem problem = small_problem();
  std::mutex mutex;
  std::vector<double> parts;
  problem.options.progress = [&](double part) {
    const std::lock_guard lock(mutex);
    parts.push_back(part);
  };
  refine::refine(problem);
  ASSERT_FALSE(parts.empty());
  EXPECT_EQ(std::ranges::max(parts), 1.0);
  EXPECT_GT(std::ranges::min(parts), 0.0);
  EXPECT_GT(std::ranges::count_if(parts, [](double part) { return part < 1.0; }), 10);
}

// What is known already is not computed again.
TEST(Refine, EvaluatesNothingTwice) {
  Problem problem = small_problem();
  std::atomic<int> chunks = 0;
  problem.options.progress = [&](double) { ++chunks; };
  const refine::Objective objective(problem,
                                    refine::free_parameters(problem.start, problem.parameters));
  const std::vector<double> zero(objective.size());
  const auto first = objective.evaluate(zero, refine::Wanted::curvature);
  const int once = chunks;
  ASSERT_GT(once, 0);
  const auto loss = objective.evaluate(zero, refine::Wanted::loss);
  const auto again = objective.evaluate(zero, refine::Wanted::curvature);
  EXPECT_EQ(chunks, once);
  ASSERT_TRUE(first && loss && again);
  EXPECT_EQ(loss->loss, first->loss);
  EXPECT_EQ(again->normal, first->normal);
  objective.evaluate(zero, refine::Wanted::information);
  // The background is known: it took one of the two passes.
  EXPECT_EQ(chunks, once + once / 2);
}

TEST(Refine, NamesWhatCannotBeDetermined) {
  // Turning the crystal about the spindle is the same as starting elsewhere on it.
  Problem problem = small_problem();
  problem.start = with(small_truth(), {{"misset_x", 0}, {"misset_y", 0}, {"misset_z", 0}});
  problem.parameters.ids = plan::find_parameters(std::vector<std::string>{"phi", "misset_x"});
  const std::string degenerate = error_of(problem);
  EXPECT_NE(degenerate.find("degenerate"), std::string::npos) << degenerate;
  EXPECT_NE(degenerate.find("phi"), std::string::npos) << degenerate;
  EXPECT_NE(degenerate.find("misset_x"), std::string::npos) << degenerate;

  problem.parameters.ids = plan::find_parameters(std::vector<std::string>{"mosaic_spread"});
  EXPECT_NE(error_of(problem).find("mosaic_spread"), std::string::npos);
}

// One cell along a: there, the derivative by their number is 0.
TEST(Refine, KeepsAnEndThatDoesNotDetermineAParameter) {
  ExperimentParts parts = refinable_experiment();
  parts.panel.shape = {64, 64};
  parts.crystal.shape = CrystalShape::square;
  parts.crystal.cells = {1, 6, 6};
  const Experiment flat = parts.build();
  Problem problem = problem_of(flat, with(flat, {{"Na", 1.5}}), {"Na", "misset_y"}, 1);
  const auto plan = plan::make_plan(flat, compat::QuirkSet::physical());
  Image<double>& photons = problem.observations[0].photons;
  photons = image::simulate_f64(plan, *problem.options.kernel, {.threads = 1}).photons;
  const auto result = refine::refine(problem);
  EXPECT_EQ(refined_value(result, "Na"), 1.0);
  EXPECT_TRUE(std::isinf(uncertainty_of(result, "Na")));
  EXPECT_TRUE(std::isfinite(uncertainty_of(result, "misset_y")));
  EXPECT_NE(result.correlations.undetermined.find("Na"), std::string::npos);
  EXPECT_LT(result.after.loss, result.before.loss);
}

TEST(Refine, RefusesImagesAndBoundsThatCannotBe) {
  Problem problem = small_problem();
  problem.observations[0].photons = Image<double>(ImageShape{95, 96});
  EXPECT_NE(error_of(problem).find("96 x 95"), std::string::npos);

  problem = small_problem();
  for (double& pixel : problem.observations[0].photons.pixels()) {
    pixel = std::numeric_limits<double>::quiet_NaN();
  }
  EXPECT_NE(error_of(problem).find("no pixel of image 1"), std::string::npos);
  problem.observations[0].photons.pixels()[5] = 1.0;
  EXPECT_NE(error_of(problem).find("fewer pixels than parameters"), std::string::npos);

  problem = small_problem();
  problem.parameters.bounds = {{plan::ParameterId::cell_a, 41.0, 42.0}};
  EXPECT_NE(error_of(problem).find("exclude its start"), std::string::npos);
  problem.parameters.bounds = {{plan::ParameterId::cell_b, 41.0, 52.0}};
  EXPECT_NE(error_of(problem).find("not refined"), std::string::npos);
}

}  // namespace
}  // namespace nanobragg::test
