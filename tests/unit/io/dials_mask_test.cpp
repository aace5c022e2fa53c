// Masks as DIALS 3.12 pickles them, and what is no mask.
#include "nanobragg/io/geometry/dials_mask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

// pickle.dumps((a, b), PROTOCOL): a = flex.bool(flex.grid(3, 5), True) with False at [1, 2] and
// [2, 4], b = flex.bool(flex.grid(2, 4), False) with True at [0, 1].
constexpr const char* kProtocol4 =
    "80049597000000000000008c1c7363697462785f61727261795f66616d696c795f666c65785f657874948c04"
    "626f6f6c94939429529468008c04677269649493944b004b0086944b034b05869488879452944b034b058694"
    "624311020f31313131313131303131313131313094869462680229529468054b004b0086944b024b04869488"
    "879452944b024b04869462430a020830313030303030309486946286942e";
constexpr const char* kProtocol2 =
    "8002637363697462785f61727261795f66616d696c795f666c65785f6578740a626f6f6c0a71002952710163"
    "7363697462785f61727261795f66616d696c795f666c65785f6578740a677269640a71024b004b008671034b"
    "034b05867104888771055271064b034b0586710762635f636f646563730a656e636f64650a71085811000000"
    "020f313131313131313031313131313130710958060000006c6174696e31710a86710b52710c86710d626800"
    "2952710e68024b004b0086710f4b024b04867110888771115271124b024b04867113626808580a0000000208"
    "30313030303030307114680a867115527116867117628671182e";

class DialsMask : public testing::TestWithParam<const char*> {};

TEST_P(DialsMask, HasItsPanels) {
  const auto masks = parse_dials_mask(from_hex(GetParam()), "m.pickle");
  ASSERT_EQ(masks.size(), 2U);
  EXPECT_EQ(masks[0].shape(), (ImageShape{3, 5}));
  EXPECT_EQ(masks[1].shape(), (ImageShape{2, 4}));
  for (std::size_t slow = 0; slow < 3; ++slow) {
    for (std::size_t fast = 0; fast < 5; ++fast) {
      const bool is_bad = (slow == 1 && fast == 2) || (slow == 2 && fast == 4);
      EXPECT_EQ((masks[0][{slow, fast}]), is_bad ? 0 : 1) << slow << ' ' << fast;
    }
  }
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(masks[1].pixels()[i], i == 1 ? 1 : 0);
}

TEST_P(DialsMask, IsRefusedWhereItIsCutShort) {
  const std::string whole = from_hex(GetParam());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(parse_dials_mask(std::string_view(whole).substr(0, size), "m.pickle"), Error);
  }
}

// Whatever a byte is changed to: an error or a mask, and nothing else.
TEST_P(DialsMask, IsReadOrRefused) {
  const std::string whole = from_hex(GetParam());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {1, 0x55, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ change);
      try {
        parse_dials_mask(changed, "m.pickle");
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("m.pickle"));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, DialsMask, testing::Values(kProtocol2, kProtocol4));

TEST(DialsMaskOfOthers, IsRefusedByName) {
  const auto refused = [](const std::string& bytes, const std::string& part) {
    EXPECT_THAT([&] { parse_dials_mask(bytes, "m.pickle"); },
                ThrowsMessage<Error>(HasSubstr(part)));
  };
  // pickle.dumps(os.system, 2) and what would call it.
  refused(from_hex("8002") + "cposix\nsystem\nq\x01.", "it holds 'posix system'");
  // Protocol 0.
  refused("(lp0\n.", "a pickle of protocol 2 or later");
  // A dict, a number.
  refused(from_hex("80027d71002e"), "it has the instruction 0x7d");
  refused(from_hex("80024b052e"), "it is no tuple of masks");
  std::string other = from_hex(kProtocol4);
  other[other.find("\x02\x0f"
                   "1111") +
        1] = 14;
  refused(other, "15 pixels of 14");
}

}  // namespace
}  // namespace nanobragg::io
