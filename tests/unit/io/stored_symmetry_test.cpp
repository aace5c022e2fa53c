// The symmetry of amplitudes in experiment files: kept, and refused where it is damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "support/experiments.hpp"
#include "support/symmetric_amplitudes.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

std::string text_with(const StructureFactors& factors) {
  ExperimentParts parts = small_experiment();
  parts.structure_factors = factors;
  return io::experiment_json({parts.build(), compat::QuirkSet::physical()});
}

TEST(StoredSymmetry, IsKept) {
  for (const FriedelMates mates : {FriedelMates::equal, FriedelMates::apart}) {
    const auto factors = symmetric_amplitudes("P 43 21 2", 4, mates, 2.0);
    const auto stored = io::parse_experiment(text_with(factors), "test");
    const StructureFactors& read = *stored.experiment.structure_factors;
    ASSERT_NE(read.equivalents(), nullptr);
    EXPECT_EQ(read.equivalents()->symmetry().group.name, "P 43 21 2");
    EXPECT_EQ(read.equivalents()->symmetry().mates, mates);
    ASSERT_EQ(read.reflection_count(), factors.reflection_count());
    for (std::size_t i = 0; i < factors.table().size(); ++i) {
      ASSERT_EQ(read.table()[i], factors.table()[i]);
      ASSERT_EQ(read.reflection_at(i), factors.reflection_at(i));
      ASSERT_EQ(read.positions_like(i), factors.positions_like(i));
    }
    EXPECT_EQ(read.equivalents()->listed(), factors.equivalents()->listed());
    EXPECT_EQ(text_with(read), text_with(factors));
  }
}

TEST(StoredSymmetry, NeedsNone) {
  const std::string text = text_with(random_amplitudes(2, 0.0, 1));
  EXPECT_THAT(text, testing::Not(HasSubstr("symmetry")));
  EXPECT_EQ(io::parse_experiment(text, "test").experiment.structure_factors->equivalents(),
            nullptr);
}

TEST(StoredSymmetry, IsRefusedWhereItIsDamaged) {
  const std::string text = text_with(symmetric_amplitudes("P 1 21 1", 1, FriedelMates::equal, 2.0));
  const auto expect_refused = [&](const std::string& from, const std::string& to,
                                  const std::string& words) {
    std::string damaged = text;
    const std::size_t at = damaged.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    damaged.replace(at, from.size(), to);
    EXPECT_THAT([&] { io::parse_experiment(damaged, "test"); },
                testing::ThrowsMessage<Error>(HasSubstr(words)));
  };
  expect_refused("\"reflections\": [0, ", "\"reflections\": [", "does not fit its table");
  expect_refused("\"reflections\": [0, ", "\"reflections\": [99, ",
                 "reflection 99 of 27 positions");
  expect_refused("\"unlisted\": [", "\"unlisted\": [99, ", "no reflection 99");
  expect_refused("-x,y+1/2,-z", "-x,y+q,-z", "impossible symmetry operation");
  expect_refused("\"friedel_mates\": \"equal\"", "\"friedel_mates\": \"even\"",
                 "expected one of equal, apart");
}

}  // namespace
}  // namespace nanobragg::test
