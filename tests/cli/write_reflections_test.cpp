// -write_reflections and the reflections that a refinement writes, read again by the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "cli/workspace.hpp"
#include "nanobragg/io/reflections/mtz.hpp"
#include "support/mtz_file.hpp"
#include "support/symmetric_amplitudes.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

Arguments scene() {
  return {"-distance", "100",     "-detpixels", "64",         "-pixel", "0.6",         "-N",
          "6",         "-misset", "1",          "2",          "17",     "-oversample", "1",
          "-fluence",  "1e28",    "-nopgm",     "-default_F", "2.5"};
}

class WrittenReflections : public testing::Test {
 protected:
  void write_list(const std::string& group, FriedelMates mates) const {
    const auto list = merged_list(space_group(group), 12, mates, 3);
    MtzContent content{.space_group = group,
                       .cell = {40, 40, 50, 90, 90, 90},
                       .wavelength_A = 1.25,
                       .indices = {},
                       .columns = {}};
    if (mates == FriedelMates::equal) {
      content.columns = {{"F", 'F', {}}};
    } else {
      content.columns = {{"F(+)", 'G', {}}, {"F(-)", 'G', {}}};
    }
    for (const MergedReflection& r : list) {
      content.indices.push_back(r.index);
      content.columns[0].values.push_back(r.amplitude);
      if (mates == FriedelMates::apart) content.columns[1].values.push_back(r.mate);
    }
    write_mtz(space_.path() / "a.mtz", content);
  }
  io::ReflectionTable table(const std::string& name) const {
    return io::parse_mtz(space_.bytes(name), name);
  }
  Workspace space_;
};

TEST_F(WrittenReflections, GiveTheSamePhotons) {
  for (const FriedelMates mates : {FriedelMates::equal, FriedelMates::apart}) {
    for (const std::string group : {"P 1 21 1", "P 43 21 2", "I 4 2 2"}) {
      SCOPED_TRACE(group);
      write_list(group, mates);
      const Arguments quiet = scene() + Arguments{"-nonoise"};
      ASSERT_EQ(space_
                    .run(quiet + Arguments{"-hkl", "a.mtz", "-floatfile", "first.bin",
                                           "-write_reflections", "b.mtz"})
                    .exit_code,
                0);
      ASSERT_EQ(space_
                    .run(quiet + Arguments{"-hkl", "b.mtz", "-floatfile", "mtz.bin",
                                           "-write_reflections", "b.cif"})
                    .exit_code,
                0);
      ASSERT_EQ(space_
                    .run(quiet + Arguments{"-hkl", "b.cif", "-floatfile", "cif.bin",
                                           "-write_reflections", "b.hkl"})
                    .exit_code,
                0);
      ASSERT_EQ(space_
                    .run(quiet + Arguments{"-hkl", "b.hkl", "-floatfile", "hkl.bin", "-cell", "40",
                                           "40", "50", "90", "90", "90", "-lambda", "1.25"})
                    .exit_code,
                0);
      const std::string first = space_.bytes("first.bin");
      EXPECT_NE(first, std::string(first.size(), '\0'));
      for (const char* name : {"mtz.bin", "cif.bin", "hkl.bin"}) {
        EXPECT_TRUE(space_.bytes(name) == first) << name;
      }
      EXPECT_EQ(table("b.mtz").indices.size(), table("a.mtz").indices.size());
      EXPECT_EQ(table("b.mtz").columns.front().wavelength_A, 1.25);
    }
  }
}

TEST_F(WrittenReflections, AreRefusedBeforeTheImageIsComputed) {
  write_list("P 43 21 2", FriedelMates::equal);
  const auto run = [&](const Arguments& more) { return space_.run(scene() + more); };
  const auto ending = run({"-hkl", "a.mtz", "-write_reflections", "b.sca"});
  EXPECT_EQ(ending.exit_code, 2);
  EXPECT_THAT(ending.errors, HasSubstr("no format of reflections for 'b.sca'"));
  const auto input = run({"-hkl", "a.mtz", "-write_reflections", "a.mtz"});
  EXPECT_NE(input.exit_code, 0);
  EXPECT_THAT(input.errors, HasSubstr("a.mtz"));
  const auto none =
      run({"-cell", "40", "40", "50", "90", "90", "90", "-write_reflections", "b.mtz"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.errors, HasSubstr("no table of amplitudes to write"));
  EXPECT_FALSE(space_.has("b.mtz"));
  EXPECT_FALSE(space_.has("floatimage.bin"));
  const auto sweep =
      space_.run(Arguments{"sweep", "--images", "1", "--osc", "1", "--out", "x.cbf", "--"} +
                 scene() + Arguments{"-hkl", "a.mtz", "-write_reflections", "b.mtz"});
  EXPECT_EQ(sweep.exit_code, 2);
  EXPECT_THAT(sweep.errors, HasSubstr("does not take -write_reflections"));
}

// MTZ → refine F → MTZ.
TEST_F(WrittenReflections, OfARefinementKeepTheSymmetry) {
  write_list("P 43 21 2", FriedelMates::equal);
  ASSERT_EQ(space_.run(scene() + Arguments{"-hkl", "a.mtz", "-noisefile", "seen.img", "-seed", "2"})
                .exit_code,
            0);
  const auto refinement = [](const std::string& folder) {
    return Arguments{"refine", "--image",      "seen.img", "--parameters", "F",    "--method",
                     "lbfgs",  "--iterations", "5",        "--out",        folder, "--"};
  };
  const auto run = space_.run(refinement("out") + scene() + Arguments{"-hkl", "a.mtz"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto result = nlohmann::json::parse(space_.bytes("out/result.json"));
  const auto refined = table("out/refined.mtz");
  EXPECT_EQ(refined.space_group, "P 43 21 2");
  EXPECT_EQ(refined.indices.size(), table("a.mtz").indices.size());
  ASSERT_EQ(refined.columns.size(), 2U);
  EXPECT_EQ(refined.columns[1].label, "SIGF");
  std::size_t known = 0;
  for (const double sigma : refined.columns[1].values) known += std::isnan(sigma) ? 0 : 1;
  ASSERT_GT(known, 5U);
  EXPECT_EQ(known, result["amplitudes"].size());
  // The settings repeat the experiment, and keep the symmetry for another refinement.
  ASSERT_EQ(
      space_.run({"-config", "out/refined.toml", "-nonoise", "-floatfile", "toml.bin"}).exit_code,
      0);
  const auto by_mtz = space_.run(
      scene() + Arguments{"-hkl", "out/refined.mtz", "-nonoise", "-floatfile", "mtz.bin"});
  ASSERT_EQ(by_mtz.exit_code, 0) << by_mtz.errors;
  const auto floats = [&](const std::string& name) {
    const std::string bytes = space_.bytes(name);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  };
  const auto toml = floats("toml.bin");
  const auto mtz = floats("mtz.bin");
  ASSERT_EQ(toml.size(), mtz.size());
  for (std::size_t i = 0; i < toml.size(); ++i) ASSERT_NEAR(mtz[i], toml[i], 4e-7F * toml[i]);
  const auto again = space_.run(refinement("again") + Arguments{"-config", "out/refined.toml"});
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  // A few that are fainter now are left out; without symmetry there were many times as many.
  const auto next = nlohmann::json::parse(space_.bytes("again/result.json"));
  EXPECT_NEAR(static_cast<double>(next["amplitudes"].size()), static_cast<double>(known),
              0.1 * static_cast<double>(known));
  // A reflection under two of its names.
  const auto twice =
      space_.run({"gradcheck", "--parameters", "F(3,2,1),F(-2,3,1)", "--", "-hkl", "a.mtz",
                  "-distance", "100", "-detpixels", "64", "-pixel", "0.6", "-N", "6"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.errors, HasSubstr("parameter 'F(3,2,1)' is named twice (F(-2,3,1) is its mate "
                                      "by P 43 21 2)"));
}

}  // namespace
}  // namespace nanobragg::test
