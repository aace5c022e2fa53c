// Geometries of CrystFEL in the ways that its manual page allows: units, flags, shifts, masks.
#include "nanobragg/io/geometry/crystfel_geometry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

const std::string kBody =
    "p0/min_fs = 0\np0/max_fs = 7\np0/min_ss = 0\np0/max_ss = 3\n"
    "p0/corner_x = 10\np0/corner_y = 20\np0/fs = +x\np0/ss = +y\n";
const std::string kHead = "wavelength = 1.3 A\nres = 10000\n";

GeometryFile read(const std::string& text) { return parse_crystfel_geometry(text, "x.geom"); }
GeometryFile with(const std::string& lines) { return read(kHead + lines + kBody); }

// Along the beam is x here, CrystFEL's y is y, its x is −z.
double distance_mm(const GeometryFile& file) { return 1e3 * file.panels.at(0).corner_m.x; }

void expect_error(const std::string& text, const std::string& message) {
  EXPECT_THAT([&] { read(text); }, ThrowsMessage<Error>(HasSubstr(message)));
}

std::size_t masked(const GeometryFile& file) {
  std::size_t count = 0;
  if (!file.mask) return 0;
  for (const auto flag : file.mask->pixels()) count += flag == 0 ? 1 : 0;
  return count;
}

TEST(CrystfelGeometry, ReadsLengthsInTheirUnits) {
  for (const char* clen : {"0.0953", "0.0953 m", "0.0953m", "95.3 mm", "95.3mm", "9.53e1   mm",
                           "95.3 mm ; millimetres", "95.3 mm # of the rail"}) {
    const GeometryFile file = with(std::string("clen = ") + clen + "\n");
    EXPECT_NEAR(distance_mm(file), 95.3, 1e-9) << clen;
    EXPECT_THAT(file.warnings, IsEmpty()) << clen;
  }
  EXPECT_NEAR(distance_mm(with("clen = 0.1\ncoffset = -2.5 mm\n")), 97.5, 1e-9);
  EXPECT_NEAR(distance_mm(with("clen = 0.1\ncoffset = -0.0025\n")), 97.5, 1e-9);
  expect_error(kHead + "clen = 9.53 cm\n" + kBody, "x.geom:3: clen in 'cm' (m and mm are units");
  expect_error(kHead + "clen = 0.1\nres = 10000 px\n" + kBody, "x.geom:4: 'px' after the number");
}

TEST(CrystfelGeometry, FindsValuesOfTheFileWhereverTheyStand) {
  const GeometryFile file =
      read("res = 10000\n" + kBody +
           "clen = 95.3 mm\nphoton_energy = 9.5 keV\ndetector_shift_x = 1 mm\n"
           "detector_shift_y = -0.002\n");
  EXPECT_NEAR(distance_mm(file), 95.3, 1e-9);
  EXPECT_NEAR(*file.wavelength_m, 12398.42 / 9500 * 1e-10, 1e-20);
  EXPECT_NEAR(file.panels[0].corner_m.z, -(10e-4 + 1e-3), 1e-12);
  EXPECT_NEAR(file.panels[0].corner_m.y, 20e-4 - 2e-3, 1e-12);
  EXPECT_THAT(file.warnings, IsEmpty());
  expect_error(kHead + kBody, "panel p0 has no clen");
  // A panel's own, as older versions have it, wins.
  EXPECT_NEAR(distance_mm(read(kHead + kBody + "p0/clen = 0.08\nclen = 0.1\n")), 80.0, 1e-9);
  EXPECT_THAT(with("clen = 0.1\nclen = 0.2\n").warnings,
              ElementsAre(HasSubstr("clen = 0.2 (line 4) takes the place of 0.1 (line 3)")));
}

TEST(CrystfelGeometry, SaysWhatStandsBehindThePanels) {
  const GeometryFile file = read(kHead + "clen = 0.1\n" + kBody + "coffset = 0.05\n");
  EXPECT_NEAR(distance_mm(file), 100.0, 1e-9);
  EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("coffset = 0.05 (line 12)")));
}

TEST(CrystfelGeometry, ReadsTheWavelengthInEveryUnit) {
  const auto angstrom = [](const std::string& line) {
    return 1e10 * *read("res = 10000\nclen = 0.1\n" + line + "\n" + kBody).wavelength_m;
  };
  EXPECT_NEAR(angstrom("wavelength = 1.305 A"), 1.305, 1e-12);
  EXPECT_NEAR(angstrom("wavelength = 1.305e-10 m"), 1.305, 1e-12);
  for (const char* energy : {"9500", "9500 eV", "9.5 keV", "0.0095 MeV"}) {
    EXPECT_NEAR(angstrom(std::string("photon_energy = ") + energy), 1.3050968, 1e-6) << energy;
  }
  const std::string head = "res = 10000\nclen = 0.1\n";
  EXPECT_FALSE(read(head + "photon_energy = /LCLS/photon_energy_eV\n" + kBody).wavelength_m);
  EXPECT_FALSE(read(head + "wavelength = /entry/wavelength A\n" + kBody).wavelength_m);
  expect_error(head + "wavelength = 0.13 nm\n" + kBody, "wavelength in 'nm' (m and A are units");
  expect_error(head + "wavelength = 1.3\n" + kBody, "write the unit after the number");
  expect_error(head + "photon_energy = 9500 J\n" + kBody, "photon_energy in 'J'");
  expect_error(head + "photon_energy = 0\n" + kBody, "impossible photon_energy");
  expect_error(head + "electron_voltage = 200 kV\n" + kBody, "x.geom:3: electron_voltage");
  expect_error(head + "photon_energy = 9500\nwavelength = 1.5 A\n" + kBody,
               "photon_energy means 1.3051 Å, wavelength says 1.5 Å");
}

TEST(CrystfelGeometry, TakesNoIndexForWhatItSays) {
  for (const char* unused : {"1", "true", "True", "TRUE", "2", "0.5", "-1"}) {
    EXPECT_EQ(masked(with(std::string("clen = 1\nno_index = ") + unused + "\n")), 32u) << unused;
  }
  for (const char* used : {"0", "false", "False", "0.0", "00"}) {
    EXPECT_EQ(masked(with(std::string("clen = 1\nno_index = ") + used + "\n")), 0u) << used;
  }
  expect_error(kHead + "clen = 1\nno_index = maybe\n" + kBody,
               "no_index of panel p0 is 'maybe' (true, false or a number)");
}

TEST(CrystfelGeometry, MasksEdgesAndRegions) {
  EXPECT_EQ(masked(with("clen = 1\nmask_edge_pixels = 1\n")), 32u - 6u * 2u);
  EXPECT_EQ(masked(with("clen = 1\nmask_edge_pixels = 5\n")), 32u);
  const std::string region = "bad1/min_fs = 2\nbad1/max_fs = 4\nbad1/min_ss = 1\nbad1/max_ss = 1\n";
  const GeometryFile file = read(kHead + "clen = 1\n" + kBody + region + "bad1/panel = p0\n");
  EXPECT_EQ(masked(file), 3u);
  EXPECT_EQ((file.mask->view()[{1, 2}]), 0);
  EXPECT_EQ((file.mask->view()[{1, 5}]), 1);
  EXPECT_THAT(file.warnings, IsEmpty());
  // Across the beam, in pixels from where the beam passes: the panel reaches from 10 to 18.
  EXPECT_EQ(masked(read(kHead + "clen = 1\n" + kBody +
                        "badx/min_x = 0\nbadx/max_x = 12\nbadx/min_y = 20\nbadx/max_y = 21\n")),
            2u);
  const std::string start = kHead + "clen = 1\n" + kBody;
  expect_error(start + region + "bad1/panel = p7\n", "region bad1 is of 'p7' (no such panel)");
  expect_error(start + region + "bad1/min_x = 1\n", "region bad1 is in fs and ss, and in x and y");
  expect_error(start + "bad1/min_fs = 2\n", "region bad1 has no max_fs");
  expect_error(start + region + "bad1/colour = 1\n", "colour of region bad1 (no such key)");
}

TEST(CrystfelGeometry, NamesWhatItDoesNotUse) {
  const GeometryFile file = with(
      "clen = 1\nmask = /entry/mask\nmask_good = 0x0\nmask_bad = 0xffff\nmask1_file = bad.h5\n"
      "mask1_data = /mask\nflag_lessthan = -100\nadu_per_eV = 0.001\nmax_adu = 7000\n"
      "saturation_map = /sat\nbandwidth = 0.01\ndetector_shift_x = /shift/x m\ncorner_z = 4\n"
      "data = /entry/data\ndim0 = %\ndim1 = ss\ndim2 = fs\nrigid_group_q0 = p0\n"
      "rigid_group_collection_all = q0\ngroup_all = p0\npeak_list = /peaks\n");
  EXPECT_THAT(
      file.warnings,
      ElementsAre(HasSubstr("detector_shift_x = /shift/x m is in data files"),
                  AllOf(HasSubstr("mask (line 4), mask1_data (line 8), mask1_file (line 7)"),
                        HasSubstr("masks in data files are not applied")),
                  AllOf(HasSubstr("adu_per_eV (line 10), flag_lessthan (line 9)"),
                        HasSubstr("max_adu (line 11), saturation_map (line 12)")),
                  HasSubstr("bandwidth (line 13): not applied: it is the standard deviation of a "
                            "Gaussian spectrum (-dispersion 3.464 -dispsteps 20 has the same,"),
                  HasSubstr("corner_z (line 15): unknown keys are skipped")));
  EXPECT_THAT(with("clen = 1\nadu_per_photon = 1\n").warnings, IsEmpty());
  expect_error(
      kHead + "clen = /LCLS/detector_1/EncoderValue\n" + kBody,
      "clen is not a number: '/LCLS/detector_1/EncoderValue': its value is in the data file");
}

TEST(CrystfelGeometry, ReadsAlmostSquarePanelsAsSquare) {
  const std::string panel =
      "clen = 0.1\np0/min_fs = 0\np0/max_fs = 1023\np0/min_ss = 0\np0/max_ss = 511\n"
      "p0/corner_x = 32\np0/corner_y = 32\n";
  const GeometryFile file =
      read(kHead + panel + "p0/fs = +0.000342x -0.999931y\np0/ss = -0.998976x -0.000050y\n");
  const GeometryPanel& p = file.panels[0];
  EXPECT_NEAR(dot(p.fast, p.slow), 0.0, 1e-15);
  EXPECT_NEAR(length(p.fast), 1.0, 1e-15);
  EXPECT_NEAR(p.fast.z, -0.000196, 1e-6);  // half of the skew each
  EXPECT_NEAR(p.slow.y, -0.000196, 1e-6);
  EXPECT_NEAR(p.pixel_m, 1e-4, 1e-18);
  EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("moves its far corner by 0.69 pixels")));
  // The digits of a rotation are no skew.
  EXPECT_THAT(
      read(kHead + panel + "p0/fs = +0.006x +0.999982y\np0/ss = -0.999982x +0.006y\n").warnings,
      IsEmpty());
  expect_error(kHead + panel + "p0/fs = +x\np0/ss = +0.1x +0.995y\n",
               "fs and ss of panel p0 are 84.26");
  expect_error(kHead + panel + "p0/fs = 1.1x\np0/ss = +y\n", "are 1.1 and 1 pixels long");
}

TEST(CrystfelGeometry, KeepsDefaultsForThePanelsBelowThem) {
  const auto panel = [](const std::string& name, const std::string& first) {
    return name + "/min_fs = 0\n" + name + "/max_fs = 7\n" + name + "/min_ss = " + first + "\n" +
           name + "/max_ss = " + first + "\n" + name + "/corner_x = 0\n" + name +
           "/corner_y = 0\n" + name + "/fs = x\n" + name + "/ss = y\n";
  };
  const GeometryFile file =
      read("wavelength = 1 A\nclen = 0.1\nres = 10000\n" + panel("a", "0") +
           "res = 5000\nno_index = 1\n" + panel("b", "1") + "a/coffset = 0.01\n");
  ASSERT_EQ(file.panels.size(), 2u);
  EXPECT_NEAR(file.panels[0].pixel_m, 1e-4, 1e-18);
  EXPECT_NEAR(file.panels[1].pixel_m, 2e-4, 1e-18);
  EXPECT_NEAR(1e3 * file.panels[0].corner_m.x, 110.0, 1e-9);
  EXPECT_EQ(masked(file), 8u);
}

}  // namespace
}  // namespace nanobragg::io
