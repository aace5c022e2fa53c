// JSON as Python writes it.
#include "nanobragg/io/files/json_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

TEST(StandardJson, MakesTextsOfWhatIsNoNumber) {
  EXPECT_EQ(standard_json(R"({"a": NaN, "b": [Infinity, -Infinity, 1]})", "f"),
            R"({"a": "NaN", "b": ["Infinity", "-Infinity", 1]})");
}

TEST(StandardJson, LeavesTextsAlone) {
  const std::string text = R"({"NaN": "Infinity \" NaN [[["})";
  EXPECT_EQ(standard_json(text, "f"), text);
}

TEST(StandardJson, RefusesDepth) {
  EXPECT_NO_THROW(standard_json(std::string(100, '[') + std::string(100, ']'), "f"));
  EXPECT_THROW(standard_json(std::string(1000, '['), "f"), Error);
}

}  // namespace
}  // namespace nanobragg::io
