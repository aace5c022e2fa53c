// CIF texts that are made to exhaust their reader.
#include "nanobragg/io/files/cif_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <gemmi/cifdoc.hpp>
#include <stdexcept>
#include <string>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/reflection_cif.hpp"

namespace nanobragg::io {
namespace {

constexpr std::size_t kDeep = 20'000;

TEST(CifDocument, HoldsBlocks) {
  EXPECT_EQ(parse_cif("data_a _x 1 data_b _x 2", "f").blocks.size(), 2U);
}

TEST(CifDocument, TakesBracketsForLetters) {
  const std::string brackets(1'000'000, '[');
  EXPECT_EQ(parse_cif("data_a _x '" + brackets + "'", "f").blocks.size(), 1U);
  EXPECT_EQ(parse_cif("data_a _x " + brackets, "f").blocks.size(), 1U);
}

// A list of reflections may stand as a text in another CIF; a text in it is no further list.
TEST(CifDocument, IsNotReadWithinAListWithinAList) {
  std::string text;
  for (std::size_t i = 0; i < kDeep; ++i) text += "data_x _shelx_fcf_file '";
  text += "data_x" + std::string(kDeep, '\'');
  EXPECT_THAT([&] { parse_reflection_cif(text, "f"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("no reflections")));
}

}  // namespace
}  // namespace nanobragg::io
