// Amplitudes from MTZ and mmCIF files: pixels, columns, what the file says besides, and bad files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>

#include "cli/workspace.hpp"
#include "support/mtz_file.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

const double kMissing = std::nan("");

// What a run of a small detector needs besides amplitudes and cell.
Arguments scene() {
  return {"-distance", "100", "-detpixels",  "32", "-pixel",   "2",
          "-N",        "3",   "-oversample", "1",  "-nonoise", "-nopgm"};
}

MtzContent small_list() {
  return {.space_group = "P 21",
          .cell = {30, 40, 50, 90, 100, 90},
          .wavelength_A = 1.25,
          .indices = {{0, 2, 0}, {1, 1, 1}, {2, 0, 3}, {3, 2, -1}},
          .columns = {{"FC", 'F', {11, 12, 13, 14}},
                      {"F(+)", 'G', {21, 22, 23.5, kMissing}},
                      {"F(-)", 'G', {21, 32, kMissing, 34}},
                      {"PHIC", 'P', {1, 2, 3, 4}},
                      {"I", 'J', {441, 484, -5, 100}}}};
}

class AmplitudeFiles : public testing::Test {
 protected:
  void write_small() const { write_mtz(space_.path() / "a.mtz", small_list()); }
  ProgramResult run(const Arguments& more) const { return space_.run(scene() + more); }
  Workspace space_;
};

TEST_F(AmplitudeFiles, TextAndMtzGiveTheSamePixels) {
  MtzContent content{.indices = {}, .columns = {{"F", 'F', {}}}};
  std::string text;
  for (int h = -4; h <= 4; ++h) {
    for (int k = -4; k <= 4; ++k) {
      for (int l = -4; l <= 4; ++l) {
        // Two decimals, which four bytes do not hold exactly.
        const int hundredths = 1000 + 997 * ((h * 31 + k * 17 + l * 7 + 3000) % 101);
        text += std::to_string(h) + " " + std::to_string(k) + " " + std::to_string(l) + " " +
                std::to_string(hundredths / 100) + "." +
                std::to_string(hundredths % 100 + 100).substr(1) + "\n";
        content.indices.push_back({h, k, l});
        content.columns[0].values.push_back(hundredths / 100.0);
      }
    }
  }
  space_.write("p1.hkl", text);
  write_mtz(space_.path() / "p1.mtz", content);
  const Arguments cell{"-cell", "50", "60", "70"};
  ASSERT_EQ(run(cell + Arguments{"-hkl", "p1.hkl", "-floatfile", "text.bin"}).exit_code, 0);
  ASSERT_EQ(run({"-hkl", "p1.mtz", "-floatfile", "mtz.bin"}).exit_code, 0);
  EXPECT_EQ(space_.bytes("text.bin"), space_.bytes("mtz.bin"));
  EXPECT_NE(space_.bytes("text.bin"), std::string(space_.bytes("text.bin").size(), '\0'));
}

TEST_F(AmplitudeFiles, ThePairIsTakenAndReported) {
  write_small();
  const ProgramResult result = run({"-hkl", "a.mtz"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("column F(+), F(-)"));
  EXPECT_THAT(result.output, HasSubstr("4 reflections of P 1 21 1 expanded to"));
  EXPECT_THAT(result.output, HasSubstr("1.25 Å"));
  EXPECT_THAT(result.output, HasSubstr("30 40 50 Å, 90 100 90°"));
}

TEST_F(AmplitudeFiles, TheCommandLineCountsBeforeTheFile) {
  write_small();
  const ProgramResult result =
      run({"-hkl", "a.mtz", "-cell", "31", "40", "50", "90", "90", "90", "-lambda", "1.5"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("31 40 50 Å, 90 90 90°"));
  EXPECT_THAT(result.output, HasSubstr("1.5 Å"));
}

TEST_F(AmplitudeFiles, TheShownConfigurationRepeatsTheRun) {
  write_small();
  const Arguments run_of_I{"-hkl", "a.mtz", "-column", "I", "-floatfile", "first.bin"};
  const ProgramResult first = run(run_of_I);
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_THAT(first.errors, HasSubstr("negative intensities taken as 0: 1"));
  space_.write("run.toml", run(run_of_I + Arguments{"-show_config"}).output);
  EXPECT_THAT(space_.bytes("run.toml"), HasSubstr("hkl_column = \"I\""));
  ASSERT_EQ(space_.run({"-config", "run.toml", "-floatfile", "again.bin"}).exit_code, 0);
  EXPECT_EQ(space_.bytes("first.bin"), space_.bytes("again.bin"));
}

TEST_F(AmplitudeFiles, MmcifCompressedOrNotGivesTheSamePixelsAsMtz) {
  write_small();
  const std::string cif =
      "# a comment\ndata_small\n_cell.length_a 30\n_cell.length_b 40\n_cell.length_c 50\n"
      "_cell.angle_beta 100\n_symmetry.space_group_name_H-M 'P 1 21 1'\n"
      "_diffrn_radiation_wavelength.wavelength 1.25\n"
      "loop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n_refln.pdbx_F_plus\n"
      "_refln.pdbx_F_minus\n_refln.status\n"
      "0 2 0 21 21 o\n1 1 1 22 32 o\n2 0 3 23.5 ? f\n3 2 -1 . 34 o\n1 2 3 9 9 x\n";
  space_.write("a.cif", cif);
  const std::filesystem::path packed = space_.path() / "packed";
  gzFile file = gzopen(packed.c_str(), "wb");
  ASSERT_EQ(gzwrite(file, cif.data(), static_cast<unsigned>(cif.size())),
            static_cast<int>(cif.size()));
  gzclose(file);
  for (const std::string name : {"a.mtz", "a.cif", "packed"}) {
    const ProgramResult result = run({"-hkl", name, "-floatfile", name + ".bin"});
    ASSERT_EQ(result.exit_code, 0) << name << result.errors;
    EXPECT_EQ(space_.bytes(name + ".bin"), space_.bytes("a.mtz.bin")) << name;
  }
  space_.write("packed", space_.bytes("packed").substr(0, 60));
  EXPECT_THAT(run({"-hkl", "packed"}).errors, HasSubstr("compressed data end too early"));
}

TEST_F(AmplitudeFiles, WrongColumnsAreNamedWithTheRightOnes) {
  write_small();
  const ProgramResult phases = run({"-hkl", "a.mtz", "-column", "PHIC"});
  EXPECT_EQ(phases.exit_code, 1);
  EXPECT_THAT(phases.errors, HasSubstr("column 'PHIC' has no amplitudes (phases, type P): one of "
                                       "FC, F(+), F(-), I"));
  EXPECT_THAT(run({"-hkl", "a.mtz", "-column", "Fc"}).errors, HasSubstr("did you mean 'FC'?"));
  space_.write("t.hkl", "1 0 0 5\n");
  const ProgramResult text = run({"-hkl", "t.hkl", "-cell", "50", "-column", "F"});
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_THAT(text.errors, HasSubstr("-column without a file that has columns"));
}

TEST_F(AmplitudeFiles, BadFilesAreRefused) {
  const auto expect_refused = [&](const MtzContent& content, const std::string& words) {
    write_mtz(space_.path() / "bad.mtz", content);
    const ProgramResult result = run({"-hkl", "bad.mtz"});
    EXPECT_EQ(result.exit_code, 1) << words;
    EXPECT_THAT(result.errors, HasSubstr(words));
  };
  MtzContent content = small_list();
  content.batches = 1;
  expect_refused(content, "the data are not merged");
  content = small_list();
  content.indices[3] = content.indices[1];
  expect_refused(content, "1 1 1 stands in reflections 2 and 4 (the data are not merged)");
  content = small_list();
  content.cell[0] = 0.0;
  expect_refused(content, "no unit cell in the file");
  content = small_list();
  content.columns = {{"PHIC", 'P', {1, 2, 3, 4}}};
  expect_refused(content, "no column of amplitudes or intensities");
  content.columns = {{"F", 'F', std::vector<double>(4, kMissing)}};
  expect_refused(content, "column 'F' has no values");
}

TEST_F(AmplitudeFiles, AModelGivesAmplitudesToTheCorners) {
  space_.write("m.pdb",
               "CRYST1   20.000   25.000   30.000  90.00 105.00  90.00 P 1 21 1      2\n"
               "ATOM      1  N   ALA A   1       1.000   2.000   3.000  1.00 10.00           N\n"
               "ATOM      2  SD  MET A   2       7.300   8.200   1.900  1.00 15.00           S\n");
  const Arguments flags{"-model", "m.pdb", "-ksol", "0", "-floatfile", "first.bin"};
  const ProgramResult first = run(flags);
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_THAT(first.output, HasSubstr("m.pdb: 2 atoms in P 1 21 1, in vacuum, to 2.2 Å"));
  EXPECT_THAT(first.output, HasSubstr("20 25 30 Å, 90 105 90°"));
  space_.write("run.toml", run(flags + Arguments{"-show_config"}).output);
  ASSERT_EQ(space_.run({"-config", "run.toml", "-floatfile", "again.bin"}).exit_code, 0);
  EXPECT_EQ(space_.bytes("first.bin"), space_.bytes("again.bin"));
  const ProgramResult with_solvent = run({"-model", "m.pdb", "-floatfile", "wet.bin"});
  EXPECT_THAT(with_solvent.output, HasSubstr("with bulk solvent"));
  EXPECT_NE(space_.bytes("first.bin"), space_.bytes("wet.bin"));
  EXPECT_EQ(run({"-model", "m.pdb", "-wilson", "20,1", "-dmin", "3"}).exit_code, 2);
  EXPECT_EQ(run({"-model", "m.pdb", "-hkl", "m.pdb"}).exit_code, 2);
  EXPECT_THAT(run({"-model", "absent.pdb"}).errors, HasSubstr("absent.pdb"));
  for (const Arguments& alone :
       {Arguments{"-ksol", "0.4"}, {"-bsol", "50"}, {"-F000"}, {"-leave_out_unknown"}}) {
    const ProgramResult refused = run(alone + Arguments{"-default_F", "1"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.errors, HasSubstr(alone.front() + " without -model"));
  }
}

TEST_F(AmplitudeFiles, DamagedFilesAreRefusedWithFileAndRecord) {
  write_small();
  const std::string good = space_.bytes("a.mtz");
  const auto expect_refused = [&](const std::string& bytes, const std::string& words) {
    space_.write("bad.mtz", bytes);
    const ProgramResult result = run({"-hkl", "bad.mtz"});
    EXPECT_EQ(result.exit_code, 1) << words;
    EXPECT_THAT(result.errors, HasSubstr("bad.mtz"));
    EXPECT_THAT(result.errors, HasSubstr(words));
  };
  expect_refused(good.substr(0, 100), "lies outside it (cut short?)");
  expect_refused(good.substr(0, good.find("RESO")), "has no end (cut short?)");
  std::string many = good;
  const std::size_t ncol = many.find("NCOL");
  many.replace(ncol, 40, "NCOL 8 2000000000 0                     ");
  expect_refused(many, "2000000000 reflections of 8 columns");
  many.replace(ncol, 4, "NONE");
  expect_refused(many, "has no NCOL record");
  const std::string cif = "data_x\n_cell.length_a 30\n_cell.length_b 40\n_cell.length_c 50\n";
  const std::string loop = "loop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n_refln.F_meas\n";
  expect_refused(cif + loop + "1 0 0 5\n", "no space group");
  const std::string group = "_symmetry.space_group_name_H-M 'P 7 7'\n";
  expect_refused(cif + group + loop + "1 0 0 5\n", "unknown space group 'P 7 7'");
  const std::string p1 = "_symmetry.space_group_name_H-M 'P 1'\n";
  expect_refused(cif + p1 + loop + "1 0 0 5\n1 0.5 0 5\n", "reflection 2: Miller index 0.5");
  expect_refused(cif + p1 + loop + "1 0 0 five\n", "'five' of _refln.F_meas is not a number");
  expect_refused(cif + p1 + loop + "1 0 0 5 7\n", "bad.mtz:");
  expect_refused("data_x\n_cell.length_a 30\n", "no reflections");
}

}  // namespace
}  // namespace nanobragg::test
