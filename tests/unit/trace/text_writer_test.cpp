// The forms of lines as text.
#include "nanobragg/trace/text_writer.hpp"

#include <gtest/gtest.h>

namespace nanobragg::trace {
namespace {

std::string text_of(const Line& line, std::string_view prefix = kPrefix) {
  return to_text({{line}}, prefix);
}

TEST(TextWriter, GivesEachFormItsLook) {
  EXPECT_EQ(text_of(number_line(Form::geometry, "ratio", 0.5)), "TRACE_CPP:ratio=0.5\n");
  EXPECT_EQ(text_of(vector_line(Form::geometry, "axis", {1, 0, -0.0})), "TRACE_CPP:axis=1 0 -0\n");
  EXPECT_EQ(text_of({Form::geometry, "angles", {{"x", 0.25}, {"y", -1.0}}, "rad"}),
            "TRACE_CPP:angles=x:0.25 y:-1\n");
  EXPECT_EQ(text_of({Form::geometry, "convention", {{"", std::string("XDS")}}, ""}),
            "TRACE_CPP:convention=XDS\n");
  EXPECT_EQ(text_of(vector_line(Form::bare, "DETECTOR_FAST_AXIS", {0, 1, 0})),
            "DETECTOR_FAST_AXIS 0 1 0\n");
  EXPECT_EQ(text_of({Form::pixel,
                     "tracing pixel",
                     {{"spixel", std::int64_t{3}}, {"fpixel", std::int64_t{4}}},
                     ""}),
            "TRACE_CONFIG: tracing pixel (spixel=3, fpixel=4)\n");
  EXPECT_EQ(text_of(vector_line(Form::value, "hkl_frac", {1, 2, 3})),
            "TRACE_CPP: hkl_frac 1 2 3\n");
  EXPECT_EQ(text_of({Form::spindle_step, "PHI", {{"phi_tic", std::int64_t{0}}, {"k", 0.5}}, ""}),
            "TRACE_CPP_PHI phi_tic=0 k=0.5\n");
  EXPECT_EQ(text_of(number_line(Form::second_source, "polar", 0.5)),
            "TRACE_CPP_SOURCE2: polar 0.5\n");
}

TEST(TextWriter, WritesMatricesRowByRow) {
  Line line{Form::matrix, "Rx", {}, ""};
  for (const double x : {1.0, 0.0, 0.0, 0.0, 1.0, -0.0, 0.0, 0.0, 1.0}) {
    line.fields.push_back({"", x});
  }
  EXPECT_EQ(text_of(line), "TRACE_CPP:Rx=[1 0 0; 0 1 -0; 0 0 1]\n");
}

TEST(TextWriter, HasFifteenDigitsAndTheAskedPrefix) {
  EXPECT_EQ(text_of(number_line(Form::value, "x", 1.0 / 3.0), "TRACE_X"),
            "TRACE_X: x 0.333333333333333\n");
  EXPECT_EQ(text_of(number_line(Form::value, "x", 1e24)), "TRACE_CPP: x 1e+24\n");
  EXPECT_EQ(text_of(number_line(Form::value, "x", 2.5e-8)), "TRACE_CPP: x 2.5e-08\n");
}

}  // namespace
}  // namespace nanobragg::trace
