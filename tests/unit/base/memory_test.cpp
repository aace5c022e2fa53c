// What fits into memory, and what the refusal says.
#include "nanobragg/base/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::StartsWith;
using testing::ThrowsMessage;

TEST(Memory, HoldsWhatIsSmall) { EXPECT_NO_THROW(check_fits_in_memory(1e6, "a list", "")); }

TEST(Memory, RefusesWhatIsLargeOrNoNumber) {
  EXPECT_THAT([] { check_fits_in_memory(8e18, "a list of 1e18 numbers", "give fewer"); },
              ThrowsMessage<Error>(
                  AllOf(StartsWith("a list of 1e18 numbers needs 8e+09 GB of memory (this machine "
                                   "has "),
                        EndsWith(" GB): give fewer"))));
  EXPECT_THROW(check_fits_in_memory(std::numeric_limits<double>::quiet_NaN(), "x", ""), Error);
}

}  // namespace
}  // namespace nanobragg
