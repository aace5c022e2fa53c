// Puts the page of a comparison together, section by section.
#include "nanobragg/report/html.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nanobragg/compare/verdict.hpp"
#include "nanobragg/report/html_figure.hpp"
#include "nanobragg/report/html_style.hpp"
#include "nanobragg/report/html_tables.hpp"
#include "nanobragg/report/pictures.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::report {
namespace {

std::string_view headline(compare::Verdict verdict) {
  switch (verdict) {
    case compare::Verdict::pass:
      return "The images agree";
    case compare::Verdict::below_threshold:
      return "The images do not agree";
    case compare::Verdict::scale_differs:
      return "The images differ in scale";
    case compare::Verdict::shapes_differ:
      return "The images differ in shape";
    case compare::Verdict::program_failed:
      return "A program failed";
    case compare::Verdict::unreadable:
      break;
  }
  return "An image could not be used";
}

std::string introduction(const compare::Report& report) {
  const std::string names =
      fmt::format("<code>{}</code> (the reference) and <code>{}</code> (the candidate)",
                  escape_markup(report.reference.name), escape_markup(report.candidate.name));
  if (report.candidate.command.empty()) {
    return fmt::format("<p>{} are X-ray diffraction images. They were compared pixel by pixel.</p>",
                       names);
  }
  return fmt::format(
      "<p>Two programs were given one description of an X-ray diffraction experiment, and each "
      "computed the image that a detector would record: {}. This page says whether the images "
      "agree.</p>",
      names);
}

std::string list_of(const std::vector<std::string>& sentences) {
  if (sentences.empty()) return {};
  std::string items;
  for (const std::string& sentence : sentences) {
    items += fmt::format("<li>{}</li>\n", escape_markup(sentence));
  }
  return "<ul>\n" + items + "</ul>\n";
}

std::string picture_section(const compare::Report& report, const ReportPictures& pictures) {
  const std::string grey = colour_scale(diffraction_palette());
  const std::string faint = "≤ " + compare::short_number(pictures.levels.black);
  const std::string bright = "≥ " + compare::short_number(pictures.levels.white) + " photons";
  const std::string reach = compare::short_number(pictures.difference_scale);
  std::string text = "<h2>The images</h2>\n<div class=\"pictures\">\n";
  text +=
      figure({"Reference: " + report.reference.name, pictures.reference_png, grey, faint, bright,
              "Dark is bright: each dark spot is a reflection of the crystal. Logarithmic "
              "scale; the brightest pixels are red."});
  text += figure({"Candidate: " + report.candidate.name, pictures.candidate_png, grey, faint,
                  bright, "The same scale as the reference."});
  const bool differ = pictures.difference_scale > 0.0;
  text += figure({"Difference: candidate − reference", pictures.difference_png,
                  colour_scale(difference_palette()), differ ? "−" + reach : "0",
                  differ ? "+" + reach + " photons" : "0 photons",
                  differ ? "Red: the candidate is brighter. Blue: it is darker. White: both agree. "
                           "Mind the scale: it fits the differences, however small they are."
                         : "White: no pixel differs."});
  return text + "</div>\n";
}

std::string radial_section(const compare::Comparison& comparison) {
  PlotLine reference{"reference", "reference", {}};
  PlotLine candidate{"candidate", "candidate", {}};
  PlotLine ratio{"ratio", "ratio", {}};
  for (const compare::ProfileBin& bin : comparison.radial) {
    const double radius = (bin.from + bin.to) / 2.0;
    const bool has_pixels = bin.pixels > 0;
    const auto shown = [&](double mean) { return has_pixels ? std::optional(mean) : std::nullopt; };
    reference.points.push_back({radius, shown(bin.mean_reference)});
    candidate.points.push_back({radius, shown(bin.mean_candidate)});
    ratio.points.push_back({radius, bin.ratio});
  }
  const std::string from = fmt::format("distance from slow {:.1f}, fast {:.1f} (pixels)",
                                       comparison.centre.slow, comparison.centre.fast);
  std::string text =
      "<h2>From the centre outwards</h2>\n"
      "<p class=\"quiet\">Mean intensity in rings around the beam, and the candidate's divided by "
      "the reference's. A ratio that drifts with the radius points at geometry, polarisation or "
      "absorption; one that is constant but not 1 points at the scale.</p>\n";
  text += line_plot_svg({"Mean intensity by radius",
                         from,
                         "mean photons a pixel",
                         {reference, candidate},
                         PlotScale::logarithmic,
                         std::nullopt});
  text += line_plot_svg({"Ratio of mean intensities by radius",
                         from,
                         "candidate / reference",
                         {ratio},
                         PlotScale::linear,
                         1.0});
  return text;
}

std::string comparison_sections(const compare::Report& report,
                                const std::optional<ReportPictures>& pictures) {
  const compare::Comparison& comparison = *report.comparison;
  std::string text;
  if (pictures) text += picture_section(report, *pictures);
  text += "<h2>The figures</h2>\n" + metrics_table(report);
  text +=
      "<h2>How far apart the numbers are</h2>\n"
      "<p class=\"quiet\">Pixels by the number of representable single-precision values between "
      "the two results (units in the last place). 0 is equal; 1 or 2 is rounding; millions is "
      "another result, or a value close to zero.</p>\n" +
      histogram_svg(comparison.metrics.ulp_histogram);
  text += radial_section(comparison);
  return text + "<h2>Shell by shell</h2>\n" + shell_table(comparison.table);
}

// Warnings often name the reason for a difference.
std::string said_section(const compare::Report& report) {
  std::string text;
  for (const compare::Source* source : {&report.reference, &report.candidate}) {
    if (source->said.empty()) continue;
    text += fmt::format("<p class=\"quiet\">The {} wrote to standard error:</p><pre>{}</pre>\n",
                        source == &report.reference ? "reference" : "candidate",
                        escape_markup(source->said));
  }
  return text;
}

}  // namespace

std::string html_report(const compare::Report& report,
                        const std::optional<ReportPictures>& pictures) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}: comparison of two diffraction "
      "images</title>\n<style>{}</style>\n</head>\n<body>\n",
      headline(report.verdict), report_style());
  text += "<h1>Comparison of two diffraction images</h1>\n" + introduction(report);
  text += fmt::format("<div class=\"verdict {}\"><strong>{}</strong><p>{}</p></div>\n",
                      compare::word_of(report.verdict), headline(report.verdict),
                      escape_markup(compare::verdict_sentence(report)));
  text += list_of(compare::findings(report));
  if (report.comparison) text += comparison_sections(report, pictures);
  text += "<h2>What was compared</h2>\n" + source_table(report);
  text += said_section(report);
  if (!report.next.empty()) {
    text += fmt::format("<h2>Where to look next</h2>\n<pre>{}</pre>\n",
                        escape_markup(fmt::format("{}", fmt::join(report.next, "\n"))));
  }
  if (!report.notes.empty()) text += "<h2>Notes</h2>\n" + list_of(report.notes);
  return text +
         "<footer class=\"quiet\">Every figure of this page, with all its digits, is in "
         "<code>summary.json</code> beside it.</footer>\n</body>\n</html>\n";
}

}  // namespace nanobragg::report
