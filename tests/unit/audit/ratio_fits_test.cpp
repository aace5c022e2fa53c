// Ratios as products of powers.
#include "nanobragg/audit/ratio_fits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace nanobragg::audit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::vector<NamedNumber> kNumbers{
    {"polar", 0.9123456789}, {"R", 0.2345678901}, {"one", 1.0}, {"beamsize", 1e-3}};

std::vector<std::string> fits(double ratio, double uncertainty = 0.0) {
  std::vector<std::string> texts;
  for (const RatioFit& fit : ratio_fits(ratio, uncertainty, kNumbers)) {
    texts.push_back(text_of(fit));
  }
  return texts;
}

TEST(RatioFits, FindPowersOfOneNumber) {
  EXPECT_THAT(fits(0.9123456789), ElementsAre("polar"));
  EXPECT_THAT(fits(1.0 / 0.9123456789 / 0.9123456789), ElementsAre("polar^-2"));
  EXPECT_THAT(fits(std::sqrt(0.2345678901)), ElementsAre("R^0.5"));
}

TEST(RatioFits, ListAllThatFit) {
  EXPECT_THAT(fits(1e-3), UnorderedElementsAre("beamsize", "10^-3"));
}

TEST(RatioFits, FindProductsOfTwo) {
  EXPECT_THAT(fits(2.0 * std::numbers::pi), ElementsAre("2 * pi"));
  EXPECT_THAT(fits(0.9123456789 / 0.2345678901), ElementsAre("R^-1 * polar"));
}

TEST(RatioFits, AreNoneOfWhatFitsNothingOrTooMuch) {
  EXPECT_THAT(fits(1.0), IsEmpty());
  EXPECT_THAT(fits(1.2345), IsEmpty());
  EXPECT_THAT(fits(-2.0), IsEmpty());
  // Of few digits products of two say nothing.
  EXPECT_THAT(fits(3.0 * 0.9123456789 / 0.2345678901, 1e-5), IsEmpty());
}

}  // namespace
}  // namespace nanobragg::audit
