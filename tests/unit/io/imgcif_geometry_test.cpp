// Headers of imgCIF in the ways that CIF allows: loops and single values, several of a kind,
// goniometers of several axes, sections; and the comments of PILATUS detectors.
#include "nanobragg/io/geometry/imgcif_geometry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

GeometryFile read(const std::string& text) {
  return parse_imgcif_geometry("###CBF: VERSION 1.5\ndata_x\n" + text, "x.cbf");
}

void expect_error(const std::string& text, const std::string& message) {
  EXPECT_THAT([&] { read(text); }, ThrowsMessage<Error>(HasSubstr(message)));
}

void expect_near(const Vec3<double>& a, const Vec3<double>& b, double within = 1e-6) {
  EXPECT_LT(length(a - b), within) << a.x << ' ' << a.y << ' ' << a.z;
}

const std::string kAxes =
    "loop_\n_axis.id\n_axis.type\n_axis.equipment\n_axis.depends_on\n_axis.vector[1]\n"
    "_axis.vector[2]\n_axis.vector[3]\n_axis.offset[1]\n_axis.offset[2]\n_axis.offset[3]\n"
    "OMEGA rotation goniometer . 1 0 0 . . .\n"
    "KAPPA rotation goniometer OMEGA 0.64279 0 0.76604 . . .\n"
    "PHI rotation goniometer KAPPA 1 0 0 . . .\n"
    "TTH rotation detector . 1 0 0 . . .\n"
    "DETZ translation detector TTH 0 0 -1 0 0 0\n"
    "ELX translation detector DETZ 1 0 0 -5 4 0\n"
    "ELY translation detector ELX 0 -1 0 0 0 0\n";
const std::string kArray =
    "loop_\n_array_structure_list.array_id\n_array_structure_list.index\n"
    "_array_structure_list.dimension\n_array_structure_list.precedence\n"
    "_array_structure_list.direction\n_array_structure_list.axis_set_id\n"
    "A 1 64 1 increasing ELX\nA 2 48 2 increasing ELY\n"
    "loop_\n_array_structure_list_axis.axis_set_id\n_array_structure_list_axis.axis_id\n"
    "_array_structure_list_axis.displacement\n_array_structure_list_axis.displacement_increment\n"
    "ELX ELX 0 0.172\nELY ELY 0 0.172\n";
const std::string kScanColumns =
    "loop_\n_diffrn_scan_axis.scan_id\n_diffrn_scan_axis.axis_id\n_diffrn_scan_axis.angle_start\n"
    "_diffrn_scan_axis.angle_increment\n_diffrn_scan_axis.displacement_start\n";

std::string scan(const std::string& omega, const std::string& kappa, const std::string& phi) {
  return kScanColumns + "S OMEGA " + omega + " .\nS KAPPA " + kappa + " .\nS PHI " + phi +
         " .\nS TTH 0 0 .\nS DETZ . . 200\n";
}

TEST(ImgcifGeometry, TurnsTheSpindleByTheAxesOutsideIt) {
  const GeometryFile file = read(kAxes + scan("60 0", "40 0", "12 0.1") + kArray);
  // R_omega(60) R_kappa(40) (1, 0, 0), in the frame of imgCIF.
  expect_near(*file.spindle_axis, from_imgcif({0.862710, 0.146434, 0.484033}), 2e-6);
  EXPECT_NEAR(*file.phi_rad, 12 * kDegree, 1e-12);
  EXPECT_NEAR(*file.oscillation_rad, 0.1 * kDegree, 1e-12);
  // Those inside turn the crystal, and not the spindle.
  expect_near(*read(kAxes + scan("12 0.1", "40 0", "60 0") + kArray).spindle_axis, {0, 0, 1});
  expect_near(*read(kAxes + scan("90 0", "12 0.1", "60 0") + kArray).spindle_axis,
              from_imgcif({0.64279, -0.76604, 0}), 1e-5);
  // Of a still: the first of the file.
  const GeometryFile still = read(kAxes + scan("60 0", "40 0", "12 0") + kArray);
  EXPECT_NEAR(*still.phi_rad, 60 * kDegree, 1e-12);
  EXPECT_EQ(still.oscillation_rad, 0.0);
  EXPECT_THAT(read(kAxes + scan("60 0.1", "40 0", "12 0.2") + kArray).warnings,
              ElementsAre(HasSubstr("OMEGA and PHI turn together: only OMEGA is taken to")));
}

TEST(ImgcifGeometry, TurnsBackwards) {
  const GeometryFile file = read(kAxes + scan("90 -0.2", "0 0", "0 0") + kArray);
  EXPECT_NEAR(*file.phi_rad, 90 * kDegree, 1e-12);
  EXPECT_NEAR(*file.oscillation_rad, -0.2 * kDegree, 1e-12);
}

// Several scans and frames stand in one loop: the settings are those of the first frame.
TEST(ImgcifGeometry, TakesTheSettingsOfOneFrame) {
  const std::string frames =
      "loop_\n_diffrn_data_frame.id\n_diffrn_data_frame.array_id\nF7 A\nF8 A\n"
      "loop_\n_diffrn_scan_frame.frame_id\n_diffrn_scan_frame.scan_id\n"
      "_diffrn_scan_frame.frame_number\nF1 R 1\nF7 S 7\nF8 S 8\n";
  const std::string other = "R OMEGA 0 1 .\nR DETZ . . 300\n";
  const GeometryFile by_scan = read(kAxes + scan("60 0.5", "0 0", "0 0") + other + kArray + frames);
  ASSERT_EQ(by_scan.panels.size(), 1u);
  EXPECT_NEAR(by_scan.panels[0].corner_m.x, 0.2, 1e-12);
  EXPECT_NEAR(*by_scan.phi_rad, (60 + 6 * 0.5) * kDegree, 1e-12);
  EXPECT_THAT(by_scan.warnings, ElementsAre(HasSubstr("holds 2 frames: taking the first, F7")));
  const std::string settings =
      "loop_\n_diffrn_scan_frame_axis.frame_id\n_diffrn_scan_frame_axis.axis_id\n"
      "_diffrn_scan_frame_axis.angle\n_diffrn_scan_frame_axis.displacement\n"
      "F7 OMEGA 62.9 .\nF7 DETZ . 201\nF8 OMEGA 63.5 .\nF8 DETZ . 250\n";
  const GeometryFile by_frame =
      read(kAxes + scan("60 0.5", "0 0", "0 0") + other + kArray + frames + settings);
  EXPECT_NEAR(by_frame.panels[0].corner_m.x, 0.201, 1e-12);
  EXPECT_NEAR(*by_frame.phi_rad, 62.9 * kDegree, 1e-12);
}

TEST(ImgcifGeometry, ReadsSingleValuesAsLoops) {
  const std::string single =
      "_diffrn_scan_axis.scan_id 'S'\n_diffrn_scan_axis.axis_id \"OMEGA\"\n"
      "_diffrn_scan_axis.angle_start 30.0(2)\n_diffrn_scan_axis.angle_increment ?\n"
      "_diffrn_scan_axis.displacement_start .\n"
      "_diffrn_scan.id S\n_diffrn_scan.frames 5\n";
  const GeometryFile file = read(kAxes + single + kArray);
  EXPECT_NEAR(*file.phi_rad, 30 * kDegree, 1e-12);
  EXPECT_FALSE(file.oscillation_rad);
  expect_error(kAxes + scan("abc 0.1", "0 0", "0 0") + kArray, "'abc' (not a number");
}

TEST(ImgcifGeometry, FindsTheWavelengthHoweverItIsWritten) {
  const std::string base = kAxes + scan("0 1", "0 0", "0 0") + kArray;
  const std::string loop =
      "loop_\n_diffrn_radiation_wavelength.id\n_diffrn_radiation_wavelength.wavelength\n"
      "_diffrn_radiation_wavelength.wt\n";
  for (const std::string& text :
       {std::string("_diffrn_radiation_wavelength.wavelength 0.6889\n"),
        std::string("_diffrn_radiation_wavelength.wavelength '0.6889(3)'\n"),
        std::string("_Diffrn_Radiation_Wavelength.Wavelength 0.6889\n"),
        std::string("_diffrn_radiation_wavelength 0.6889\n"), loop + "W1 0.6889 1.0\n",
        loop + "W1 0.5 1\nW2 0.6889 1\n_diffrn_radiation.wavelength_id W2\n",
        "loop_\n_diffrn_radiation.diffrn_id\n_diffrn_radiation.wavelength_id\nD W2\n" + loop +
            "W1 0.5 1\nW2 0.6889 1\n"}) {
    const GeometryFile file = read(base + text);
    ASSERT_TRUE(file.wavelength_m) << text;
    EXPECT_NEAR(*file.wavelength_m, 0.6889e-10, 1e-20) << text;
    EXPECT_THAT(file.warnings, IsEmpty()) << text;
  }
  EXPECT_FALSE(read(base).wavelength_m);
  EXPECT_FALSE(read(base + "_diffrn_radiation_wavelength.wavelength ?\n").wavelength_m);
  const GeometryFile several = read(base + loop + "W1 1.5406 0.6\nW2 1.5444 0.4\n");
  EXPECT_NEAR(*several.wavelength_m, (0.6 * 1.5406 + 0.4 * 1.5444) * 1e-10, 1e-20);
  ASSERT_EQ(several.spectrum.size(), 2U);
  EXPECT_DOUBLE_EQ(several.spectrum[1].weight, 0.4);
  EXPECT_THAT(several.warnings, IsEmpty());
  const GeometryFile unweighted = read(base + loop + "W1 1.5406 ?\nW2 1.5444 ?\n");
  EXPECT_NEAR(*unweighted.wavelength_m, 1.5406e-10, 1e-20);
  EXPECT_TRUE(unweighted.spectrum.empty());
  EXPECT_THAT(unweighted.warnings, ElementsAre(HasSubstr("wavelengths of 1.5406, 1.5444 Å")));
  expect_error(base + loop + "W1 1.5406 -1\n", "impossible weight -1");
  expect_error(base + "_diffrn_radiation_wavelength.wavelength -1\n", "impossible wavelength -1");
}

TEST(ImgcifGeometry, ReadsThePolarisation) {
  const std::string base = kAxes + scan("0 1", "0 0", "0 0") + kArray;
  EXPECT_FALSE(read(base).kahn_factor);
  const GeometryFile file = read(base +
                                 "_diffrn_radiation.polarizn_source_ratio 0.8\n"
                                 "_diffrn_radiation.polarizn_source_norm 90\n");
  EXPECT_DOUBLE_EQ(*file.kahn_factor, 0.8);
  EXPECT_NEAR(std::abs(file.polarisation_axis->y), 1.0, 1e-12);
  const GeometryFile flat = read(base + "_diffrn_radiation.polarizn_source_ratio 0.8\n");
  EXPECT_NEAR(std::abs(flat.polarisation_axis->z), 1.0, 1e-12);
}

TEST(ImgcifGeometry, MakesAPanelOfEachSection) {
  const std::string sections =
      "loop_\n_array_structure_list.array_id\n_array_structure_list.array_section_id\n"
      "_array_structure_list.index\n_array_structure_list.dimension\n"
      "_array_structure_list.precedence\n_array_structure_list.axis_set_id\n"
      "A . 1 64 1 .\nA . 2 48 2 .\nA . 3 2 3 .\n"
      "A A0 1 32 1 ELX\nA A0 2 48 2 ELY\nA A1 1 32 1 ELX2\nA A1 2 48 2 ELY\n"
      "loop_\n_array_structure_list_axis.axis_set_id\n_array_structure_list_axis.axis_id\n"
      "_array_structure_list_axis.displacement\n"
      "_array_structure_list_axis.displacement_increment\n"
      "ELX ELX 0 0.1\nELY ELY 0 0.1\nELX2 ELX 3.2 0.1\n";
  const GeometryFile file = read(kAxes + scan("0 1", "0 0", "0 0") + sections);
  ASSERT_EQ(file.panels.size(), 2u);
  EXPECT_EQ(file.panels[0].name, "A0");
  EXPECT_EQ(file.panels[1].shape, (ImageShape{48, 32}));
  expect_near(file.panels[1].corner_m - file.panels[0].corner_m, {0, 0, 3.2e-3}, 1e-12);
}

TEST(ImgcifGeometry, TakesThePixelsLengthWhereNoIncrementStands) {
  std::string array = kArray;
  for (std::size_t at = array.find("0.172"); at != std::string::npos; at = array.find("0.172")) {
    array.replace(at, 5, "?");
  }
  const GeometryFile file = read(
      kAxes + scan("0 1", "0 0", "0 0") + array +
      "loop_\n_array_element_size.array_id\n_array_element_size.index\n_array_element_size.size\n"
      "A 1 172e-6\nA 2 172e-6\n");
  EXPECT_NEAR(file.panels.at(0).pixel_m, 172e-6, 1e-15);
  expect_near(file.panels[0].slow, {0, -1, 0}, 1e-12);
}

TEST(ImgcifGeometry, RefusesWhatItCannotPlace) {
  const std::string end = scan("0 1", "0 0", "0 0") + kArray;
  const std::string axis =
      "loop_\n_axis.id\n_axis.type\n_axis.equipment\n_axis.depends_on\n_axis.vector[1]\n"
      "_axis.vector[2]\n_axis.vector[3]\n_axis.system\n";
  expect_error(axis + "ELX translation detector . 1 0 0 direct\n" + end, "in the system 'direct'");
  expect_error(
      axis + "ELX translation detector ELY 1 0 0 .\nELY translation detector ELX 0 1 0 .\n" + end,
      "depends on itself");
  expect_error(
      axis + "ELX translation detector NONE 1 0 0 .\nELY translation detector ELX 0 1 0 .\n" + end,
      "no axis NONE");
  expect_error(kAxes + end + "_diffrn_data_frame.id F\n_diffrn_data_frame.array_id B\n",
               "no array B");
}

// Half a turn about y from the frame of imgCIF.
TEST(ImgcifGeometry, ReadsAxesInTheFrameOfMcstas) {
  const std::string axes =
      "loop_\n_axis.id\n_axis.type\n_axis.equipment\n_axis.depends_on\n_axis.vector[1]\n"
      "_axis.vector[2]\n_axis.vector[3]\n_axis.offset[1]\n_axis.offset[2]\n_axis.offset[3]\n"
      "_axis.system\n"
      "DETZ translation detector . 0 0 1 0 0 0 McStas\n"
      "ELX translation detector DETZ -1 0 0 5 4 0 McStas\n"
      "ELY translation detector ELX 0 -1 0 0 0 0 mcstas\n";
  const GeometryFile there = read(axes + kScanColumns + "S DETZ . . 200\n" + kArray);
  const GeometryFile here = read(kAxes + scan("0 1", "0 0", "0 0") + kArray);
  expect_near(there.panels.at(0).corner_m, here.panels.at(0).corner_m, 1e-12);
  expect_near(there.panels[0].fast, here.panels[0].fast, 1e-12);
}

const std::string kComments =
    "# Detector: PILATUS3 6M, S/N 60-0119\n# Pixel_size 172e-6 m x 172e-6 m\n"
    "# Wavelength 0.96859 A\n# Detector_distance 0.35100 m\n# Beam_xy (1261.61, 1306.96) pixels\n"
    "# Start_angle 89.5 deg.\n# Angle_increment 0.1000 deg.\n# Detector_2theta 0.0000 deg.\n"
    "# Polarization 0.990\n# Kappa 0.0000 deg.\n# Phi_increment 3.0000 deg.\n"
    "# Oscillation_axis X.CW +SLOW\n";
const std::string kBinary =
    "_array_data.data\n;\n--CIF-BINARY-FORMAT-SECTION--\n"
    "X-Binary-Size-Fastest-Dimension: 2463\nX-Binary-Size-Second-Dimension: 2527\n\n"
    "\x0c\x1a\x04\xd5 pixels\n--CIF-BINARY-FORMAT-SECTION----\n;\n";

GeometryFile read_comments(const std::string& comments) {
  return read("_array_data.header_convention \"PILATUS_1.2\"\n_array_data.header_contents\n;\n" +
              comments + ";\n" + kBinary);
}

// The comments with one line in another's place, or behind them.
std::string changed(const std::string& key, const std::string& line) {
  std::string out = kComments;
  const std::size_t at = out.find("# " + key);
  if (at == std::string::npos) return out + line + "\n";
  return out.replace(at, out.find('\n', at) - at, line);
}

TEST(PilatusHeader, IsReadByItsKeywords) {
  const GeometryFile file = read_comments(kComments);
  const GeometryPanel& panel = file.panels.at(0);
  EXPECT_EQ(panel.shape, (ImageShape{2527, 2463}));
  expect_near(panel.corner_m, from_imgcif({-1261.61 * 172e-6, 1306.96 * 172e-6, -0.351}), 1e-12);
  EXPECT_NEAR(*file.wavelength_m, 0.96859e-10, 1e-20);
  EXPECT_NEAR(*file.phi_rad, 89.5 * kDegree, 1e-12);
  EXPECT_NEAR(*file.oscillation_rad, 0.1 * kDegree, 1e-12);
  EXPECT_NEAR(*file.kahn_factor, 0.98, 1e-12);
  EXPECT_THAT(file.warnings, IsEmpty());
  EXPECT_NEAR(
      *read_comments(changed("Angle_increment", "# Angle_increment -0.2 deg.")).oscillation_rad,
      -0.2 * kDegree, 1e-12);
  EXPECT_EQ(read_comments(changed("Angle_increment", "# Angle_increment 0.0 deg.")).oscillation_rad,
            0.0);
}

TEST(PilatusHeader, TakesTheAxisThatMovesWhereNoAngleStands) {
  std::string comments = changed("Start_angle", "# Omega = 12.5 deg.");
  comments.replace(comments.find("# Angle_increment"), 17, "# Omega_increment");
  const GeometryFile file = read_comments(comments);
  EXPECT_NEAR(*file.phi_rad, 12.5 * kDegree, 1e-12);
  EXPECT_NEAR(*file.oscillation_rad, 0.1 * kDegree, 1e-12);
}

TEST(PilatusHeader, WarnsInItsOwnWords) {
  for (const std::string& line :
       {std::string("Detector_2theta 23.2400 deg."), std::string("Detector_2theta -5 deg."),
        std::string("Detector_Voffset 0.01000 m"), std::string("Kappa 40.0000 deg."),
        std::string("Chi 54.7 deg."), std::string("Alpha 50 deg."),
        std::string("Oscillation_axis Y, CW"), std::string("Oscillation_axis X, CCW")}) {
    const std::string key = line.substr(0, line.find(' '));
    EXPECT_THAT(read_comments(changed(key, "# " + line)).warnings,
                ElementsAre(HasSubstr("x.cbf: " + line)))
        << line;
  }
}

TEST(PilatusHeader, RefusesWhatItCannotPlace) {
  const auto refused = [](const std::string& comments, const std::string& message) {
    EXPECT_THAT([&] { read_comments(comments); }, ThrowsMessage<Error>(HasSubstr(message)));
  };
  refused(changed("Beam_xy", "# Beam (1, 2)"), "(neither axes nor # Beam_xy)");
  refused(changed("Pixel_size", "# Pixel_size 172e-6 m x 86e-6 m"), "must be square");
  refused(changed("Detector:", "# Detector: PILATUS 12M, S/N 120-0100"),
          "Detector: PILATUS 12M, S/N 120-0100 (its modules stand on a cylinder");
  refused(changed("Polarization", "# Polarization 1.5"), "impossible Polarization 1.5");
}

}  // namespace
}  // namespace nanobragg::io
