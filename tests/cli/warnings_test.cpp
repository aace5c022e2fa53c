// Warnings: each repaired quirk that a command line exercises is named once; others are silent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Exercise {
  std::string quirk;
  Arguments arguments;                   // the whole command line
  std::string effect;                    // a part of what the warning says
  std::string header = {};               // entries of other.img
  std::vector<std::string> others = {};  // quirks that cannot but be exercised too
};

void PrintTo(const Exercise& exercise, std::ostream* out) { *out << exercise.quirk; }

std::string smv(const std::string& entries) {
  std::string header =
      "{\nHEADER_BYTES=512;\nTYPE=unsigned_short;\nSIZE1=32;\nSIZE2=32;\n" + entries + "}\f";
  header.resize(512, ' ');
  return header + std::string(2 * 32 * 32, '\1');
}

Arguments oblique_cell() {
  return {"-cell", "70", "80", "90", "75", "85", "95", "-default_F", "10", "-detpixels", "16"};
}

// An interpolating run on a table that the detector looks beyond.
Arguments beyond_the_table() {
  return {"-cell", "30", "30", "30", "-hkl", "few.hkl", "-interpolate", "-detpixels", "16"};
}

// No number of cells is given, so the reference thinks of a single cell and interpolates.
Arguments sized_in_mm() {
  return {"-cell",     "74",     "74",          "36", "-hkl",       "tetragonal.hkl",
          "-xtalsize", "0.0005", "-oversample", "1",  "-detpixels", "16"};
}

Arguments long_header_values() {
  return {"-distance", "123.45678",  "-lambda",   "0.9768123", "-Xbeam",         "-17.123456",
          "-Ybeam",    "-18.123456", "-pixel",    "0.171234",  "-osc",           "0.123456",
          "-phi",      "123.456",    "-phisteps", "1",         "-detector_rotx", "-12.3456"};
}

// A round crystal, and a pixel whose centre is where the beam hits.
Arguments in_the_direct_beam() {
  return {"-cell", "74",          "74",         "36", "-default_F",  "10", "-N",
          "5",     "-round_xtal", "-detpixels", "15", "-oversample", "1",  "-xds"};
}

std::vector<Exercise> exercises() {
  const Arguments small = small_run();
  const Arguments image = {"-cell", "74", "74", "36", "-hkl", "tetragonal.hkl", "-N", "5"};
  return {
      {"phi_carry_over", small + Arguments{"-osc", "1"}, "spindle angle of exactly 0"},
      {"skewed_triclinic_cell", oblique_cell(), "builds the cell with the given angles"},
      {"thick_layers", small + Arguments{"-detector_thick", "100"}, "layers of thickness/n"},
      {"running_product", small + Arguments{"-oversample_omega"}, "multiplies each term once"},
      {"interpolation_latch", beyond_the_table(), "stops interpolating"},
      {"interpolation_before_size", sized_in_mm(), "final number of cells"},
      {"source_weights_ignored", small + Arguments{"-sourcefile", "sources.txt"}, "the weights"},
      {"pix0_ignored", small + Arguments{"-pix0_vector", "0.1", "0.005", "-0.005"}, "corner"},
      {"convention_forces_pivot", small + Arguments{"-pivot", "sample"}, "obeys -pivot"},
      {"img_twotheta_ignored", image + Arguments{"-img", "header.img", "-phisteps", "1"},
       "TWOTHETA"},
      {"twotheta_ratio", small + Arguments{"-twotheta", "5"}, "the detector where it is"},
      {"beam_centre_words", small + Arguments{"-dials", "-Xbeam", "1.5"}, "whichever is given"},
      {"negative_oscillation", small + Arguments{"-phi", "5", "-osc", "-1"}, "backwards"},
      {"header_key_substrings", image + Arguments{"-img", "other.img"}, "whole keys",
       "WAVELENGTH=1.1;\nSOURCE_WAVELENGTH=1.0 1.5418;\n"},
      {"header_overrides_distance", image + Arguments{"-img", "other.img", "-distance", "90"},
       "obeys -distance", "DISTANCE=100;\nCLOSE_DISTANCE=99;\n"},
      {"rmsd_counts_masked", image + Arguments{"-mask", "mask.img"}, "masked pixels"},
      {"fractional_hkl", small + Arguments{"-hkl", "fractional.hkl"}, "non-integer"},
      {"hkl_extra_columns", small + Arguments{"-hkl", "columns.hkl"}, "further columns"},
      {"smv_header_overflow", small + long_header_values(), "512"},
      {"water_scaling", small + Arguments{"-water", "1"}, "for each molecule of water"},
      {"nopolar_ignored",
       small + Arguments{"-nopolar", "-oversample_polar"},
       "obeys -nopolar",
       {},
       {"running_product"}},
      {"round_peak", in_the_direct_beam(), "takes its series there"},
      {"spots_of_volume", small + Arguments{"-gauss_xtal"}, "as wide as its own cells"},
      {"whole_cells", small + Arguments{"-Na", "5.5"}, "takes them as they are"},
      {"water_cut_by_dmin",
       small + Arguments{"-water", "1", "-dmin", "60"},
       "the crystal's scattering alone",
       {},
       {"water_scaling"}},
  };
}

class ExercisedQuirk : public testing::TestWithParam<Exercise> {};

TEST_P(ExercisedQuirk, IsNamedOnceWithItsEffect) {
  const Exercise& exercise = GetParam();
  const Workspace workspace;
  workspace.write("columns.hkl", "# a comment\n1 0 0 50 2.5\n0 1 0 40 2\n");
  workspace.write("other.img", smv(exercise.header));
  const ProgramResult result = workspace.run(exercise.arguments);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(count_of("warning: quirk ", result.errors), 1U + exercise.others.size())
      << result.errors;
  for (const std::string& other : exercise.others) {
    EXPECT_THAT(result.errors, HasSubstr("warning: quirk " + other + ": "));
  }
  EXPECT_EQ(count_of("quirk " + exercise.quirk + ": the reference ", result.errors), 1U)
      << result.errors;
  EXPECT_THAT(result.errors, HasSubstr(exercise.effect));
  EXPECT_THAT(result.errors, HasSubstr("(-compat reference reproduces it)"));
}

TEST_P(ExercisedQuirk, IsNoNewsInReferenceMode) {
  const Exercise& exercise = GetParam();
  const Workspace workspace;
  workspace.write("columns.hkl", "# a comment\n1 0 0 50 2.5\n0 1 0 40 2\n");
  workspace.write("other.img", smv(exercise.header));
  const ProgramResult result =
      workspace.run(exercise.arguments + Arguments{"-compat", "reference"});
  EXPECT_THAT(result.errors, Not(HasSubstr("quirk")));
}

INSTANTIATE_TEST_SUITE_P(All, ExercisedQuirk, testing::ValuesIn(exercises()),
                         [](const auto& instance) { return instance.param.quirk; });

TEST(Warnings, APlainRunGivesNone) {
  const Workspace workspace;
  const Workspace without_cache;
  workspace.run_silently(small_run());
  without_cache.run_silently({"-cell", "50", "-default_F", "1000", "-detpixels", "16"});
  workspace.run_silently(small_run() + Arguments{"-phi", "1", "-osc", "1", "-phisteps", "3"});
  workspace.run_silently(small_run() + Arguments{"-osc", "1", "-phisteps", "1"});
  workspace.run_silently(small_run() + Arguments{"-mosaic", "1", "-xds"});
}

TEST(Warnings, ReadingBackOwnImagesGivesNone) {
  const Workspace workspace;
  for (const char* convention : {"-mosflm", "-xds", "-dials", "-denzo", "-adxv"}) {
    const Arguments write =
        small_run() + Arguments{convention, "-phi", "3", "-osc", "1", "-intfile", "own.img"};
    const Arguments read{convention,       "-cell", "74", "74",   "36",     "-hkl",
                         "tetragonal.hkl", "-N",    "5",  "-img", "own.img"};
    workspace.run_silently(write);
    workspace.run_silently(read);
    // A header has no words for a tilt.
    workspace.run_silently(write + Arguments{"-detector_rotx", "5"});
    EXPECT_THAT(workspace.run(read).errors, HasSubstr("-detector_rotx ...")) << convention;
  }
}

TEST(Warnings, ANormalThatIsNoneIsNamed) {
  const Workspace workspace;
  const Arguments turned{"-fdet_vector",    "0",  "0",  "1",  "-sdet_vector", "1",  "0", "0",
                         "-pix0_vector_mm", "-4", "80", "-3", "-default_F",   "100"};
  const ProgramResult result = workspace.run(small_run() + turned);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("-odet_vector, which is not given and stays that of the "
                                       "convention, is not normal to -fdet_vector"));
  EXPECT_THAT(result.errors, HasSubstr("pixels are negative"));
  const Arguments normal{"-odet_vector", "0", "1", "0"};
  EXPECT_THAT(workspace.run(small_run() + turned + normal).errors,
              testing::Not(HasSubstr("-odet_vector")));
}

TEST(Warnings, AnIgnoredFlagIsNamed) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run(small_run() + Arguments{"-coherent", "-stolout", "x.stol"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(count_of("warning: flag '-coherent' is ignored", result.errors), 1U);
  EXPECT_EQ(count_of("warning: flag '-stolout' is ignored", result.errors), 1U);
  EXPECT_EQ(count_of("warning", result.errors), 2U);
}

TEST(Warnings, ADroppedReflectionIsFoundInTheFile) {
  const Workspace workspace;
  workspace.write("half.hkl", "1 0 0 5\n\n1 0.5 0 7\n");
  const ProgramResult result = workspace.run(small_run() + Arguments{"-hkl", "half.hkl"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("half.hkl:3: reflection dropped (Miller index 0.5"));
}

TEST(Warnings, FlagsThatWinOverACornerAreNamed) {
  const Workspace workspace;
  const ProgramResult result = workspace.run(
      small_run() + Arguments{"-pix0_vector", "0.1", "0", "0", "-distance", "90", "-Xbeam", "1"});
  EXPECT_THAT(result.errors,
              HasSubstr("-pix0_vector is not used: the detector is placed by -distance -Xbeam"));
}

TEST(Warnings, AnotherOrIdleChoiceIsPointedOut) {
  const Workspace workspace;
  const auto warns = [&](const Arguments& arguments, const std::string& text) {
    const ProgramResult result = workspace.run(small_run() + arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(text));
  };
  warns({"-mosaic_dom", "5"}, "-mosaic_domains has no effect without a mosaic spread");
  warns({"-xtal_y", "0.2", "-oversample", "1"}, "the crystal is clipped to -beamsize");
  warns({"-xtalsize", "0.001", "-oversample", "1"}, "-oversample 31 resolves it");
  warns({"-twotheta", "90"}, "the plane of the detector passes through the sample");
}

TEST(Warnings, ADarkImageIsExplained) {
  const Workspace workspace;
  workspace.write("far.hkl", "9 9 9 5\n");
  const ProgramResult result =
      workspace.run({"-cell", "50", "-hkl", "far.hkl", "-N", "5", "-detpixels", "8"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("every rendered pixel is 0"));
}

TEST(Warnings, ALongRunIsAnnounced) {
  const Workspace workspace;
  const ProgramResult result = workspace.run(
      small_run() + Arguments{"-detpixels", "1000", "-xtalsize", "0.1", "-show_config"});
  EXPECT_THAT(result.errors, HasSubstr("this run is long"));
  EXPECT_THAT(result.errors, HasSubstr("-oversample"));
}

}  // namespace
}  // namespace nanobragg::test
