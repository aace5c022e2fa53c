// What is packed comes back, bit for bit, and nothing is read beyond the end.
#include "nanobragg/base/packed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nanobragg {
namespace {

struct Inner {
  std::string name;
  std::vector<double> numbers;
  std::optional<int> count;
};
auto members(const Inner& v) { return std::tie(v.name, v.numbers, v.count); }
auto members(Inner& v) { return std::tie(v.name, v.numbers, v.count); }

TEST(Packed, ComesBack) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<Inner> values{{"a b\n", {0.1, -0.0, kInfinity, std::nan("")}, 7},
                                  {"", {}, std::nullopt}};
  Packer to;
  to.add(values);
  to.add(std::uint8_t{3});
  const std::string bytes = to.take();
  Unpacker from(bytes, "x");
  const auto found = from.take<std::vector<Inner>>();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "a b\n");
  ASSERT_EQ(found[0].numbers.size(), 4U);
  EXPECT_EQ(found[0].numbers[0], 0.1);
  EXPECT_TRUE(std::signbit(found[0].numbers[1]));
  EXPECT_EQ(found[0].numbers[2], kInfinity);
  EXPECT_TRUE(std::isnan(found[0].numbers[3]));
  EXPECT_EQ(found[0].count, 7);
  EXPECT_EQ(found[1].count, std::nullopt);
  EXPECT_EQ(from.take<std::uint8_t>(), 3);
  EXPECT_TRUE(from.at_end());
}

TEST(Packed, RefusesWhatIsCutShort) {
  Packer to;
  to.add(std::vector<double>{1.0, 2.0});
  const std::string bytes = to.take();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Unpacker from(std::string_view(bytes).substr(0, size), "x.part");
    EXPECT_THAT([&] { from.take<std::vector<double>>(); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("x.part")));
  }
  // A length that no file has.
  Packer huge;
  huge.add(std::uint64_t{1} << 62);
  const std::string claim = huge.take();
  Unpacker from(claim, "x");
  EXPECT_THROW(from.take<std::string>(), Error);
}

}  // namespace
}  // namespace nanobragg
