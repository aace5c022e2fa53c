// Counts of pixels that hold more than numbers of photons.
#include "nanobragg/image/photon_counts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/random/poisson_at.hpp"

namespace nanobragg {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(PhotonCounts, OfANumberThatIsNoneIsRefused) {
  Image<float> photons(ImageShape{2, 3});
  photons[{1, 2}] = kNan;
  const auto message = HasSubstr("pixel slow 1 fast 2 is nan");
  EXPECT_THAT([&] { image::count_photons(photons.view(), 1, 1); }, ThrowsMessage<Error>(message));
  EXPECT_THAT([&] { image::round_photons(photons.view()); }, ThrowsMessage<Error>(message));
}

TEST(PhotonCounts, OfTooMuchLightAreTheMost) {
  Image<float> photons(ImageShape{1, 3});
  photons[{0, 0}] = kInfinity;
  photons[{0, 1}] = 3e38F;
  photons[{0, 2}] = -5.0F;
  for (const auto& counts :
       {image::count_photons(photons.view(), 1, 1), image::round_photons(photons.view())}) {
    EXPECT_EQ((counts[{0, 0}]), image::kMostCounts);
    EXPECT_EQ((counts[{0, 1}]), image::kMostCounts);
    EXPECT_EQ((counts[{0, 2}]), 0);
  }
}

TEST(PoissonAt, EndsForEveryMean) {
  for (const double mean : {std::nan(""), HUGE_VAL, -1.0}) {
    EXPECT_THROW(poisson_at(mean, 1, 2), Error) << mean;
  }
  EXPECT_GT(poisson_at(1e300, 1, 2), 0.0);
}

}  // namespace
}  // namespace nanobragg
