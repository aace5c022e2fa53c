// Derivatives where photons of several lattices add up, and where the detector spreads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "nanobragg/image/gradient.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

using plan::ParameterId;

struct SpreadCase {
  std::string name;
  std::function<void(ExperimentParts&)> change;
};

ExperimentParts parts_of(const SpreadCase& of) {
  ExperimentParts parts = small_experiment();
  parts.water = Metre(5e-8);
  parts.structure_factors = random_amplitudes(12, 3.0, 2);
  of.change(parts);
  return parts;
}

void split(ExperimentParts& e) {
  e.stages.lattices = {{{0, 0, 0}, 2.0}, {{0.02, -0.01, 0.03}, 1.0}};
}

const std::vector<SpreadCase> kCases{
    {"gauss",
     [](ExperimentParts& e) {
       e.stages.point_spread =
           PointSpread{PointSpreadShape::gauss, Metre(1.6 * e.panel.pixel_size.value())};
     }},
    {"fibre",
     [](ExperimentParts& e) {
       e.stages.point_spread =
           PointSpread{PointSpreadShape::fibre, Metre(0.9 * e.panel.pixel_size.value())};
     }},
    {"lattices", split},
    {"lattices_spread_behind_a_beamstop",
     [](ExperimentParts& e) {
       split(e);
       e.stages.point_spread =
           PointSpread{PointSpreadShape::gauss, Metre(0.7 * e.panel.pixel_size.value())};
       e.beamstop = Beamstop{Metre(1.3e-3), Metre(0.03), Metre(6e-4)};
     }},
    {"blocks_of_many_sizes",
     [](ExperimentParts& e) {
       split(e);
       e.crystal.block_sizes = {SizeDistribution::lognormal, 0.3, 4};
     }},
    {"blocks_of_a_gamma_distribution",
     [](ExperimentParts& e) {
       e.crystal.block_sizes = {SizeDistribution::gamma, 0.2, 3};
       e.crystal.displacements.anisotropic_b = {30, 10, 20, 5, -2, -4};
     }},
    {"haloes_of_two_lattices",
     [](ExperimentParts& e) {
       split(e);
       e.crystal.displacements.liquid_motions = {{0.3, 0.5, 0.4}, {30, 20, 45}};
     }},
    {"spread_in_a_region",
     [](ExperimentParts& e) {
       e.stages.point_spread =
           PointSpread{PointSpreadShape::gauss, Metre(1.1 * e.panel.pixel_size.value())};
       e.sampling.region = RegionOfInterest{{5, 7}, {17, 22}};
     }},
};

const std::vector<plan::Variable> kVariables{
    ParameterId::misset_x,    ParameterId::cell_b,       ParameterId::distance,
    ParameterId::fluence,     ParameterId::wavelength,   ParameterId::water,
    ParameterId::beam_fast,   ParameterId::point_spread, ParameterId::cells_a,
    ParameterId::cells_c,     ParameterId::b_11,         ParameterId::b_13,
    ParameterId::sigma_y,     ParameterId::gamma_z,      ParameterId::blocks,
    plan::lattice_turn(0, 0), plan::lattice_turn(1, 1),  plan::lattice_turn(1, 2),
    plan::lattice_weight(0),  plan::lattice_weight(1)};

class SpreadGradients : public testing::TestWithParam<SpreadCase> {
 protected:
  const Experiment experiment_ = parts_of(GetParam()).build();
  const kernel::Kernel& kernel_ = kernel::find_kernel("scalar");

  Image<double> photons(const Experiment& experiment) const {
    const auto plan = plan::make_plan(experiment, compat::QuirkSet::physical());
    return image::simulate_f64(plan, kernel_, {.threads = 2}).photons;
  }
  Image<double> weights() const {
    Image<double> weights(experiment_.detector.panels[0]->shape);
    std::uint64_t counter = 0;
    for (double& w : weights.pixels()) w = uniform_at(11, counter++) - 0.3;
    return weights;
  }
};

double inner(std::span<const double> u, std::span<const double> v) {
  double sum = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i) sum += u[i] * v[i];
  return sum;
}

TEST_P(SpreadGradients, ArePhotonsOfTheImage) {
  const image::Differentiable at(experiment_, kernel_, 2);
  const auto runs = at.runs_of(0);
  const auto listed = image::photons_of(at, 0, runs);
  const Image<double> image = photons(experiment_);
  std::size_t i = 0;
  for (const kernel::PixelRun& run : runs) {
    for (std::size_t k = 0; k < run.count; ++k, ++i) {
      const double expected = image[{run.first.slow, run.first.fast + k}];
      ASSERT_NEAR(listed[i], expected, 1e-12 * std::abs(expected) + 1e-20);
    }
  }
  ASSERT_EQ(i, listed.size());
  EXPECT_GT(inner(listed, listed), 0.0);
}

TEST_P(SpreadGradients, AreDifferencesOfImages) {
  const auto images = image::jacobian_images({experiment_, kernel_, 2}, 0, kVariables);
  const plan::ParameterValues<double> at = plan::values_of(experiment_);
  for (std::size_t i = 0; i < kVariables.size(); ++i) {
    const auto id = std::get<ParameterId>(kVariables[i]);
    SCOPED_TRACE(plan::name_of(id));
    if (!plan::why_without_effect(id, experiment_).empty()) continue;
    const auto moved = [&](double by) {
      auto values = at;
      values[id] += by;
      return photons(plan::with_values(experiment_, values));
    };
    const double step = plan::info(id).unit == "°" ? 1e-6 : 1e-6 * std::abs(at[id]);
    const Image<double> up = moved(step), down = moved(-step);
    double most = 0.0;
    for (const double slope : images[i].pixels()) most = std::max(most, std::abs(slope));
    EXPECT_GT(most, 0.0);
    for (std::size_t k = 0; k < up.pixels().size(); ++k) {
      const double difference = (up.pixels()[k] - down.pixels()[k]) / (2.0 * step);
      ASSERT_NEAR(images[i].pixels()[k], difference, 2e-5 * most) << "pixel " << k;
    }
  }
}

// ⟨Jv, w⟩ = ⟨v, Jᵀw⟩.
TEST_P(SpreadGradients, BackwardIsTheTransposeOfForward) {
  const image::Differentiable at(experiment_, kernel_, 2);
  const Image<double> w = weights();
  const auto images = image::jacobian_images(at, 0, kVariables);
  const auto backward = image::pullback(at, 0, w.view(), kernel::AmplitudeGradient::computed);
  for (std::size_t i = 0; i < kVariables.size(); ++i) {
    const auto pixels = images[i].pixels();
    const double scale = std::sqrt(inner(pixels, pixels) * inner(w.pixels(), w.pixels()));
    const auto id = std::get<ParameterId>(kVariables[i]);
    EXPECT_NEAR(backward.parameters[id], inner(pixels, w.pixels()), 1e-10 * scale)
        << plan::name_of(id);
  }
  // The loss in one go, weighed after the photons are known.
  const auto runs = at.runs_of(0);
  const auto weigh = [&](std::size_t, std::span<const double> photons, std::span<double> to) {
    std::ranges::copy(photons, to.begin());
  };
  const auto listed = image::photons_of(at, 0, runs);
  const auto of_loss = image::gradient(at, 0, runs, weigh);
  const auto of_weights = image::pullback(at, 0, runs, listed);
  for (const plan::Variable& variable : kVariables) {
    const auto id = std::get<ParameterId>(variable);
    EXPECT_NEAR(of_loss.parameters[id], of_weights.parameters[id],
                1e-10 * std::abs(of_weights.parameters[id]))
        << plan::name_of(id);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, SpreadGradients, testing::ValuesIn(kCases),
                         [](const auto& of_case) { return of_case.param.name; });

}  // namespace
}  // namespace nanobragg::test
