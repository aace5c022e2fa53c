// Frames of file formats: right-handed, along the beam and the spindle, and the beam on a panel.
#include "nanobragg/io/geometry/laboratory_frame.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "support/experiments.hpp"
#include "support/exposure.hpp"

namespace nanobragg::io {
namespace {

void expect_near(const Vec3<double>& found, const Vec3<double>& expected) {
  EXPECT_LT(length(found - expected), 1e-12) << found.x << ' ' << found.y << ' ' << found.z;
}

TEST(LaboratoryFrame, IsRightHandedForEveryBeamAndSpindle) {
  test::ExperimentParts parts = test::small_experiment();
  for (const Vec3<double>& turn : {Vec3<double>{}, {0.3, -1.0, 2.0}, {3.0, 0.1, -0.7}}) {
    parts.beam.direction = rotate_xyz(Vec3<double>{0.0, 0.0, 1.0}, turn);
    parts.beam.polarisation_axis = rotate_xyz(Vec3<double>{1.0, 0.0, 0.0}, turn);
    for (const Vec3<double>& axis :
         {Vec3<double>{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.6, 0.0, 0.8}, {0.0, 0.0, 1.0}}) {
      parts.spindle.axis = rotate_xyz(axis, turn);
      const Experiment experiment = parts.build();
      const Mat3<double> imgcif = imgcif_frame(experiment);
      EXPECT_NEAR(determinant(imgcif), 1.0, 1e-12);
      expect_near(imgcif * experiment.beam->direction, {0.0, 0.0, -1.0});
      const Vec3<double> spindle = imgcif * experiment.spindle.axis;
      EXPECT_NEAR(spindle.y, 0.0, 1e-12);
      EXPECT_GE(spindle.x, -1e-12);
      const Mat3<double> mcstas = mcstas_frame(experiment);
      EXPECT_NEAR(determinant(mcstas), 1.0, 1e-12);
      expect_near(mcstas * experiment.beam->direction, {0.0, 0.0, 1.0});
      expect_near(mcstas.row[1], imgcif.row[1]);
    }
  }
}

TEST(LaboratoryFrame, KnowsAPlainDetector) {
  test::PlainExposure exposure;
  EXPECT_TRUE(is_plain(exposure.description().experiment));
  exposure.tilt();
  EXPECT_FALSE(is_plain(exposure.description().experiment));
}

TEST(LaboratoryFrame, SaysWhatIsNotPlain) {
  const auto reason = [](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"-cell", "50", "-default_F", "1"});
    const config::Settings settings = config::parse_arguments(flags).settings;
    return why_not_plain(config::resolve(settings).experiment).value_or("");
  };
  EXPECT_EQ(reason({}), "");
  EXPECT_EQ(reason({"-denzo"}), "");
  EXPECT_EQ(reason({"-xds"}), "");
  EXPECT_THAT(reason({"-adxv"}), testing::StartsWith("the slow axis goes the other way round"));
  EXPECT_EQ(reason({"-dials"}), "the fast axis is not along the spindle but 90° off");
  EXPECT_EQ(reason({"-twotheta", "12.5"}), "the detector is not across the beam but 12.5° off");
  EXPECT_EQ(reason({"-spindle_axis", "0", "0", "-1"}), "the fast axis is opposite to the spindle");
}

TEST(LaboratoryFrame, FindsTheBeamOnThePanel) {
  test::PlainExposure exposure;
  const auto on_panel = [&] {
    const Experiment& experiment = exposure.description().experiment;
    return beam_on_panel(*experiment.detector.panels.front(), experiment.beam->direction);
  };
  constexpr double kPixel = 0.172e-3;
  EXPECT_NEAR(on_panel().fast / kPixel, 10.25, 1e-9);
  EXPECT_NEAR(on_panel().slow / kPixel, 7.5, 1e-9);
  EXPECT_NEAR(on_panel().distance, 0.120, 1e-12);
  // Turned about its corner by 0.1 about −y: the hit is where the beam along x meets the plane.
  exposure.tilt();
  EXPECT_NEAR(on_panel().fast / kPixel, 10.25 / std::cos(0.1), 1e-9);
  EXPECT_NEAR(on_panel().slow / kPixel, 7.5, 1e-9);
  EXPECT_NEAR(on_panel().distance, 0.120 * std::cos(0.1) - 10.25 * kPixel * std::sin(0.1), 1e-12);
}

}  // namespace
}  // namespace nanobragg::io
