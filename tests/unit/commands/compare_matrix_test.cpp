// Matrices of command lines, good and bad.
#include "nanobragg/commands/compare/compare_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "support/program.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Matrix : public testing::Test {
 protected:
  fs::path write(const std::string& text) const {
    std::ofstream(root_.path() / "m.toml") << text;
    return root_.path() / "m.toml";
  }
  std::string error_of(const std::string& text) const {
    try {
      read_matrix(write(text));
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  test::TemporaryFolder root_;
};

TEST_F(Matrix, IsReadWithFlagsAsTextOrList) {
  const CompareMatrix matrix =
      read_matrix(write("inputs = \"../data\"\n[[case]]\nname = \"one\"\nflags = \"-N 5  -hkl a\"\n"
                        "[[case]]\nname = \"two\"\nflags = [\"-hkl\", \"a b\"]\n"));
  EXPECT_EQ(matrix.folder, root_.path().parent_path() / "data");
  ASSERT_EQ(matrix.cases.size(), 2U);
  EXPECT_EQ(matrix.cases[0].name, "one");
  EXPECT_THAT(matrix.cases[0].flags, ElementsAre("-N", "5", "-hkl", "a"));
  EXPECT_THAT(matrix.cases[1].flags, ElementsAre("-hkl", "a b"));
}

TEST_F(Matrix, MistakesAreNamedWithTheirLine) {
  EXPECT_THAT(error_of("[[case]\n"), HasSubstr("m.toml:1: not valid TOML"));
  EXPECT_THAT(error_of("inputs = \".\"\n"), HasSubstr("no [[case]]"));
  EXPECT_THAT(error_of("input = \".\"\n"), HasSubstr("m.toml:1: unknown key 'input'"));
  EXPECT_THAT(error_of("[[case]]\nname = \"a\"\n"), HasSubstr("a case has no flags"));
  EXPECT_THAT(error_of("[[case]]\nname = \"a\"\nflags = [1]\n"), HasSubstr("a flag is not text"));
  EXPECT_THAT(error_of("[[case]]\nflags = \"\"\n"), HasSubstr("without a name"));
  EXPECT_THAT(error_of("[[case]]\nname = \"../x\"\nflags = \"\"\n"), HasSubstr("without a name"));
  EXPECT_THAT(error_of("[[case]]\nname = \"a\"\nflag = \"\"\n"), HasSubstr("unknown key 'flag'"));
  EXPECT_THAT(error_of("case = [1]\n"), HasSubstr("a case is not a table"));
  EXPECT_THAT(
      error_of("[[case]]\nname = \"a\"\nflags = \"\"\n[[case]]\nname = \"a\"\nflags = \"\"\n"),
      HasSubstr("m.toml:4: two cases of the name 'a'"));
  EXPECT_THROW(read_matrix(root_.path() / "absent.toml"), Error);
}

TEST_F(Matrix, TheShippedOneIsTheGoldenCases) {
  const fs::path tests = NANOBRAGG_TEST_DATA;
  const CompareMatrix matrix = read_matrix(tests.parent_path() / "examples" / "parity.toml");
  EXPECT_TRUE(fs::equivalent(matrix.folder, tests / "golden" / "inputs"));
  std::size_t folders = 0;
  for (const auto& entry : fs::directory_iterator(tests / "golden" / "cases")) {
    folders += fs::exists(entry.path() / "case.json") ? 1U : 0U;
  }
  EXPECT_EQ(matrix.cases.size(), folders);
  for (const MatrixCase& one : matrix.cases) {
    const auto golden = nlohmann::json::parse(
        test::read_bytes(tests / "golden" / "cases" / one.name / "case.json"));
    // Where this fails: scripts/make_parity_matrix.py
    EXPECT_EQ(one.flags, golden["args"].get<std::vector<std::string>>()) << one.name;
  }
}

TEST_F(Matrix, RunsEachCaseInAFolderOfItsName) {
  const fs::path program = root_.path() / "program";
  std::ofstream(program) << "#!/bin/sh\n[ \"$1\" = -good ] || exit 1\nprintf 'abcd' > float.bin\n";
  fs::permissions(program, fs::perms::owner_all);
  const CompareMatrix matrix{root_.path(), {{"first", {"-good"}}, {"second", {"-bad"}}}};
  CompareOptions options;
  options.folder = root_.path() / "out";
  options.shape = ImageShape{1, 1};
  const Program both{program.string(), {}};
  std::vector<std::string> lines;
  const auto reports = compare_matrix(matrix, {both, both}, options,
                                      [&](const std::string& line) { lines.push_back(line); });
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].verdict, compare::Verdict::pass);
  EXPECT_EQ(reports[1].verdict, compare::Verdict::program_failed);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("pass             first   correlation 1 "),
                                 HasSubstr("program_failed   second  the reference program")));
  EXPECT_TRUE(fs::exists(root_.path() / "out" / "second" / "summary.json"));
}

}  // namespace
}  // namespace nanobragg::commands
