// The command line of nanobragg gradcheck: what it prints, and its errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

ProgramResult gradcheck(const std::vector<std::string>& options,
                        const std::vector<std::string>& flags) {
  const TemporaryFolder folder;
  std::vector<std::string> words{"gradcheck"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "-cell", "60", "70", "80", "85", "95", "100", "-default_F",
                             "100", "-detpixels", "40", "-pixel", "1", "-N", "5"});
  words.insert(words.end(), flags.begin(), flags.end());
  return run_program(words, folder.path());
}

TEST(GradcheckProgram, ListsEveryParameterAndSaysWhichHaveNoEffect) {
  const ProgramResult result = gradcheck({"--pixels", "200"}, {"-osc", "1", "-phisteps", "3"});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("all derivatives agree"));
  EXPECT_THAT(result.output, HasSubstr("water          no effect: there is no water"));
  for (const char* name : {"cell_alpha", "misset_z", "oscillation", "Nb", "beam_fast", "fluence"}) {
    EXPECT_THAT(result.output, HasSubstr(name));
  }
}

TEST(GradcheckProgram, TakesAKernelThatHasGradients) {
  EXPECT_EQ(gradcheck({"--kernel", "scalar", "--pixels", "50"}, {}).exit_code, 0);
  EXPECT_EQ(gradcheck({"--kernel", "sparse", "--pixels", "50"}, {}).exit_code, 0);
  const ProgramResult none = gradcheck({"--kernel", "reference"}, {});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.errors, HasSubstr("it has none"));
  EXPECT_EQ(gradcheck({"--kernel", "warp"}, {}).exit_code, 2);
}

TEST(GradcheckProgram, RefusesTheReferenceMode) {
  const ProgramResult result = gradcheck({}, {"-compat", "reference"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("have no derivatives"));
}

}  // namespace
}  // namespace nanobragg::test
