// Traces of several programs, as text and amid other output, and what is refused.
#include "nanobragg/audit/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> numbers(const Document& document, std::string_view key,
                            const Occurrence& at = {}) {
  const Entry* entry = document.find(key, at);
  return entry == nullptr ? std::vector<double>{} : entry->numbers;
}

std::string error_of(const std::string& text) {
  try {
    parse_trace(text, "B.log");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ParseTrace, ReadsKeysWithAndWithoutEquals) {
  const Document document = parse_trace(
      "TRACE_C:detector_convention=MOSFLM\n"
      "TRACE_C:initial_fdet=0 0 1\n"
      "TRACE_C:Rx=[1 0 0; 0 1 -0; 0 0 1]\n"
      "TRACE_C: hkl_frac 1.5 -2 3e-1\n",
      "a");
  EXPECT_EQ(document.program, "C");
  EXPECT_EQ(document.find("detector_convention")->words, "MOSFLM");
  EXPECT_THAT(numbers(document, "initial_fdet"), ElementsAre(0, 0, 1));
  EXPECT_THAT(numbers(document, "Rx"), ElementsAre(1, 0, 0, 0, 1, 0, 0, 0, 1));
  EXPECT_THAT(numbers(document, "hkl_frac"), ElementsAre(1.5, -2, 0.3));
  EXPECT_EQ(document.find("hkl_frac")->line, 4U);
}

TEST(ParseTrace, KeepsTheLabelsOfNumbers) {
  const Document document =
      parse_trace("TRACE_C:angles_rad=rotx:0 roty:0.5 rotz:0 twotheta:-1\n", "a");
  EXPECT_EQ(document.find("angles_rad")->words, "rotx roty rotz twotheta");
  EXPECT_THAT(numbers(document, "angles_rad"), ElementsAre(0, 0.5, 0, -1));
}

TEST(ParseTrace, FindsLinesAmidOtherOutput) {
  const Document document = parse_trace(
      "nanoBragg nanocrystal diffraction simulator\r\n"
      "DETECTOR_FAST_AXIS 0 0 1\n"
      "TRACE_CONFIG: tracing pixel (spixel=685, fpixel=1039)\n"
      "12:00:01 INFO [sim] TRACE_PY: polar 0.9\r\n"
      "NOT_A_TRACE_PY: polar 0.8\n"
      "TRACE_PYTHON: polar 0.7\n",
      "a");
  EXPECT_EQ(document.program, "PY");
  ASSERT_TRUE(document.pixel);
  EXPECT_EQ(*document.pixel, (PixelIndex{685, 1039}));
  EXPECT_EQ(document.entries.size(), 1U);
  EXPECT_THAT(numbers(document, "polar"), ElementsAre(0.9));
}

TEST(ParseTrace, ReadsArraysAsOtherLanguagesPrintThem) {
  const Document document = parse_trace(
      "TRACE_PY: fdet_vec [0.0, 0.0, 1.0]\n"
      "TRACE_PY: sdet_vec tensor([0., -1., 0.])\n"
      "TRACE_PY: hkl_rounded: (1, 2, +3)\n"
      "TRACE_PY: F_latt -nan\n",
      "a");
  EXPECT_THAT(numbers(document, "fdet_vec"), ElementsAre(0, 0, 1));
  EXPECT_THAT(numbers(document, "sdet_vec"), ElementsAre(0, -1, 0));
  EXPECT_THAT(numbers(document, "hkl_rounded"), ElementsAre(1, 2, 3));
  EXPECT_TRUE(std::isnan(numbers(document, "F_latt").at(0)));
}

TEST(ParseTrace, NumbersSpindleStepsSourcesAndEvaluations) {
  const Document document = parse_trace(
      "TRACE_CPP: pix0_vector_meters 1 2 3\n"
      "TRACE_CPP: F_latt 5\n"
      "TRACE_CPP_PHI phi_tic=0 phi_deg=0 k_frac=1 F_latt_b=2 F_latt=5\n"
      "TRACE_CPP_PHI: phi_tic=1 phi_deg=0.1 k_frac=1.5 F_latt_b=3 F_latt=6\n"
      "TRACE_CPP_SOURCE2: F_latt 7\n"
      "TRACE_CPP: pix0_vector_meters 1 2 3\n"
      "TRACE_CPP: F_latt 8\n"
      "TRACE_CPP: polar 0.5\n",
      "a");
  EXPECT_THAT(numbers(document, "F_latt"), ElementsAre(5));
  EXPECT_THAT(numbers(document, "F_latt", {1, {}, {}}), ElementsAre(8));
  EXPECT_THAT(numbers(document, "phi.F_latt", {0, 1, {}}), ElementsAre(6));
  EXPECT_THAT(numbers(document, "source.F_latt", {0, {}, 2}), ElementsAre(7));
  // Computed once, after all evaluations.
  EXPECT_THAT(numbers(document, "polar"), ElementsAre(0.5));
}

TEST(ParseTrace, KnowsOtherSpellings) {
  const Document document = parse_trace(
      "TRACE_PY: hkl_float 1 2 3\n"
      "TRACE_PY: I_before_scaling_pre_polar 100\n"
      "TRACE_PY: cos2theta 0.5\n",
      "a");
  EXPECT_THAT(numbers(document, "hkl_frac"), ElementsAre(1, 2, 3));
  EXPECT_EQ(document.find("hkl_frac")->spelling, "hkl_float");
  EXPECT_THAT(numbers(document, "I_before_scaling"), ElementsAre(100));
  EXPECT_THAT(numbers(document, "cos_2theta"), ElementsAre(0.5));
}

TEST(ParseTrace, PrefersTheSpellingThatSaysMore) {
  const Document document = parse_trace(
      "TRACE_PY: I_before_scaling 90\n"
      "TRACE_PY: I_before_scaling_pre_polar 100\n",
      "a");
  EXPECT_THAT(numbers(document, "I_before_scaling"), ElementsAre(100));
  EXPECT_THAT(document.notes, ElementsAre(HasSubstr("I_before_scaling (line 1) differs")));
}

TEST(ParseTrace, DividesThePolarisationOut) {
  const Document document = parse_trace(
      "TRACE_PY: I_before_scaling_post_polar 90\n"
      "TRACE_PY: polar 0.9\n",
      "a");
  EXPECT_THAT(numbers(document, "I_before_scaling"), ElementsAre(100));
}

TEST(ParseTrace, TellsTheUnitOfScatteringVectorsByTheirSize) {
  const Document metres = parse_trace("TRACE_C: scattering_vec_A_inv 3e9 0 4e9\n", "a");
  EXPECT_THAT(numbers(metres, "scattering_vec_A_inv"), ElementsAre(3e9, 0, 4e9));
  EXPECT_THAT(metres.notes, ElementsAre(HasSubstr("holds 1/m")));
  const Document angstroms = parse_trace("TRACE_PY: scattering_vec_A_inv 0.3 0 0.4\n", "a");
  EXPECT_THAT(numbers(angstroms, "scattering_vec_A_inv"), ElementsAre(3e9, 0, 4e9));
  EXPECT_THAT(angstroms.notes, ElementsAre(HasSubstr("holds 1/A")));
}

TEST(ParseTrace, TakesRepetitionsOfTheSameValue) {
  const Document document = parse_trace(
      "TRACE_C:fdet_after_rotz=0 0 1\n"
      "TRACE_C:fdet_after_rotz=0 0 1.0\n",
      "a");
  EXPECT_EQ(document.entries.size(), 1U);
}

// The C program prints the axes of a swung detector twice, before and after they are turned.
TEST(ParseTrace, TakesTheLastOfWhatIsPrintedTwiceOnTheWay) {
  const Document document = parse_trace(
      "TRACE_C:fdet_after_rotz=0 0 1\nTRACE_C:fdet_after_rotz=0 1 0\nTRACE_C: polar 1\n", "a");
  EXPECT_THAT(numbers(document, "fdet_after_rotz"), ElementsAre(0, 1, 0));
  EXPECT_THAT(document.notes, ElementsAre("fdet_after_rotz is given in lines 1 and 2 with other "
                                          "values: the last is compared"));
}

TEST(ParseTrace, CountsEvaluationsWhateverTheOrderOfTheirLines) {
  const std::vector<std::string> texts{
      // Each key for all evaluations, and one evaluation after the other without its first line.
      "TRACE_C: pixel_pos_meters 0 0 1\nTRACE_C: pixel_pos_meters 0 0 2\n"
      "TRACE_C: F_cell 3\nTRACE_C: F_cell 4\nTRACE_C: polar 1\n",
      "TRACE_C: F_cell 3\nTRACE_C: pixel_pos_meters 0 0 1\nTRACE_C: F_cell 4\n"
      "TRACE_C: pixel_pos_meters 0 0 2\n",
      "TRACE_C: F_cell 3\nTRACE_C: hkl_frac 0 0 1\nTRACE_C: F_cell 4\nTRACE_C: hkl_frac 0 0 2\n"};
  for (const std::string& text : texts) {
    const Document document = parse_trace(text, "a");
    EXPECT_THAT(numbers(document, "F_cell"), ElementsAre(3)) << text;
    EXPECT_THAT(numbers(document, "F_cell", {1, {}, {}}), ElementsAre(4)) << text;
  }
  // A line that one evaluation lacks does not shift those of the next.
  const Document gap = parse_trace(
      "TRACE_C: pixel_pos_meters 0 0 1\nTRACE_C: F_latt 0\nTRACE_C: pixel_pos_meters 0 0 2\n"
      "TRACE_C: F_latt 1\nTRACE_C: F_cell 4\n",
      "a");
  EXPECT_EQ(gap.find("F_cell"), nullptr);
  EXPECT_THAT(numbers(gap, "F_cell", {1, {}, {}}), ElementsAre(4));
}

TEST(ParseTrace, KnowsHowExactlyNumbersArePrinted) {
  const auto uncertainty = [](const std::string& text, const char* key) {
    const Document document = parse_trace(text, "a");
    const Entry* entry = document.find(key);
    return entry->uncertainty.empty() ? -1.0 : entry->uncertainty.front();
  };
  const std::string six = "TRACE_C: R_distance_meters 0.100565\nTRACE_C: polar 0.5\n";
  EXPECT_NEAR(uncertainty(six, "R_distance_meters"), 5e-7, 1e-12);
  EXPECT_NEAR(uncertainty(six, "polar"), 5e-7, 1e-12);
  // Amid many digits, few are an input, and more are a line with a format of its own.
  const std::string many = "TRACE_C: F_latt 1.23456789012345\n";
  EXPECT_LT(uncertainty(many + six, "polar"), 1e-14);
  EXPECT_NEAR(uncertainty(many + six, "R_distance_meters"), 5e-7, 1e-12);
  const std::string fixed =
      "TRACE_C: R_distance_meters 0.100565\nTRACE_C: polar 0.500000\nTRACE_C: F_latt 12.345678\n"
      "TRACE_C: hkl_frac 1.234567 0.000012 -10.000000\n";
  EXPECT_NEAR(uncertainty(fixed, "hkl_frac"), 5e-7, 1e-12);
  EXPECT_NEAR(uncertainty(fixed, "F_latt"), 5e-7, 1e-12);
  EXPECT_EQ(uncertainty("TRACE_C: steps 10\n", "steps"), 0.0);
}

TEST(ParseTraces, TakeThePixelThatBothHold) {
  const std::string two =
      "TRACE_CONFIG: tracing pixel (spixel=1, fpixel=2)\nTRACE_CPP: polar 0.1\n"
      "TRACE_CONFIG: tracing pixel (spixel=3, fpixel=4)\nTRACE_CPP: polar 0.2\n";
  const std::string one = "TRACE_CONFIG: tracing pixel (spixel=3, fpixel=4)\nTRACE_C: polar 0.3\n";
  EXPECT_THAT(numbers(parse_traces({two, "a"}, {one, "b"}).a, "polar"), ElementsAre(0.2));
  EXPECT_THAT(numbers(parse_traces({one, "a"}, {two, "b"}).b, "polar"), ElementsAre(0.2));
  EXPECT_THROW(parse_traces({two, "a"}, {two, "b"}), Error);
}

TEST(ParseTrace, RefusesWhatContradictsItself) {
  EXPECT_EQ(error_of("TRACE_C: polar 0.5\nother\nTRACE_C: polar 0.25\n"),
            "B.log:3: 'polar' repeated with another value (0.5 in line 1, 0.25 here): a file holds "
            "the trace of one pixel of one run");
  EXPECT_EQ(error_of("TRACE_C: polar 0.5\nTRACE_PY: polar 0.5\n"),
            "B.log:2: traces of two programs (TRACE_C above, TRACE_PY here): keep the lines of one "
            "of them in a file of its own");
}

TEST(ParseTrace, RefusesWhatIsNoNumber) {
  EXPECT_EQ(error_of("TRACE_C: polar abc\n"), "B.log:1: polar: 'abc' is not a number");
  EXPECT_EQ(error_of("TRACE_C: polar\n"), "B.log:1: polar: '' is not a number");
  EXPECT_EQ(error_of("TRACE_C: hkl_frac 1 2\n"), "B.log:1: hkl_frac: expected 3 numbers, found 2");
  EXPECT_EQ(error_of("TRACE_C_PHI phi_tic=x k_frac=1\n"), "B.log:1: phi_tic: 'x' is not a number");
  EXPECT_EQ(error_of("TRACE_C_PHI k_frac=1\n"), "B.log:1: line of a spindle step without phi_tic");
}

TEST(ParseTrace, RefusesATextWithoutATrace) {
  EXPECT_THAT(error_of(""), HasSubstr("B.log: no trace found"));
  EXPECT_THAT(error_of("polar 1\n"), HasSubstr("no trace found"));
  EXPECT_THAT(error_of("TRACE_C: colour blue\n"), HasSubstr("no known key in 1 trace lines"));
}

TEST(ParseTrace, ChoosesOneOfSeveralPixels) {
  const std::string text =
      "TRACE_CPP:distance_m=0.1\n"
      "TRACE_CONFIG: tracing pixel (spixel=1, fpixel=2)\nTRACE_CPP: polar 0.1\n"
      "TRACE_CONFIG: tracing pixel (spixel=3, fpixel=4)\nTRACE_CPP: polar 0.2\n";
  const Document document = parse_trace(text, "a", PixelIndex{3, 4});
  EXPECT_THAT(numbers(document, "polar"), ElementsAre(0.2));
  EXPECT_THAT(numbers(document, "distance_m"), ElementsAre(0.1));
  EXPECT_EQ(error_of(text),
            "B.log:4: traces of several pixels (slow 1 fast 2 above, slow 3 fast 4 here): choose "
            "one with --pixel SLOW FAST");
  EXPECT_THROW(parse_trace(text, "a", PixelIndex{5, 6}), Error);
}

constexpr const char* kJson = R"({"format": "nanobragg trace",
  "geometry": [{"key": "angles_rad",
                "value": {"rotx": 0, "roty": 0.5, "rotz": 0, "twotheta": -1}}],
  "pixels": [{"slow": 1, "fast": 2, "lines": [
    {"key": "tracing pixel", "value": {"spixel": 1, "fpixel": 2}},
    {"key": "hkl_frac", "value": [1, 2.5, -3]},
    {"key": "PHI", "value": {"phi_tic": 1, "phi_deg": 0.1, "k_frac": 2.5}},
    {"key": "F_cell", "value": 7, "source": 2},
    {"key": "F_latt", "value": null}]}]})";

TEST(ParseTrace, ReadsJson) {
  const Document document = parse_trace(kJson, "a.json");
  EXPECT_EQ(document.program, "CPP");
  EXPECT_EQ(document.pixel, (PixelIndex{1, 2}));
  EXPECT_EQ(document.find("angles_rad")->numbers.size(), 4U);
  EXPECT_THAT(numbers(document, "hkl_frac"), ElementsAre(1, 2.5, -3));
  EXPECT_THAT(numbers(document, "phi.k_frac", {0, 1, {}}), ElementsAre(2.5));
  EXPECT_THAT(numbers(document, "source.F_cell", {0, {}, 2}), ElementsAre(7));
  EXPECT_TRUE(std::isnan(numbers(document, "F_latt").at(0)));
}

TEST(ParseTrace, RefusesJsonThatIsNoTrace) {
  EXPECT_THAT(error_of("{\n\"a\": }"), HasSubstr("B.log:2: not JSON"));
  EXPECT_THAT(error_of("{\"a\": 1}"), HasSubstr("no trace found"));
  EXPECT_THAT(error_of(R"({"pixels": [{"lines": []}]})"), HasSubstr("without slow and fast"));
  EXPECT_THAT(error_of(R"({"pixels": [{"slow": 1, "fast": 1, "lines": [{"key": "polar"}]}]})"),
              HasSubstr("without key and value"));
  EXPECT_THAT(
      error_of(
          R"({"pixels": [{"slow": 1, "fast": 1, "lines": [{"key": "polar", "value": [[1]]}]}]})"),
      HasSubstr("polar: 'array' is not a number"));
}

TEST(DescribeOccurrence, NamesWhatIsNotTheFirst) {
  EXPECT_EQ(describe("hkl_frac", {}), "hkl_frac");
  EXPECT_EQ(describe("phi.k_frac", {2, 3, {}}), "k_frac (evaluation 2) (phi step 3)");
  EXPECT_EQ(describe("source.F_cell", {0, {}, 2}), "F_cell (source 2)");
}

}  // namespace
}  // namespace nanobragg::audit
