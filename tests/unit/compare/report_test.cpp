// The summary, the sentences and the page of reports made by hand.
#include "nanobragg/compare/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "nanobragg/compare/verdict.hpp"
#include "nanobragg/report/base64.hpp"
#include "nanobragg/report/html.hpp"
#include "nanobragg/report/svg_plot.hpp"
#include "unit/compare/images.hpp"

namespace nanobragg::compare {
namespace {

using test::image_of;
using test::pair_of;
using test::spots_image;
using testing::HasSubstr;
using testing::Not;

Report report_of(const Image<float>& x, const Image<float>& y) {
  const ImagePair pair = pair_of(x, y);
  Report report;
  report.reference.name = "a<b>.bin";
  report.candidate.name = "b & c.bin";
  Comparison comparison;
  comparison.shape = pair.shape();
  comparison.region = pair.region();
  comparison.metrics = measure(pair);
  comparison.peaks = compare_peaks(pair);
  comparison.centre = middle_of(pair.shape());
  comparison.radial = radial_profile(pair, comparison.centre, 1.0);
  comparison.table = {ShellKind::radius_px, radial_profile(pair, comparison.centre, 5.0)};
  report.verdict = judge(comparison.metrics, report.criteria);
  report.comparison = comparison;
  return report;
}

const Image<float> kSpots = spots_image({30, 30}, {{{8, 9}}, {{20, 17}, 50}});

Image<float> times(const Image<float>& image, float factor) {
  Image<float> result = image;
  for (float& pixel : result.pixels()) pixel *= factor;
  return result;
}

TEST(Judge, AgainstTheThreshold) {
  Metrics metrics;
  metrics.correlation = 0.99;
  EXPECT_EQ(judge(metrics, {.threshold = 0.99}), Verdict::pass);
  EXPECT_EQ(judge(metrics, {.threshold = 0.9900001}), Verdict::below_threshold);
  metrics.correlation = std::nullopt;
  EXPECT_EQ(judge(metrics, {.threshold = -1.0}), Verdict::below_threshold);
}

TEST(Judge, TheSum) {
  Metrics metrics;
  metrics.correlation = 1.0;
  metrics.sum_reference = 1000.0;
  metrics.sum_candidate = 1000.9;
  EXPECT_EQ(judge(metrics, {}), Verdict::pass);
  EXPECT_EQ(judge(metrics, {.sum_tolerance = 1e-4}), Verdict::scale_differs);
  metrics.sum_candidate = 10000.0;
  EXPECT_EQ(judge(metrics, {}), Verdict::scale_differs);
  EXPECT_EQ(judge(metrics, {.sum_tolerance = std::nullopt}), Verdict::pass);
  metrics.sum_reference = 0.0;
  EXPECT_EQ(judge(metrics, {}), Verdict::scale_differs);
  metrics.sum_candidate = 0.0;
  EXPECT_EQ(judge(metrics, {}), Verdict::pass);
}

TEST(Summary, HasTheFiguresInFull) {
  const auto report = report_of(kSpots, times(kSpots, 1.1F));
  const auto json = nlohmann::json::parse(summary_json(report));
  EXPECT_EQ(json["verdict"], "scale_differs");
  EXPECT_EQ(json["threshold"], 0.9999);
  EXPECT_EQ(json["sum_tolerance"], 1e-3);
  EXPECT_EQ(json["mse"].get<double>(), report.comparison->metrics.mse);
  EXPECT_EQ(json["rmse"].get<double>(), report.comparison->metrics.rmse());
  EXPECT_EQ(json["sum_ratio"].get<double>(), *report.comparison->metrics.sum_ratio);
  EXPECT_EQ(json["peaks"]["matched"], 2);
  EXPECT_EQ(json["ulp_histogram"].size(), 10U);
  EXPECT_EQ(json["ulp_histogram"][9]["to"], nullptr);
  EXPECT_EQ(json["shape"]["slow"], 30);
  EXPECT_FALSE(json.contains("runtime_reference_ms"));
}

TEST(Summary, OfAnUndefinedFigureIsNull) {
  const auto flat = image_of({1, 2}, {1, 1});
  const auto json = nlohmann::json::parse(summary_json(report_of(flat, image_of({1, 2}, {1, 2}))));
  EXPECT_EQ(json["correlation"], nullptr);
  EXPECT_EQ(json["peaks"]["mean_displacement_px"], nullptr);
  EXPECT_EQ(json["verdict"], "below_threshold");
}

TEST(Summary, NamesThatAreNotUtf8DoNotBreakIt) {
  Report report;
  report.reference.name = "\xff.bin";
  report.problem = "no\xfe";
  EXPECT_NO_THROW(nlohmann::json::parse(summary_json(report)));
}

TEST(Sentences, SayWhatTheFiguresMean) {
  EXPECT_THAT(verdict_sentence(report_of(kSpots, kSpots)), HasSubstr("identical"));
  const auto report = report_of(kSpots, times(kSpots, 1.1F));
  EXPECT_THAT(verdict_sentence(report), HasSubstr("agree in their pattern but not in their scale"));
  EXPECT_THAT(verdict_sentence(report), HasSubstr("1.1 times the intensity"));
  EXPECT_THAT(verdict_sentence(report_of(kSpots, times(kSpots, 1.0005F))),
              HasSubstr("The two images agree: their correlation"));
  EXPECT_THAT(findings(report), testing::Contains(HasSubstr("10 % more intensity")));
  EXPECT_THAT(findings(report), testing::Contains(HasSubstr("none of those has moved")));
  EXPECT_THAT(findings(report), testing::Contains(HasSubstr("ratio of the two is 1.1 at every")));
  Image<float> next = kSpots;
  for (float& pixel : next.pixels()) pixel = std::nextafter(pixel, 1e9F);
  EXPECT_THAT(verdict_sentence(report_of(kSpots, next)), HasSubstr("differ in the last bit"));
}

TEST(Sentences, TellGeometryFromIntensity) {
  const auto moved = spots_image({30, 30}, {{{12, 9}}, {{24, 17}, 50}});
  EXPECT_THAT(findings(report_of(kSpots, moved)),
              testing::Contains(HasSubstr("not where they should be")));
  // Less than a spot is wide, so that a change of its shape would look alike.
  const auto nudged = spots_image({30, 30}, {{{8.6, 9}}, {{20.6, 17}, 50}});
  EXPECT_THAT(findings(report_of(kSpots, nudged)),
              testing::Each(Not(HasSubstr("not where they should be"))));
  // Spots that are gone have not moved.
  const auto three = spots_image({30, 30}, {{{8, 9}}, {{8, 20}}, {{20, 17}, 50}});
  EXPECT_THAT(findings(report_of(three, spots_image({30, 30}, {{{8, 9}}}))),
              testing::Each(Not(HasSubstr("not where they should be"))));
  const auto weaker = spots_image({30, 30}, {{{8, 9}}, {{20, 17}, 10}});
  EXPECT_THAT(findings(report_of(kSpots, weaker)),
              testing::Contains(HasSubstr("how strong the spots are")));
}

TEST(Sentences, PointAtTheWarningsOfAProgram) {
  auto report = report_of(kSpots, spots_image({30, 30}, {{{8, 9}}, {{20, 17}, 10}}));
  EXPECT_THAT(findings(report), testing::Each(Not(HasSubstr("warnings"))));
  report.candidate.said = "warning: a quirk\n";
  EXPECT_THAT(findings(report), testing::Contains(HasSubstr("The candidate printed warnings")));
}

TEST(Sentences, WithoutAComparison) {
  Report report;
  report.problem = "cannot run 'x' (no such program)";
  report.verdict = Verdict::program_failed;
  EXPECT_EQ(verdict_sentence(report), "Nothing was compared: cannot run 'x' (no such program).");
  EXPECT_TRUE(findings(report).empty());
  report.verdict = Verdict::shapes_differ;
  report.reference.shape = ImageShape{2, 3};
  EXPECT_THAT(verdict_sentence(report), HasSubstr("the reference has 3 x 2 pixels, the candidate "
                                                  "unknown"));
}

TEST(CorrelationText, KeepsTheNinesAndNeverRoundsToOne) {
  EXPECT_EQ(correlation_text(1.0), "1");
  EXPECT_EQ(correlation_text(0.5), "0.5000");
  EXPECT_EQ(correlation_text(0.99979), "0.99979");
  EXPECT_EQ(correlation_text(0.9999999999), "0.99999999990");
  EXPECT_THAT(correlation_text(std::nextafter(1.0, 0.0)), testing::StartsWith("0.99999999999999"));
  EXPECT_EQ(correlation_text(-1.0), "-1.0000");
}

TEST(Page, NeedsNothingButItself) {
  const Report report = report_of(kSpots, times(kSpots, 1.1F));
  const std::string page =
      report::html_report(report, report::ReportPictures{"one", "two", "three", {1, 9}, 0.5});
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,b25l"));
  for (const char* outside :
       {"http:", "https:", "src=\"/", "<link", "<script", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("a&lt;b&gt;.bin"));
  EXPECT_THAT(page, HasSubstr("b &amp; c.bin"));
  EXPECT_THAT(page, HasSubstr("The images differ in scale"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

TEST(Page, WithoutAComparisonSaysWhy) {
  Report report;
  report.verdict = Verdict::program_failed;
  report.problem = "the reference program failed (exit code 9)";
  report.reference.command = {"prog", "it's $1"};
  const std::string page = report::html_report(report, std::nullopt);
  EXPECT_THAT(page, HasSubstr("A program failed"));
  EXPECT_THAT(page, HasSubstr("exit code 9"));
  EXPECT_THAT(page, HasSubstr("prog &#39;it&#39;\\&#39;&#39;s $1&#39;"));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  report.candidate.command = {"prog", "-flag", "5"};
  EXPECT_THAT(report::html_report(report, std::nullopt), HasSubstr("prog <span>-flag</span> 5"));
}

TEST(Plot, InterruptsTheLineWhereThereIsNoValue) {
  const report::Plot plot{"t",
                          "x",
                          "y",
                          {{"l", "ratio", {{0, 1}, {1, 2}, {2, {}}, {3, 1}, {4, 1}}}},
                          report::PlotScale::linear,
                          1.0};
  const std::string svg = report::line_plot_svg(plot);
  const auto path = svg.substr(svg.find("<path"));
  EXPECT_EQ(std::count(path.begin(), path.end(), 'M'), 2);
  EXPECT_EQ(std::count(path.begin(), path.end(), 'L'), 2);
}

TEST(Plot, SurvivesEmptyFlatAndHugeData) {
  const double huge = 1e300;
  for (const auto& points : std::vector<std::vector<report::PlotPoint>>{
           {}, {{1, 1}}, {{0, 0}, {1, 0}}, {{0, -1}, {1, -2}}, {{0, -huge}, {1, huge}}}) {
    for (const report::PlotScale scale :
         {report::PlotScale::linear, report::PlotScale::logarithmic}) {
      const std::string svg =
          report::line_plot_svg({"t", "x", "y", {{"l", "ratio", points}}, scale, {}});
      EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
      EXPECT_THAT(svg, Not(HasSubstr("nan")));
      EXPECT_THAT(svg, Not(HasSubstr("inf")));
      EXPECT_LT(svg.size(), 20000U);
    }
  }
}

TEST(Base64, TestVectorsOfRfc4648) {
  EXPECT_EQ(report::base64(""), "");
  EXPECT_EQ(report::base64("f"), "Zg==");
  EXPECT_EQ(report::base64("fo"), "Zm8=");
  EXPECT_EQ(report::base64("foo"), "Zm9v");
  EXPECT_EQ(report::base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(report::base64("\xff\xfe"), "//4=");
}

}  // namespace
}  // namespace nanobragg::compare
