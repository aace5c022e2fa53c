// Refinements of a small experiment, and what they refuse.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/refine/objective.hpp"
#include "support/refinement.hpp"

namespace nanobragg::test {
namespace {

using refine::Problem;

Experiment truth() {
  ExperimentParts parts = refinable_experiment();
  parts.panel.shape = {96, 96};
  parts.spindle.oscillation = {4, 0.5 / constants::kDegreesPerRadian, {}};
  return parts.build();
}

Experiment start() {
  return with(truth(), {{"misset_x", value_of(truth(), "misset_x") + 0.15},
                        {"cell_a", 40.1},
                        {"fluence", 10.0 * value_of(truth(), "fluence")}});
}

Problem small_problem(const std::vector<std::string>& names = {"cell_a", "misset_x", "fluence"}) {
  return problem_of(truth(), start(), names, 1);
}

void expect_recovered(const refine::Result& result) {
  EXPECT_EQ(result.outcome, refine::Outcome::converged) << result.why;
  for (const char* name : {"cell_a", "misset_x", "fluence"}) {
    EXPECT_NEAR(refined_value(result, name), value_of(truth(), name),
                4.0 * uncertainty_of(result, name))
        << name;
  }
  EXPECT_NEAR(result.after.reduced_chi_squared, 1.0, 0.1);
}

std::string error_of(const Problem& problem) {
  try {
    refine::refine(problem);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
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

TEST(Refine, AdamComesClose) {
  Problem problem = small_problem();
  problem.options.method = refine::Method::adam;
  problem.start = with(truth(), {{"misset_x", value_of(truth(), "misset_x") + 0.05},
                                 {"fluence", 2.0 * value_of(truth(), "fluence")}});
  problem.options.iterations = 120;
  const auto result = refine::refine(problem);
  EXPECT_NEAR(refined_value(result, "misset_x"), value_of(truth(), "misset_x"), 0.01);
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
  problem.start = with(truth(), {{"misset_x", value_of(truth(), "misset_x") + 0.05}});
  result = refine::refine(problem);
  EXPECT_EQ(result.pixels, 3000U);
  EXPECT_NEAR(refined_value(result, "misset_x"), value_of(truth(), "misset_x"),
              5.0 * uncertainty_of(result, "misset_x"));
}

TEST(Refine, UsesConsecutiveFrames) {
  Problem problem = small_problem();
  const Experiment next =
      with(truth(), {{"phi", value_of(truth(), "phi") + value_of(truth(), "oscillation")}});
  problem.observations.push_back(
      {noisy_image(next, 3.0, 2), value_of(truth(), "oscillation") / constants::kDegreesPerRadian});
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

TEST(Refine, NamesWhatCannotBeDetermined) {
  // Turning the crystal about the spindle is the same as starting elsewhere on it.
  Problem problem = small_problem();
  problem.start = with(truth(), {{"misset_x", 0}, {"misset_y", 0}, {"misset_z", 0}});
  problem.parameters.ids = plan::find_parameters(std::vector<std::string>{"phi", "misset_x"});
  const std::string degenerate = error_of(problem);
  EXPECT_NE(degenerate.find("degenerate"), std::string::npos) << degenerate;
  EXPECT_NE(degenerate.find("phi"), std::string::npos) << degenerate;
  EXPECT_NE(degenerate.find("misset_x"), std::string::npos) << degenerate;

  problem.parameters.ids = plan::find_parameters(std::vector<std::string>{"mosaic_spread"});
  EXPECT_NE(error_of(problem).find("mosaic_spread"), std::string::npos);
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

  problem = small_problem();
  problem.amplitudes = refine::Amplitudes::refined;
  EXPECT_NE(error_of(problem).find("lbfgs"), std::string::npos);
}

}  // namespace
}  // namespace nanobragg::test
