// The derivatives of every golden geometry, by every parameter.
#include <gtest/gtest.h>

#include "golden/case_folder.hpp"
#include "golden/golden_cases.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

class GradcheckGolden : public testing::TestWithParam<GoldenCase> {};

TEST_P(GradcheckGolden, AllDerivativesAgree) {
  const CaseFolder folder;
  std::vector<std::string> words{"gradcheck", "--pixels", "200", "--"};
  const auto& flags = GetParam().physical_arguments;
  words.insert(words.end(), flags.begin(), flags.end());
  const ProgramResult result = run_program(words, folder.path());
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

INSTANTIATE_TEST_SUITE_P(Cases, GradcheckGolden, testing::ValuesIn(golden_cases()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace nanobragg::test
