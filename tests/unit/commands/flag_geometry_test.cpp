// Resolution and beam centre that flags describe.
#include "nanobragg/commands/compare/flag_geometry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/commands/compare/program_flags.hpp"

namespace nanobragg::commands {
namespace {

TEST(FlagGeometry, ResolutionByBraggsLaw) {
  // 100 mm away, 1 mm pixels, beam at the middle of pixel (10, 20): XDS counts ORGX from 1.
  const auto result = geometry_of_flags(
      words_of("-xds -cell 50 50 50 90 90 90 -N 1 -lambda 1.5 -distance 100 -pixel 1 "
               "-detpixels_x 41 -detpixels_y 31 -ORGX 21 -ORGY 11 -Xbeam 20.5 -Ybeam 10.5"));
  ASSERT_TRUE(result.geometry) << result.problem;
  EXPECT_EQ(result.geometry->shape, (ImageShape{31, 41}));
  EXPECT_NEAR(result.geometry->beam_centre.slow, 10.0, 1e-9);
  EXPECT_NEAR(result.geometry->beam_centre.fast, 20.0, 1e-9);
  const double two_theta = std::atan2(15.0, 100.0);
  EXPECT_NEAR(result.geometry->d_spacing_A({10, 35}), 1.5 / (2.0 * std::sin(two_theta / 2.0)),
              1e-6);
  EXPECT_NEAR(result.geometry->d_spacing_A({25, 20}), 1.5 / (2.0 * std::sin(two_theta / 2.0)),
              1e-6);
}

TEST(FlagGeometry, AmplitudesAreNotNeeded) {
  EXPECT_TRUE(geometry_of_flags(words_of("-cell 50 50 50 -hkl no-such-file.hkl")).geometry);
}

TEST(FlagGeometry, UnknownFlagsLeaveItUnknown) {
  const auto result = geometry_of_flags(words_of("-cell 50 50 50 -device cuda"));
  EXPECT_FALSE(result.geometry);
  EXPECT_THAT(result.problem, testing::HasSubstr("-device"));
}

}  // namespace
}  // namespace nanobragg::commands
