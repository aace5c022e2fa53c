// What -detector says beside flags and files.
#include "nanobragg/config/resolve/named_detector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/detectors/catalogue.hpp"
#include "nanobragg/config/options/command_line.hpp"

namespace nanobragg::config {
namespace {

using testing::HasSubstr;

Settings parsed(const std::vector<std::string>& flags) { return parse_arguments(flags).settings; }

Settings with(const std::string& detector, const std::vector<std::string>& flags) {
  return with_detector(parsed(flags), describe_detector(detector));
}

TEST(NamedDetector, FillsInWhatIsNotGiven) {
  const Settings settings = with("pilatus3-6m", {"-distance", "200"});
  EXPECT_EQ(settings.pixels_fast, 2463);
  EXPECT_EQ(settings.pixels_slow, 2527);
  EXPECT_EQ(settings.pixel_mm, 0.172);
  EXPECT_EQ(settings.distance_mm, 200.0);
  EXPECT_EQ(settings.sensor, "Si:450um");
  EXPECT_EQ(with("pilatus-12m", {}).distance_mm, 250.0);
  EXPECT_EQ(with("pilatus-12m", {"-close_distance", "251"}).distance_mm, std::nullopt);
}

TEST(NamedDetector, FlagsWin) {
  EXPECT_EQ(with("pilatus3-6m", {"-pixel", "0.2"}).pixel_mm, 0.2);
  EXPECT_EQ(with("pilatus3-6m", {"-sensor", "CdTe:1mm"}).sensor, "CdTe:1mm");
  EXPECT_EQ(with("rayonix-mx340", {"-detpixels", "1920", "-pixel", "0.1770833"}).pixels_fast, 1920);
  EXPECT_EQ(with("rayonix-mx340", {"-adc", "3"}).adc, 3.0);
  EXPECT_EQ(with("rayonix-mx340", {}).adc, 10.0);
}

TEST(NamedDetector, ExpectedPhotonsAreNotReadOut) {
  EXPECT_EQ(with("mpccd", {}).gain, 10.0);
  EXPECT_EQ(with("mpccd", {"-gain", "5"}).gain, 5.0);
  EXPECT_EQ(with("mpccd", {"-nonoise"}).gain, std::nullopt);
  EXPECT_EQ(with("mpccd", {"-nonoise"}).sensor, "Si:50um");
}

TEST(NamedDetector, AThicknessIsOfTheSameMaterial) {
  const Settings thick = with("pilatus3-6m", {"-detector_thick", "1000"});
  EXPECT_EQ(thick.sensor, "Si:1000um");
  EXPECT_EQ(thick.thickness_um, std::nullopt);
  const Settings none = with("pilatus3-6m", {"-detector_thick", "0"});
  EXPECT_EQ(none.sensor, std::nullopt);
  EXPECT_EQ(none.thickness_um, 0.0);
  const Settings deep = with("pilatus3-6m", {"-detector_abs", "300"});
  EXPECT_EQ(deep.sensor, std::nullopt);
  EXPECT_EQ(deep.absorption_depth_um, 300.0);
  EXPECT_DOUBLE_EQ(*deep.thickness_um, 450.0);
}

// What with_detector makes of settings, it makes of its own result again: a printed configuration
// repeats a run.
TEST(NamedDetector, SayingItTwiceIsSayingItOnce) {
  for (const CatalogueEntry& entry : detector_catalogue()) {
    const DetectorDescription detector = describe_detector(std::string(entry.name));
    for (const std::vector<std::string>& flags : {std::vector<std::string>{},
                                                  {"-detector_thick", "77"},
                                                  {"-detector_abs", "77"},
                                                  {"-sensor", "Ge:1mm"}}) {
      const Settings once = with_detector(parsed(flags), detector);
      EXPECT_EQ(with_detector(once, detector), once) << entry.name;
    }
  }
}

std::string refusal(const std::string& detector, const std::vector<std::string>& flags) {
  try {
    with(detector, flags);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(NamedDetector, Contradictions) {
  EXPECT_THAT(refusal("pilatus3-6m", {"-detpixels", "1000"}),
              HasSubstr("-detpixels of 1000 × 1000 pixels with -detector pilatus3-6m"));
  EXPECT_THAT(refusal("jungfrau-4m", {"-detpixels_x", "1000"}), HasSubstr("-detpixels"));
  EXPECT_THAT(refusal("pilatus3-6m", {"-detsize", "100"}), HasSubstr("-detsize"));
  EXPECT_THAT(refusal("cspad", {"-pixel", "0.2"}), HasSubstr("-pixel 0.2"));
  EXPECT_THAT(refusal("cspad", {"-compat", "reference"}), HasSubstr("-compat reference"));
  EXPECT_EQ(refusal("cspad", {"-pixel", "0.10992"}), "");
  EXPECT_EQ(refusal("pilatus3-6m", {"-compat", "reference"}), "");
  EXPECT_EQ(refusal("pilatus3-6m", {"-detpixels_x", "2463"}), "");
}

TEST(NamedDetector, FilesOfOtherDetectors) {
  const DetectorDescription pilatus = describe_detector("pilatus3-6m");
  HeaderGeometry header;
  header.shape = ImageShape{2527, 2463};
  header.pixel_m = 172.04e-6;  // as headers round
  check_same_detector({}, pilatus, header);
  header.pixel_m = 75e-6;
  EXPECT_THROW(check_same_detector({}, pilatus, header), UsageError);
  Settings given;
  given.pixel_mm = 0.1;
  check_same_detector(given, pilatus, header);
  header.shape = ImageShape{619, 487};
  EXPECT_THROW(check_same_detector(given, pilatus, header), UsageError);

  io::GeometryFile file;
  file.panels = {{"", {0, 0, 0.1}, {1, 0, 0}, {0, 1, 0}, 172e-6, {2527, 2463}}};
  check_same_detector(pilatus, file);
  file.panels.push_back(file.panels.front());
  EXPECT_THROW(check_same_detector(pilatus, file), UsageError);
  file.panels = {{"", {0, 0, 0.1}, {1, 0, 0}, {0, 1, 0}, 172e-6, {2463, 2527}}};
  EXPECT_THROW(check_same_detector(pilatus, file), UsageError);
}

// A detector of modules stands where one panel of its size does.
TEST(NamedDetector, PanelsStandAsTheWholeDoes) {
  const DetectorDescription detector = describe_detector("jungfrau-4m");
  const Settings settings =
      with("jungfrau-4m", {"-distance", "120", "-detector_rotx", "3", "-twotheta", "20", "-xds"});
  const DetectorFrame whole = resolve_detector(settings, {}, {});
  const io::GeometryFile geometry = described_geometry(detector, whole);
  ASSERT_EQ(geometry.panels.size(), 8U);
  const PlacedDetector<double>& placed = whole.placed;
  EXPECT_LT(length(geometry.panels[0].corner_m - placed.corner), 1e-12);
  // The last pixel of the last module ends the whole.
  const io::GeometryPanel& last = geometry.panels[7];
  const Vec3<double> end =
      last.corner_m + 1030 * last.pixel_m * last.fast + 514 * last.pixel_m * last.slow;
  const Vec3<double> corner =
      placed.corner + whole.size.fast * placed.fast + whole.size.slow * placed.slow;
  EXPECT_LT(length(end - corner), 1e-12);
  EXPECT_EQ(geometry.beam_direction, whole.vectors.beam);
}

}  // namespace
}  // namespace nanobragg::config
