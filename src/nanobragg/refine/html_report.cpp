// The page of a refinement.
#include <fmt/format.h>

#include <span>

#include "nanobragg/refine/html_tables.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/report/html_figure.hpp"
#include "nanobragg/report/html_style.hpp"
#include "nanobragg/report/pictures.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::refine {
namespace {

using report::escape_markup;

std::string convergence_plot(const Result& result) {
  report::PlotLine soft{"softened loss", "candidate", {}};
  report::PlotLine loss{"loss", "reference", {}};
  double lowest = result.after.loss;
  double softest = 0.0;
  bool any = false;
  for (const Step& step : result.history) {
    if (step.stage != Stage::softened) continue;
    softest = any ? std::min(softest, step.loss) : step.loss;
    any = true;
  }
  for (const Step& step : result.history) {
    const bool softened = step.stage == Stage::softened;
    const double above = step.loss - (softened ? softest : lowest);
    auto& points = (softened ? soft : loss).points;
    points.push_back(
        {static_cast<double>(step.iteration), above > 1e-6 ? std::optional(above) : std::nullopt});
  }
  std::vector<report::PlotLine> lines;
  for (auto* line : {&soft, &loss}) {
    if (!line->points.empty()) lines.push_back(*line);
  }
  return report::line_plot_svg({"Loss by iteration", "iteration", "loss above its lowest", lines,
                                report::PlotScale::logarithmic, std::nullopt});
}

std::string picture_section(const ResultPictures& pictures) {
  const auto photons = [&](const std::string& title, const std::string& png,
                           const report::PreviewLevels& levels, const std::string& caption) {
    return report::figure({title, png, report::colour_scale(report::diffraction_palette()),
                           fmt::format("≤ {:.3g}", levels.black),
                           fmt::format("≥ {:.3g} photons", levels.white), caption});
  };
  const std::string reach = fmt::format("{:.3g}", pictures.residual_scale);
  return "<h2>What the detector saw, and what the model says</h2>\n<div class=\"pictures\" "
         "style=\"grid-template-columns:repeat(auto-fit,minmax(min(28rem,100%),1fr))\">\n" +
         photons("Observed", pictures.observed_png, pictures.levels,
                 "The first image, in photons.") +
         photons("Model before", pictures.before_png, pictures.before_levels,
                 "The starting experiment, on a scale of its own.") +
         photons("Model after", pictures.after_png, pictures.levels,
                 "The refined experiment, on the scale of the observed image.") +
         report::figure(
             {"Residual after", pictures.residual_png,
              report::colour_scale(report::difference_palette()), "−" + reach, "+" + reach + " σ",
              "(observed − model) by the standard deviation of the counts. Red: more "
              "than the model says. Noise alone looks like sand; rings or shadows of "
              "spots point at what the model lacks. White: nothing is off, or no pixel counts."}) +
         "</div>\n";
}

}  // namespace

std::string html_report(const Result& result, const ResultPictures& pictures,
                        const ReportText& text) {
  const bool good = result.outcome == Outcome::converged;
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Refinement of a diffraction experiment</title>\n<style>{}</style>\n</head>\n<body>\n",
      report::report_style());
  page += "<h1>Refinement of a diffraction experiment</h1>\n";
  page += fmt::format(
      "<p>The numbers of an experiment were moved until the image that they predict fits the "
      "observed one.</p>\n<div class=\"verdict {}\"><strong>{}</strong><p>{}. Reduced χ² went "
      "from {:.4g} to {:.4g} over {} pixels; 1 means that nothing but noise is left.</p></div>\n",
      good ? "pass" : "", good ? "Converged" : "Not converged",
      escape_markup(outcome_sentence(result)), result.before.reduced_chi_squared,
      result.after.reduced_chi_squared, result.pixels);
  for (const std::string& doubt : result.after.doubts) {
    page += fmt::format("<p>Mind that {}.</p>\n", escape_markup(doubt));
  }
  if (!result.parameters.empty() || !result.amplitudes.empty()) {
    const std::span all(result.amplitudes);
    const auto listed = all.size() <= kMostListed ? all : all.first(0);
    page +=
        "<h2>Parameters</h2>\n<p class=\"quiet\">The standard uncertainty, in brackets, counts "
        "in the last two digits. It is what noise alone would scatter the value by if the "
        "experiment were repeated and the model is right.</p>\n" +
        parameter_markup(result.parameters, listed);
  }
  const std::string& undetermined = result.correlations.undetermined;
  if (!undetermined.empty()) {
    page += fmt::format("<p>At the end, {}.</p>\n", escape_markup(undetermined));
  }
  page += picture_section(pictures);
  page += "<h2>Convergence</h2>\n" + convergence_plot(result);
  const std::size_t correlated = result.correlations.names.size();
  if (correlated > 1 && correlated <= 2 * kMostListed) {
    page +=
        "<h2>Correlations</h2>\n<p class=\"quiet\">Near +1 or −1, the image hardly distinguishes "
        "two "
        "parameters apart.</p>\n" +
        correlation_markup(result.correlations);
  }
  page += fmt::format("<h2>The refined experiment</h2>\n<pre>{}</pre>\n",
                      escape_markup(text.experiment));
  page += fmt::format("<h2>How it was made</h2>\n<pre>{}</pre>\n", escape_markup(text.command));
  return page +
         "<footer class=\"quiet\">Every figure of this page, with all its digits, is in "
         "<code>result.json</code> beside it.</footer>\n</body>\n</html>\n";
}

}  // namespace nanobragg::refine
