// The names of parameters on a command line.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::plan {
namespace {

TEST(VariableNames, NameAnInstanceOfTheBackground) {
  const std::vector<std::string> name{"background[water].thickness"};
  const std::vector<Variable> found = find_single_variables(name);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front(), Variable(ParameterId::water));
  EXPECT_EQ(name_of(found.front()), "water");
}

TEST(VariableNames, AreOneParameterUnderBothNames) {
  const std::vector<std::string> names{"water", "background[water].thickness"};
  EXPECT_THROW(find_single_variables(names), UsageError);
}

}  // namespace
}  // namespace nanobragg::plan
