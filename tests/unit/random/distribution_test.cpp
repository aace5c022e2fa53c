// Distributions of numbers: their words, their moments, their ends.
#include "nanobragg/random/distribution.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

std::vector<double> drawn(const char* words, double setting, std::size_t count = 20000) {
  const Distribution distribution = parse_distribution(words, "--vary x");
  std::vector<double> out;
  for (std::size_t i = 0; i < count; ++i) {
    NumberedDeviates deviates(5, i);
    out.push_back(draw(distribution, setting, deviates));
  }
  return out;
}

struct Moments {
  double mean = 0.0, deviation = 0.0;
};

Moments moments(const std::vector<double>& values) {
  Moments m;
  const auto n = static_cast<double>(values.size());
  for (const double x : values) m.mean += x / n;
  for (const double x : values) m.deviation += (x - m.mean) * (x - m.mean) / n;
  m.deviation = std::sqrt(m.deviation);
  return m;
}

TEST(Distribution, HasTheMomentsOfItsName) {
  const Moments offset = moments(drawn("offset:0.5", -3.0));
  EXPECT_NEAR(offset.mean, -3.0, 5 * 0.5 / std::sqrt(2e4));
  EXPECT_NEAR(offset.deviation, 0.5, 0.02);
  const Moments factor = moments(drawn("uniform:0.3", 10.0));
  EXPECT_NEAR(factor.mean, 10.0, 5 * 3.0 / std::sqrt(2e4));
  EXPECT_NEAR(factor.deviation, 3.0 / std::sqrt(3.0), 0.03);
  const auto range = drawn("range:-2,6", 99.0);
  EXPECT_NEAR(moments(range).mean, 2.0, 0.1);
  EXPECT_GE(std::ranges::min(range), -2.0);
  EXPECT_LE(std::ranges::max(range), 6.0);
  auto logarithms = drawn("logrange:1e-3,1e3", 99.0);
  for (double& x : logarithms) x = std::log10(x);
  EXPECT_NEAR(moments(logarithms).mean, 0.0, 0.1);
  EXPECT_NEAR(moments(logarithms).deviation, std::sqrt(3.0), 0.05);
  const auto list = drawn("list:3,1,4", 99.0);
  EXPECT_EQ(std::set<double>(list.begin(), list.end()), (std::set<double>{1.0, 3.0, 4.0}));
  EXPECT_NEAR(static_cast<double>(std::ranges::count(list, 4.0)) / 2e4, 1.0 / 3.0, 0.02);
  EXPECT_EQ(drawn("none", 7.0, 1)[0], 7.0);
}

TEST(Distribution, RefusesOtherWords) {
  for (const char* words :
       {"", "offset", "offset:", "offset:-1", "offset:1,2", "range:1", "range:2,1", "range:1,x",
        "logrange:0,1", "list:", "list:1,,2", "list:1,", "range:nan,1", "offset:inf", "wide:1"}) {
    EXPECT_THAT([&] { parse_distribution(words, "--vary x"); },
                testing::ThrowsMessage<UsageError>(
                    testing::HasSubstr("--vary x needs a distribution, found '")))
        << words;
  }
}

}  // namespace
}  // namespace nanobragg
