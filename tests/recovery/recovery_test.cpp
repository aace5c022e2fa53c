#include <gtest/gtest.h>

#include <cstdio>

#include "support/refinement.hpp"
namespace nanobragg::test {
namespace {
TEST(Recovery, Probe) {
  const Experiment truth = refinable_experiment().build();
  double sum = 0, mx = 0;
  auto im = noisy_image(truth, 0, 1);
  for (double p : im.pixels()) {
    sum += p;
    mx = std::max(mx, p);
  }
  std::printf("sum %g max %g\n", sum, mx);
  const Experiment start = with(truth, {{"misset_x", value_of(truth, "misset_x") + 0.15},
                                        {"misset_y", value_of(truth, "misset_y") - 0.15},
                                        {"cell_a", 40.15},
                                        {"cell_b", 49.9},
                                        {"cell_alpha", 80.1},
                                        {"Na", 12},
                                        {"Nb", 12},
                                        {"Nc", 12},
                                        {"fluence", 2e29}});
  auto problem = problem_of(truth, start, {"cell", "misset", "N", "scale"}, 1);
  if (getenv("GAUSS")) {
    problem.options.loss.kind = refine::LossKind::gaussian;
    problem.options.loss.read_noise = atof(getenv("GAUSS"));
    problem.options.loss.variance =
        getenv("OBS") ? refine::Variance::observed : refine::Variance::model;
  };
  auto r = refine::refine(problem, [](const refine::Step& s) {
    std::printf("%d %d %g %g %g %.2f\n", int(s.stage), s.iteration, s.loss, s.gradient, s.step,
                s.seconds);
    return refine::Flow::go_on;
  });
  std::printf("%s pixels %zu chi2 %g -> %g\n", r.why.c_str(), r.pixels,
              r.before.reduced_chi_squared, r.after.reduced_chi_squared);
  for (auto& p : r.parameters) {
    auto& i = plan::info(p.parameter.ids[0]);
    std::printf("%s %.6g -> %.6g +- %.2g (%g)\n", p.parameter.name.c_str(),
                p.parameter.start * i.per_internal, p.value * i.per_internal,
                p.uncertainty * i.per_internal, value_of(truth, std::string(i.name)));
  }
}
}  // namespace
}  // namespace nanobragg::test
