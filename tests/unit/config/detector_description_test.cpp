// Descriptions of detectors: those of the catalogue, and what is none.
#include "nanobragg/config/detectors/detector_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/detectors/catalogue.hpp"
#include "nanobragg/config/resolve/named_detector.hpp"

namespace nanobragg::config {
namespace {

using testing::HasSubstr;

struct Published {
  std::size_t panels;
  ImageShape panel;  // slow, fast
  double pixel_um;
};

// As the makers and beamlines publish them; the files cite where.
const std::map<std::string, Published> kPublished = {
    {"pilatus3-6m", {1, {2527, 2463}, 172}}, {"pilatus-12m", {24, {195, 2463}, 172}},
    {"eiger2-16m", {1, {4362, 4148}, 75}},   {"eiger2-9m", {1, {3262, 3108}, 75}},
    {"eiger2-4m", {1, {2162, 2068}, 75}},    {"jungfrau-4m", {8, {514, 1030}, 75}},
    {"jungfrau-16m", {32, {514, 1030}, 75}}, {"cspad", {64, {185, 194}, 109.92}},
    {"mpccd", {8, {1024, 512}, 50}},         {"rayonix-mx340", {1, {3840, 3840}, 88.54167}},
    {"adsc-q315r", {1, {3072, 3072}, 102.6}}};

TEST(DetectorCatalogue, HasThePublishedPixels) {
  EXPECT_EQ(detector_catalogue().size(), kPublished.size());
  for (const auto& [name, published] : kPublished) {
    const DetectorDescription detector = describe_detector(name);
    EXPECT_EQ(std::max<std::size_t>(detector.panels.size(), 1), published.panels) << name;
    EXPECT_EQ(detector.panel_shape, published.panel) << name;
    EXPECT_NEAR(detector.pixel_m, 1e-6 * published.pixel_um, 1e-12) << name;
    EXPECT_TRUE(detector.defaults.sensor) << name;
    EXPECT_THAT(description_text(name), HasSubstr("# ")) << name << " cites no source";
  }
}

TEST(DetectorCatalogue, UnknownNames) {
  try {
    describe_detector("pilatus-6m");
    ADD_FAILURE();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'pilatus-6m'"));
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'pilatus3-6m'?"));
  }
  EXPECT_THROW(describe_detector("no/such/file.toml"), Error);
}

std::size_t masked(const std::string& name) {
  const auto mask = mask_of_gaps(describe_detector(name));
  if (!mask) return 0;
  return static_cast<std::size_t>(std::ranges::count(mask->pixels(), 0));
}

// Pixels of the whole less those of the modules.
TEST(DetectorCatalogue, GapsBetweenModules) {
  EXPECT_EQ(masked("pilatus3-6m"), 2463U * 2527 - 60U * 487 * 195);
  EXPECT_EQ(masked("pilatus-12m"), 24U * (2463U * 195 - 5U * 487 * 195));
  EXPECT_EQ(masked("eiger2-16m"), 4148U * 4362 - 32U * 1028 * 512);
  EXPECT_EQ(masked("eiger2-9m"), 3108U * 3262 - 18U * 1028 * 512);
  EXPECT_EQ(masked("eiger2-4m"), 2068U * 2162 - 8U * 1028 * 512);
  for (const char* name : {"jungfrau-4m", "jungfrau-16m", "cspad", "mpccd", "rayonix-mx340"}) {
    EXPECT_EQ(masked(name), 0U) << name;
  }
  // The columns and rows that the makers of PILATUS detectors leave out, from 1.
  const auto mask = mask_of_gaps(describe_detector("pilatus3-6m"));
  const auto measures = [&](std::size_t slow, std::size_t fast) {
    return (*mask)[{slow, fast}] != 0;
  };
  for (const std::size_t fast : {488U, 494U, 982U, 988U, 1476U, 1482U, 1970U, 1976U}) {
    EXPECT_FALSE(measures(0, fast - 1)) << fast;
  }
  for (const std::size_t fast : {487U, 495U, 981U, 989U, 1977U, 2463U}) {
    EXPECT_TRUE(measures(0, fast - 1)) << fast;
  }
  for (const std::size_t slow : {196U, 212U, 2104U, 2120U, 2316U, 2332U}) {
    EXPECT_FALSE(measures(slow - 1, 0)) << slow;
  }
  for (const std::size_t slow : {195U, 213U, 2103U, 2121U, 2333U, 2527U}) {
    EXPECT_TRUE(measures(slow - 1, 0)) << slow;
  }
}

// The four corners of a panel, m.
std::vector<Vec3<double>> corners(const DetectorDescription& detector,
                                  const DescribedPanel& panel) {
  const double fast = detector.pixel_m * static_cast<double>(detector.panel_shape.fast);
  const double slow = detector.pixel_m * static_cast<double>(detector.panel_shape.slow);
  const Vec3<double>& c = panel.corner_m;
  return {c, c + fast * panel.fast, c + slow * panel.slow,
          c + fast * panel.fast + slow * panel.slow};
}

// Whether a plane across one of the axes of `a`, or its own plane, stands between the two.
bool stands_beside(const DetectorDescription& detector, const DescribedPanel& a,
                   const DescribedPanel& b) {
  constexpr double kTouching = 1e-9;
  for (const Vec3<double>& axis : {a.fast, a.slow, cross(a.fast, a.slow)}) {
    const auto along = [&](const Vec3<double>& v) { return dot(v, axis); };
    const auto [a_least, a_most] = std::ranges::minmax(corners(detector, a), {}, along);
    const auto [b_least, b_most] = std::ranges::minmax(corners(detector, b), {}, along);
    // Of two in one plane, that plane is none between them.
    const bool is_one_plane = std::abs(along(a_least) - along(b_most)) < kTouching &&
                              std::abs(along(a_most) - along(b_least)) < kTouching;
    if (is_one_plane) continue;
    if (along(a_most) < along(b_least) + kTouching) return true;
    if (along(b_most) < along(a_least) + kTouching) return true;
  }
  return false;
}

TEST(DetectorCatalogue, PanelsStandBesideEachOther) {
  for (const CatalogueEntry& entry : detector_catalogue()) {
    const DetectorDescription detector = describe_detector(std::string(entry.name));
    for (std::size_t i = 0; i < detector.panels.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const DescribedPanel& a = detector.panels[i];
        const DescribedPanel& b = detector.panels[k];
        EXPECT_TRUE(stands_beside(detector, a, b) || stands_beside(detector, b, a))
            << entry.name << ": panels " << k << " and " << i;
      }
    }
  }
}

// Every row of the PILATUS 12M faces the axis of a cylinder of 250 mm, which is the sample.
TEST(DetectorCatalogue, RowsOnACylinder) {
  const DetectorDescription detector = describe_detector("pilatus-12m");
  const double half = 0.5 * detector.pixel_m * static_cast<double>(detector.panel_shape.slow);
  const double middle = 0.5 * detector.pixel_m * static_cast<double>(detector.outline.slow);
  const Vec3<double> axis{0.0, middle, -0.25};
  for (const DescribedPanel& panel : detector.panels) {
    const Vec3<double> normal = cross(panel.fast, panel.slow);
    const Vec3<double> from_axis = panel.corner_m + half * panel.slow - axis;
    EXPECT_NEAR(dot(from_axis, normal), 0.25, 1e-7);
    EXPECT_NEAR(dot(from_axis, panel.slow), 0.0, 1e-7);
  }
}

constexpr const char* kPlain =
    "name = \"X\"\nformat = \"cbf\"\n[detector]\npixel_mm = 0.1\npixels_fast = 30\n"
    "pixels_slow = 20\n";

TEST(DetectorDescription, OfOnePanel) {
  const DetectorDescription detector = parse_description(kPlain, "x.toml");
  EXPECT_EQ(detector.name, "X");
  EXPECT_EQ(detector.outline, (ImageShape{20, 30}));
  EXPECT_TRUE(detector.panels.empty());
  EXPECT_FALSE(detector.modules);
  EXPECT_EQ(mask_of_gaps(detector), nullptr);
}

TEST(DetectorDescription, ModulesThatArePanels) {
  const DetectorDescription detector = parse_description(
      "name = \"X\"\nformat = \"nxs\"\n[modules]\npixels = [10, 5]\ngaps = [2, 1]\ngrid = [2, 3]\n"
      "each_a_panel = true\n[detector]\npixel_mm = 0.1\n",
      "x.toml");
  EXPECT_EQ(detector.outline, (ImageShape{17, 22}));
  ASSERT_EQ(detector.panels.size(), 6U);
  EXPECT_NEAR(detector.panels[1].corner_m.x, 12e-4, 1e-12);
  EXPECT_NEAR(detector.panels[2].corner_m.y, 6e-4, 1e-12);
  EXPECT_EQ(mask_of_gaps(detector), nullptr);
}

struct Mistake {
  std::string text;
  std::vector<std::string> says;
};

TEST(DetectorDescription, SaysWhatIsWrong) {
  const std::string plain = kPlain;
  const std::string grid = "pixels = [10, 5]\ngaps = [2, 1]\ngrid = [2, 3]\n";
  const std::vector<Mistake> mistakes = {
      {"", {"x.toml:", "key 'name' needs a text"}},
      {"name = \"X\"\n", {"key 'format' needs a text"}},
      {"name = \"a\\nb\"\nformat = \"cbf\"\n", {"key 'name'", "one line"}},
      {"name = \"X\"\nformat = \"xyz\"\n", {"x.toml:2", "key 'format'", "image file"}},
      {"name = \"X\"\nformat = \"cbf\"\n", {"without detector.pixel_mm"}},
      {"name = \"X\"\nformat = \"cbf\"\n[detector]\npixel_mm = 0.1\n", {"without pixels"}},
      {"name = \"X\"\nformat = \"cbf\"\n[detector]\npixel_mm = 0.1\npixels_fast = 3\n",
       {"along one axis"}},
      {plain + "pixl_mm = 3\n", {"x.toml:7", "detector.pixl_mm", "detector.pixel_mm"}},
      {plain + "name = \"pilatus3-6m\"\n", {"detector.name"}},
      {plain + "geometry_file = \"x\"\n", {"detector.geometry_file"}},
      {plain + "sensor = \"Si\"\n", {"-sensor Si"}},
      {plain + "[beam]\nwavelength_A = 1.0\n", {"beam.wavelength_A"}},
      {plain + "[modules]\n" + grid, {"30 × 20 pixels", "22 × 17"}},
      {plain + "[modules]\npixels = [10.5, 5]\n", {"x.toml:8", "modules.pixels", "whole"}},
      {plain + "[modules]\npixels = [10]\n", {"modules.pixels", "2 numbers"}},
      {plain + "[modules]\npixels = [0, 5]\n", {"modules.pixels", "from 1"}},
      {plain + "[modules]\npixel = [10, 5]\n", {"modules.pixel", "did you mean 'pixels'?"}},
      {"panels = 3\n" + plain, {"x.toml:1", "'panels' needs a list"}},
      {"panels = []\n" + plain, {"'panels' needs a list"}},
      {"panels = [{corner_mm = [0, 0, 0], fast = [1, 0, 0], slow = [1, 1, 0]}]\n" + plain,
       {"x.toml:1", "right angles"}},
      {"panels = [{corner_mm = [0, 0], fast = [1, 0, 0], slow = [0, 1, 0]}]\n" + plain,
       {"panels.corner_mm", "3 numbers"}},
      {"panels = [{corner_mm = [0, 0, 0], fast = [1, 0, 0], slow = [0, 1, 0]}]\n" + plain,
       {"without their pixels"}},
      {"nam = \"X\"\n" + plain, {"unknown key 'nam'"}},
  };
  for (const Mistake& mistake : mistakes) {
    try {
      parse_description(mistake.text, "x.toml");
      ADD_FAILURE() << "taken:\n" << mistake.text;
    } catch (const UsageError& error) {
      for (const std::string& part : mistake.says) {
        EXPECT_THAT(error.what(), HasSubstr(part)) << mistake.text;
      }
    }
  }
}

}  // namespace
}  // namespace nanobragg::config
