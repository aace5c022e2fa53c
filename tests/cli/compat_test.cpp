// Modes of -compat: single quirks on and off, in flags, files, series and refinements.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/workspace.hpp"
#include "nanobragg/compat/quirk.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// The image of a run.
std::string image(const Workspace& workspace, const Arguments& arguments) {
  const ProgramResult result =
      workspace.run(arguments + Arguments{"-floatfile", "float.bin", "-quiet", "-seed", "1"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return workspace.bytes("float.bin");
}

Arguments in_mode(const std::string& mode) { return {"-compat", mode}; }

TEST(Compat, ASingleQuirkMakesItsDifference) {
  const Workspace workspace;
  const Arguments sensor = small_run() + Arguments{"-detector_thick", "300"};
  const std::string physical = image(workspace, sensor);
  EXPECT_EQ(image(workspace, sensor + in_mode("physical,-thick_layers")), physical);
  EXPECT_EQ(image(workspace, sensor + in_mode("physical,+thick_layers")),
            image(workspace, sensor + in_mode("reference")));
  EXPECT_NE(image(workspace, sensor + in_mode("reference")), physical);
  EXPECT_NE(image(workspace, sensor + in_mode("reference,-thick_layers")),
            image(workspace, sensor + in_mode("reference")));
}

TEST(Compat, TheOracleIsTheReferenceWithoutTwoQuirks) {
  const Workspace workspace;
  const Arguments sweep = small_run() + Arguments{"-osc", "1", "-phisteps", "3"};
  EXPECT_EQ(image(workspace, sweep + in_mode("oracle")),
            image(workspace, sweep + in_mode("reference,-phi_carry_over,-running_product")));
  EXPECT_NE(image(workspace, sweep + in_mode("oracle")),
            image(workspace, sweep + in_mode("reference")));
  // Where it is the last word as well.
  const Arguments curved = small_run() + in_mode("oracle") + Arguments{"-floatfile", "float.bin"};
  workspace.run(curved + Arguments{"-curved_det"});
  const std::string last = workspace.bytes("float.bin");
  workspace.run(Arguments{"-curved_det"} + curved);
  EXPECT_EQ(workspace.bytes("float.bin"), last);
}

TEST(Compat, AQuirkThatIsReproducedIsNoNews) {
  const Workspace workspace;
  const Arguments sensor = small_run() + Arguments{"-detector_thick", "300", "-water", "1"};
  EXPECT_EQ(count_of("warning: quirk ", workspace.run(sensor).errors), 2U);
  const std::string errors = workspace.run(sensor + in_mode("physical,+thick_layers")).errors;
  EXPECT_EQ(count_of("warning: quirk ", errors), 1U) << errors;
  EXPECT_THAT(errors, HasSubstr("quirk water_scaling"));
  const std::string oracle = workspace.run(sensor + in_mode("oracle,-water_scaling")).errors;
  EXPECT_EQ(count_of("warning: quirk ", oracle), 1U) << oracle;
}

TEST(Compat, TheKernelFollowsTheQuirks) {
  const Workspace workspace;
  const ProgramResult refused =
      workspace.run(small_run() + in_mode("physical,+round_peak") + Arguments{"-kernel", "scalar"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("-compat physical,+round_peak with -kernel scalar"));
  EXPECT_THAT(refused.errors, HasSubstr("-kernel reference reproduces them"));
  // What is read and written is no business of a kernel.
  workspace.run_silently(small_run() + in_mode("physical,+no_adc_offset,-mask_beam_y_flip") +
                         Arguments{"-kernel", "scalar"});
  EXPECT_THAT(workspace.bytes("intimage.img"), Not(HasSubstr("ADC_OFFSET")));
  EXPECT_THAT(workspace.run(small_run() + in_mode("oracle,-round_peak")).output,
              HasSubstr("oracle,-round_peak, kernel reference"));
}

TEST(Compat, FilesKeepTheMode) {
  const Workspace workspace;
  const std::string mode = "reference,-phi_carry_over,-whole_cells";
  const std::string toml =
      workspace.run(small_run() + in_mode(mode) + Arguments{"-show_config"}).output;
  EXPECT_THAT(toml, HasSubstr("compat = \"" + mode + "\""));
  workspace.write("run.toml", toml);
  EXPECT_EQ(workspace.run({"-config", "run.toml", "-show_config"}).output, toml);
  workspace.write("wrong.toml", "[running]\ncompat = \"physical,+thin_layers\"\n");
  const ProgramResult wrong = workspace.run(small_run() + Arguments{"-config", "wrong.toml"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("wrong.toml:2"));
  EXPECT_THAT(wrong.errors, HasSubstr("did you mean 'thick_layers'?"));
}

TEST(Compat, HelpListsTheQuirks) {
  const Workspace workspace;
  const std::string help = workspace.run({"simulate", "--help"}).output;
  for (const compat::QuirkInfo& row : compat::quirk_table()) {
    if (row.fate == compat::Fate::never_present) continue;
    EXPECT_THAT(help, HasSubstr("\n  " + std::string(row.name)));
  }
}

TEST(Compat, ASeriesInAnotherModeIsAnotherSeries) {
  const Workspace workspace;
  const auto sweep = [&](const std::string& mode) {
    return workspace.run(
        Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "x_#.cbf", "--"} + small_run() +
        Arguments{"-detector_thick", "300", "-seed", "1"} + in_mode(mode));
  };
  ASSERT_EQ(sweep("physical").exit_code, 0);
  const auto before = workspace.files();
  const ProgramResult other = sweep("physical,+thick_layers");
  EXPECT_NE(other.exit_code, 0);
  workspace.expect_unchanged(before);
  EXPECT_EQ(sweep("physical").exit_code, 0);
}

TEST(Compat, ARefinementKeepsTheMode) {
  const Workspace workspace;
  const Arguments flags =
      Arguments{"-cell",      "74", "74",          "36", "-default_F",  "100",      "-N",  "5",
                "-detpixels", "32", "-oversample", "1",  "-round_xtal", "-fluence", "1e28"} +
      in_mode("physical,+smv_beam_centre");
  workspace.run(flags + Arguments{"-noisefile", "seen.img", "-seed", "1"});
  const ProgramResult run = workspace.run(
      Arguments{"refine", "--image", "seen.img", "--out", "out", "--parameters", "fluence", "--"} +
      flags);
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(workspace.bytes("out/refined.toml"),
              HasSubstr("compat = \"physical,+smv_beam_centre\""));
  const auto refused = [&](const std::string& mode, const std::string& why) {
    const ProgramResult result = workspace.run(
        Arguments{"refine", "--image", "seen.img", "--out", "no", "--parameters", "fluence", "--"} +
        flags + in_mode(mode));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("-compat " + mode + " (" + why));
  };
  refused("physical,+round_peak", "its quirks have no derivatives");
  EXPECT_FALSE(workspace.has("no"));
}

}  // namespace
}  // namespace nanobragg::test
