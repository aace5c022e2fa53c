// Factors and rotations that vary from shot to shot have the distributions they are named after.
#include "nanobragg/random/spread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/random/uniform_rotation.hpp"
#include "property/chi_squared.hpp"

namespace nanobragg {
namespace {

using testing_support::kSmallestProbability;
using testing_support::uniformity_probability;

constexpr std::size_t kSamples = 50000;

double normal_distribution(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// χ² of the distribution function at the factors, which should be uniform.
template <class F>
double goodness_of_fit(const Spread& spread, F distribution) {
  std::vector<double> uniform;
  for (std::size_t i = 0; i < kSamples; ++i) {
    NumberedDeviates deviates(3, i);
    uniform.push_back(distribution(draw(spread, deviates)));
  }
  return uniformity_probability(uniform, 50);
}

TEST(SpreadProperty, FactorsHaveTheirDistributions) {
  EXPECT_GT(
      goodness_of_fit(parse_spread("uniform:0.2", ""), [](double x) { return (x - 0.8) / 0.4; }),
      kSmallestProbability);
  // Below 0 lies a share of the normal distribution, which is drawn again.
  for (const double w : {0.01, 0.5}) {
    const double below = normal_distribution(-1.0 / w);
    EXPECT_GT(goodness_of_fit({SpreadShape::normal, w},
                              [&](double x) {
                                return (normal_distribution((x - 1.0) / w) - below) / (1.0 - below);
                              }),
              kSmallestProbability);
  }
  EXPECT_GT(goodness_of_fit(parse_spread("lognormal:0.3", ""),
                            [](double x) { return normal_distribution(std::log(x) / 0.3); }),
            kSmallestProbability);
  EXPECT_GT(
      goodness_of_fit(parse_spread("exponential", ""), [](double x) { return 1.0 - std::exp(-x); }),
      kSmallestProbability);
  NumberedDeviates deviates(1, 1);
  EXPECT_EQ(draw(parse_spread("none", ""), deviates), 1.0);
}

TEST(SpreadProperty, TellsWhatIsNoDistribution) {
  for (const char* text : {"", "gauss:1", "normal", "normal:", "normal:x", "normal:-1", "uniform:1",
                           "normal:nan", "exponential:2", "none:1", "normal:1 "}) {
    EXPECT_THAT([&] { parse_spread(text, "--fluence"); },
                testing::ThrowsMessage<UsageError>(
                    testing::HasSubstr("--fluence needs a distribution, found")))
        << text;
  }
}

// The angle ω of a uniform rotation has the density (1 − cos ω)/π, so (ω − sin ω)/π is uniform; its
// axis and the image of any vector are uniform on the sphere, whose z is uniform.
TEST(UniformRotationProperty, AllRotationsAreEquallyLikely) {
  std::vector<double> angles, heights, images;
  for (std::size_t i = 0; i < kSamples; ++i) {
    NumberedDeviates deviates(5, i);
    const Mat3<double> u = uniform_rotation(deviates);
    ASSERT_NEAR(determinant(u), 1.0, 1e-12);
    const double cosine = (u.row[0].x + u.row[1].y + u.row[2].z - 1.0) / 2.0;
    const double angle = std::acos(std::clamp(cosine, -1.0, 1.0));
    angles.push_back((angle - std::sin(angle)) / constants::kPi);
    const Vec3<double> axis = unit(
        Vec3<double>{u.row[2].y - u.row[1].z, u.row[0].z - u.row[2].x, u.row[1].x - u.row[0].y});
    heights.push_back((axis.z + 1.0) / 2.0);
    images.push_back(((u * unit(Vec3<double>{1.0, -2.0, 0.5})).x + 1.0) / 2.0);
  }
  for (const auto& numbers : {angles, heights, images}) {
    EXPECT_GT(uniformity_probability(numbers, 50), kSmallestProbability);
  }
}

}  // namespace
}  // namespace nanobragg
