// Which numbers of an image's header are taken, by whole keys and as the reference searches.
#include "nanobragg/config/resolve/header_geometry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "nanobragg/base/error.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::config {
namespace {

using compat::QuirkSet;

class HeaderGeometryTest : public testing::Test {
 protected:
  Settings with_image(const std::string& entries) const {
    std::string header =
        "{\nHEADER_BYTES=512;\nTYPE=unsigned_short;\nSIZE1=2;\nSIZE2=3;\n" + entries + "}\f";
    header.resize(512, ' ');
    const std::string file = folder_ / "x.img";
    std::ofstream(file) << header << std::string(12, '\1');
    Settings settings;
    settings.header_file = file;
    return settings;
  }

  test::TemporaryFolder folder_;
};

TEST_F(HeaderGeometryTest, ReadsUnitsOfTheHeaderAsSi) {
  const HeaderFiles header = read_header_files(
      with_image("PIXEL_SIZE=0.2;\nDISTANCE=100;\nWAVELENGTH=1.5;\nBEAM_CENTER_Y=4;\nPHI=180;\n"),
      QuirkSet::physical());
  EXPECT_EQ(header.geometry.shape, (ImageShape{3, 2}));
  EXPECT_DOUBLE_EQ(*header.geometry.pixel_m, 2e-4);
  EXPECT_DOUBLE_EQ(*header.geometry.distance_m, 0.1);
  EXPECT_DOUBLE_EQ(*header.geometry.wavelength_m, 1.5e-10);
  EXPECT_DOUBLE_EQ(*header.geometry.beam_y_m, 4e-3);
  EXPECT_NEAR(*header.geometry.phi_rad, constants::kPi, 1e-15);
  EXPECT_FALSE(header.geometry.org_x);
  EXPECT_FALSE(header.of_reference);
}

TEST_F(HeaderGeometryTest, MeasuresTheBeamOfAMaskFromWhereAQuirkSays) {
  Settings settings = with_image("PIXEL_SIZE=0.2;\nBEAM_CENTER_Y=0.1;\n");
  std::swap(settings.header_file, settings.mask_file);
  // Three pixels of 0.2 mm.
  EXPECT_NEAR(*read_header_files(settings, QuirkSet::physical()).geometry.beam_y_m, 5e-4, 1e-18);
  const QuirkSet without = QuirkSet::physical().without(compat::Quirk::mask_beam_y_flip);
  EXPECT_NEAR(*read_header_files(settings, without).geometry.beam_y_m, 1e-4, 1e-18);
}

TEST_F(HeaderGeometryTest, TakesWholeKeysInPhysicalMode) {
  const HeaderFiles header = read_header_files(
      with_image("WAVELENGTH=1.1;\nSOURCE_WAVELENGTH=1.0 1.5418;\n"), QuirkSet::physical());
  EXPECT_DOUBLE_EQ(*header.geometry.wavelength_m, 1.1e-10);
  ASSERT_TRUE(header.of_reference);
  EXPECT_DOUBLE_EQ(*header.of_reference->wavelength_m, 1.0e-10);
}

TEST_F(HeaderGeometryTest, SearchesTheTextInReferenceMode) {
  const HeaderFiles header = read_header_files(
      with_image("DISTANCE=100;\nXDS_ORGX=7;\nCLOSE_DISTANCE=90;\nSTART_PHI=x;\n"),
      QuirkSet::reference());
  EXPECT_DOUBLE_EQ(*header.geometry.distance_m, 0.09);
  EXPECT_DOUBLE_EQ(*header.geometry.close_distance_m, 0.09);
  EXPECT_DOUBLE_EQ(*header.geometry.org_x, 7.0);
  EXPECT_EQ(header.geometry.phi_rad, 0.0);
  EXPECT_FALSE(header.of_reference);
}

TEST_F(HeaderGeometryTest, FindsTheOriginThatThisProgramWrites) {
  const HeaderFiles own = read_header_files(with_image("XDS_ORGX=7;\nXDS_ORGY=8;\n"), {});
  EXPECT_DOUBLE_EQ(*own.geometry.org_x, 7.0);
  EXPECT_DOUBLE_EQ(*own.geometry.org_y, 8.0);
  EXPECT_FALSE(own.of_reference);
  const HeaderFiles both = read_header_files(with_image("ORGX=5;\nXDS_ORGX=7;\n"), {});
  EXPECT_DOUBLE_EQ(*both.geometry.org_x, 5.0);
  EXPECT_TRUE(both.of_reference);
}

// Of the two distances only the close one decides.
TEST_F(HeaderGeometryTest, IgnoresADifferenceThatDecidesNothing) {
  EXPECT_FALSE(
      read_header_files(with_image("DISTANCE=100;\nCLOSE_DISTANCE=90;\n"), {}).of_reference);
  EXPECT_TRUE(
      read_header_files(with_image("DISTANCE=100;\nSOURCE_DISTANCE=90;\n"), {}).of_reference);
}

TEST_F(HeaderGeometryTest, FlagsWinOverTheCloseDistance) {
  Settings settings = with_image("DISTANCE=100;\nCLOSE_DISTANCE=90;\n");
  const HeaderGeometry header = read_header_files(settings, {}).geometry;
  const auto distance = [&](QuirkSet quirks) {
    return resolve_detector(settings, header, quirks).placed.distance;
  };
  EXPECT_DOUBLE_EQ(distance(QuirkSet::physical()), 0.09);
  settings.distance_mm = 200.0;
  EXPECT_DOUBLE_EQ(distance(QuirkSet::physical()), 0.2);
  EXPECT_DOUBLE_EQ(distance(QuirkSet::reference()), 0.09);
  settings.close_distance_mm = 150.0;
  EXPECT_DOUBLE_EQ(distance(QuirkSet::physical()), 0.15);
  EXPECT_DOUBLE_EQ(distance(QuirkSet::reference()), 0.15);
}

TEST_F(HeaderGeometryTest, KnowsTheAngleOfTheAxisThatTurns) {
  const Settings settings = with_image("PHI=5;\nAXIS=omega;\nOSC_START=180;\nOSC_RANGE=-90;\n");
  const HeaderFiles header = read_header_files(settings, QuirkSet::physical());
  EXPECT_NEAR(*header.geometry.phi_rad, constants::kPi, 1e-15);
  EXPECT_THAT(header.warnings, testing::Contains(testing::HasSubstr("OSC_START=180")));
  EXPECT_NEAR(*read_header_files(settings, QuirkSet::reference()).geometry.phi_rad,
              constants::kPi / 36, 1e-15);
  EXPECT_NEAR(*header.geometry.oscillation_rad, -constants::kPi / 2, 1e-15);
  EXPECT_FALSE(header.of_reference);
}

const std::string kAll = "PIXEL_SIZE=0.2;\nDISTANCE=100;\nWAVELENGTH=1.5;\nBEAM_CENTER_X=4;\n";

TEST_F(HeaderGeometryTest, WarnsInTheHeadersWords) {
  EXPECT_THAT(
      read_header_files(with_image(kAll + "AXIS=Phi;\nKAPPA=0.0;\nTWOTHETA=3;\n"), {}).warnings,
      testing::IsEmpty());
  for (const char* words : {"AXIS=kappa", "KAPPA=40.0", "CHI=54.7", "DETECTOR_2THETA=12",
                            "TWO_THETA=-3", "VOFFSET=10", "DETECTOR_TILT=0.5"}) {
    EXPECT_THAT(read_header_files(with_image(kAll + words + ";\n"), {}).warnings,
                testing::ElementsAre(testing::HasSubstr(std::string("x.img: ") + words + ": ")))
        << words;
  }
}

TEST_F(HeaderGeometryTest, SaysWhichLengthsAreDefaults) {
  EXPECT_THAT(read_header_files(with_image(""), {}).warnings,
              testing::ElementsAre(testing::HasSubstr("no DISTANCE: taking 100 mm"),
                                   testing::HasSubstr("no PIXEL_SIZE: taking 0.1 mm"),
                                   testing::HasSubstr("no WAVELENGTH: taking 1 Å"),
                                   testing::HasSubstr("no BEAM_CENTER_X: taking the middle")));
  Settings settings = with_image("");
  settings.distance_mm = 90;
  settings.pixel_mm = 0.1;
  settings.wavelength_A = 1.1;
  settings.beam_x_mm = 3;
  EXPECT_THAT(read_header_files(settings, {}).warnings, testing::IsEmpty());
}

TEST_F(HeaderGeometryTest, RefusesTheWordsOfDtrek) {
  EXPECT_THAT(
      [&] {
        read_header_files(with_image("DETECTOR_NAMES=CCD_;\nCCD_GONIO_VALUES=0 0 0 0 0 50;\n"), {});
      },
      testing::ThrowsMessage<Error>(testing::HasSubstr("a header of d*TREK")));
}

}  // namespace
}  // namespace nanobragg::config
