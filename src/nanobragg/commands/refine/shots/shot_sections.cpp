// Tables and plots of one shot.
#include "nanobragg/commands/refine/shots/shot_sections.hpp"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "nanobragg/commands/refine/shots/box_pictures.hpp"
#include "nanobragg/commands/refine/shots/shot_judgement.hpp"
#include "nanobragg/refine/html_tables.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::commands {
namespace {

using report::escape_markup;

std::string list_of(const std::vector<std::string>& names) {
  return names.empty() ? std::string("–")
                       : escape_markup(fmt::format("{}", fmt::join(names, ", ")));
}

std::string stage_table(const std::vector<refine::StageReport>& stages) {
  std::string text =
      "<div class=\"wide\"><table><thead><tr><th>Stage</th>"
      "<th class=\"number\">Steps</th><th class=\"number\">χ²</th><th class=\"number\">k</th>"
      "<th class=\"number\">σ<sub>r</sub></th><th>Free</th><th>Held: nothing determines "
      "it</th></tr>"
      "</thead>\n<tbody>\n";
  for (const refine::StageReport& stage : stages) {
    text += fmt::format(
        "<tr><th>{}</th><td class=\"number\">{}</td>"
        "<td class=\"number\">{:.3g}</td><td class=\"number\">{:.3g}</td>"
        "<td class=\"number\">{:.3g}</td><td class=\"names\">{}</td><td>{}</td></tr>\n",
        refine::name_of(stage.stage), stage.iterations, stage.reduced_chi_squared,
        stage.errors.of_spots, stage.errors.read_noise, list_of(stage.free), list_of(stage.held));
  }
  return text + "</tbody></table></div>\n";
}

// Bars as a line, which is interrupted where there is none.
std::string deviation_plot(const DeviationHistogram& histogram) {
  report::PlotLine measured{"measured", "reference", {}}, normal{"normal", "candidate", {}};
  constexpr double kHalf = 0.5 * DeviationHistogram::kStep;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const double z = histogram.middle(i), expected = histogram.normal_count(i);
    const auto count = static_cast<double>(histogram.counts[i]);
    const auto height = count > 0.0 ? std::optional(count) : std::nullopt;
    measured.points.push_back({z - kHalf, height});
    measured.points.push_back({z + kHalf, height});
    // Less than half a pixel is none.
    normal.points.push_back({z, expected >= 0.5 ? std::optional(expected) : std::nullopt});
  }
  return report::line_plot_svg({"Pixels by their deviation",
                                "(measured − model) / σ",
                                "pixels",
                                {measured, normal},
                                report::PlotScale::logarithmic,
                                std::nullopt});
}

std::string deviation_section(const DeviationHistogram& histogram) {
  const double beyond =
      100.0 * static_cast<double>(histogram.beyond) / static_cast<double>(histogram.total);
  return fmt::format(
             "<h3>Deviations of pixels</h3>\n<p class=\"quiet\">In standard deviations as the "
             "error model has them. Those of a right model follow the normal curve: mean 0, width "
             "1. Here: mean {:+.3f}, width {:.3f}; {:.2g} % are beyond {:g} (normal: none of a "
             "million).</p>\n",
             histogram.mean, histogram.width, beyond, DeviationHistogram::kEnd) +
         deviation_plot(histogram);
}

std::string judged_table(std::span<const BoxesJudged> rows, std::string_view first,
                         std::string (*name)(const BoxesJudged&)) {
  std::string text = fmt::format(
      "<div class=\"wide long\"><table><thead><tr><th>{}</th><th class=\"number\">Boxes</th>"
      "<th class=\"number\">Correlation</th><th class=\"number\">χ²</th>"
      "<th class=\"number\">Spots off, px</th></tr></thead>\n<tbody>\n",
      first);
  for (const BoxesJudged& row : rows) {
    text += fmt::format(
        "<tr><th>{}</th><td class=\"number\">{}</td><td class=\"number\">{:.3f}</td>"
        "<td class=\"number\">{:.3g}</td><td class=\"number\">{}</td></tr>\n",
        name(row), row.boxes, row.correlation, row.chi_squared,
        row.off ? fmt::format("{:.2f} × {:.2f}", (*row.off)[0], (*row.off)[1]) : "–");
  }
  return text + "</tbody></table></div>\n";
}

std::string resolution_plots(std::span<const BoxesJudged> shells) {
  report::PlotLine correlation{"correlation", "ratio", {}}, fast{"fast", "reference", {}},
      slow{"slow", "candidate", {}};
  for (const BoxesJudged& shell : shells) {
    const double x = 0.5 / shell.largest_A + 0.5 / shell.smallest_A;
    correlation.points.push_back({x, shell.correlation});
    if (!shell.off) continue;
    fast.points.push_back({x, (*shell.off)[0]});
    slow.points.push_back({x, (*shell.off)[1]});
  }
  const auto plot = [](const char* title, const char* y, std::vector<report::PlotLine> lines) {
    return report::line_plot_svg(
        {title, "1/d (Å⁻¹)", y, std::move(lines), report::PlotScale::linear, std::nullopt});
  };
  std::string text =
      plot("Correlation by resolution", "median correlation of a box", {correlation});
  if (!fast.points.empty()) {
    text += plot("Distance of predicted from measured spots by resolution", "spots off, px r.m.s.",
                 {fast, slow});
  }
  return text;
}

std::string resolution_section(const RefinedShot& shot) {
  const std::vector<BoxesJudged> shells = by_resolution(shot);
  if (shells.empty()) return {};
  std::string text =
      "<h3>By resolution</h3>\n" + judged_table(shells, "d, Å", [](const BoxesJudged& shell) {
        return fmt::format("{:.2f} – {:.2f}", shell.largest_A, shell.smallest_A);
      });
  return shells.size() > 1 ? text + resolution_plots(shells) : text;
}

std::string panel_section(const RefinedShot& shot) {
  if (shot.result->experiment.detector.panels.size() < 2) return {};
  return "<h3>By panel</h3>\n" + judged_table(by_panel(shot), "Panel", [](const BoxesJudged& row) {
           return fmt::format("{}", row.panel);
         });
}

std::string error_sentence(const refine::ErrorModel& errors) {
  return fmt::format(
      "<p class=\"quiet\">A pixel of m photons varies by σ² = m + σ<sub>r</sub>² + (k·s)²: Poisson "
      "noise, σ<sub>r</sub> = {:.3g} photons of read-out noise, and k = {:.3g} of the s photons "
      "that the spot has around it, which is what the model cannot know.</p>\n",
      errors.read_noise, errors.of_spots);
}

}  // namespace

std::string shot_details(const RefinedShot& shot) {
  const refine::ShotResult& r = *shot.result;
  const std::vector<double> deviations = deviations_of(shot);
  std::string text =
      "<h3>Parameters</h3>\n<p class=\"quiet\">The standard uncertainty, in brackets, counts in "
      "the last two digits.</p>\n" +
      refine::parameter_markup(r.parameters, {});
  const std::string& undetermined = r.correlations.undetermined;
  if (!undetermined.empty()) {
    text += fmt::format("<p>At the end, {}.</p>\n", escape_markup(undetermined));
  }
  text += "<h3>Stages</h3>\n" + stage_table(r.stages) + error_sentence(r.errors);
  text +=
      "<h3>Boxes</h3>\n<p class=\"quiet\">Pixels around a spot, as they correlate with the "
      "model. Blue-grey ones do not count: they measure nothing, or hold another spot. "
      "Residuals are measured − model in standard deviations; red: more than the model "
      "says.</p>\n" +
      box_figures(shot, deviations);
  text += deviation_section(histogram_of(deviations));
  return text + resolution_section(shot) + panel_section(shot);
}

}  // namespace nanobragg::commands
