// Poisson deviates at the ends of their three methods.
#include "nanobragg/random/poisson.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace nanobragg {
namespace {

TEST(Poisson, NothingComesOfNothingAndDrawsOneDeviate) {
  PoissonDeviates deviate{UniformStream(5)};
  UniformStream counted(5);
  EXPECT_EQ(deviate(0.0F), 0.0F);
  counted.next();
  PoissonDeviates ahead{counted};
  EXPECT_EQ(deviate(3.0F), ahead(3.0F));
}

TEST(Poisson, CountsAreWholeAndNotNegative) {
  PoissonDeviates deviate{UniformStream(1)};
  for (const float mean : {0.01F, 5.0F, 11.999F, 12.0F, 40.0F, 999.5F, 1e5F, 1e6F}) {
    for (int i = 0; i < 200; ++i) {
      const float count = deviate(mean);
      ASSERT_GE(count, 0.0F) << mean;
      ASSERT_EQ(count, std::floor(count)) << mean;
    }
  }
}

TEST(Poisson, WhatIsKeptForOneMeanDoesNotLeakIntoAnother) {
  // The same mean after another one gives what a fresh generator gives at that point of the stream.
  PoissonDeviates mixed{UniformStream(8)};
  UniformStream stream(8);
  mixed(0.0F);
  stream.next();
  mixed(0.0F);
  stream.next();
  PoissonDeviates fresh{stream};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(mixed(100.0F), fresh(100.0F));
}

TEST(Poisson, AboveAMillionNormalDeviatesComeInPairs) {
  PoissonDeviates deviate{UniformStream(4)};
  constexpr int kSamples = 20000;
  constexpr double kMean = 4e6;  // standard deviation 2000
  double sum = 0.0;
  double squares = 0.0;
  double products = 0.0;
  double previous = 0.0;
  for (int i = 0; i < kSamples; ++i) {
    const double standardised = (deviate(4e6F) - kMean) / 2000.0;
    sum += standardised;
    squares += standardised * standardised;
    products += standardised * previous;
    previous = standardised;
  }
  // Five standard errors of the mean, the variance and the correlation of neighbours.
  const double error = 5.0 / std::sqrt(static_cast<double>(kSamples));
  EXPECT_NEAR(sum / kSamples, 0.0, error);
  EXPECT_NEAR(squares / kSamples, 1.0, error * std::sqrt(2.0));
  EXPECT_NEAR(products / kSamples, 0.0, error);
}

}  // namespace
}  // namespace nanobragg
