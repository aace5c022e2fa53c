// Rows of parameters, amplitudes and correlations.
#include "nanobragg/refine/html_tables.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/plan/variables.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::refine {
namespace {

using report::escape_markup;

// Stronger correlations in stronger colour: red positive, blue negative.
std::string cell_colour(double c) {
  return fmt::format("background:rgba({},{:.2f})", c > 0.0 ? "190,37,50" : "5,97,164",
                     0.75 * c * c);
}

}  // namespace

std::string parameter_markup(std::span<const RefinedParameter> parameters,
                             std::span<const RefinedAmplitude> amplitudes) {
  std::string text =
      "<div class=\"wide\"><table><thead><tr><th>Parameter</th><th>Unit</th>"
      "<th class=\"number\">Start</th><th class=\"number\">Refined</th>"
      "<th class=\"number\">Change / σ</th></tr></thead>\n<tbody>\n";
  for (const RefinedParameter& p : parameters) {
    const plan::Parameter& row = plan::info(p.parameter.ids[0]);
    text += fmt::format(
        "<tr><th>{}</th><td>{}</td><td class=\"number\">{:.8g}</td><td class=\"number\">{}{}</td>"
        "<td class=\"number\">{:+.1f}</td></tr>\n",
        escape_markup(p.parameter.name), escape_markup(std::string(row.unit)),
        p.parameter.start * row.per_internal,
        with_uncertainty(p.value * row.per_internal,
                         p.uncertainty.value_or(0.0) * row.per_internal),
        std::string(p.held       ? " held at a bound"
                    : p.at_bound ? " at a bound"
                                 : "") +
            (p.is_determined() ? "" : " not determined"),
        p.is_determined() && p.uncertainty.value_or(0.0) > 0.0
            ? (p.value - p.parameter.start) / *p.uncertainty
            : 0.0);
  }
  for (const RefinedAmplitude& f : amplitudes) {
    text += fmt::format(
        "<tr><th>{}</th><td>electrons</td><td class=\"number\">{:.8g}</td>"
        "<td class=\"number\">{}</td><td class=\"number\">{:+.1f}</td></tr>\n",
        plan::name_of(f.index), f.start, with_uncertainty(f.value, f.uncertainty),
        f.uncertainty > 0.0 ? (f.value - f.start) / f.uncertainty : 0.0);
  }
  return text + "</tbody></table></div>\n";
}

std::string correlation_markup(const Correlations& correlations) {
  std::string text = "<div class=\"wide\"><table><thead><tr><th></th>";
  const auto& names = correlations.names;
  for (const std::string& name : names) {
    text += fmt::format("<th>{}</th>", escape_markup(name));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("<tr><th>{}</th>", escape_markup(names[i]));
    for (std::size_t j = 0; j < names.size(); ++j) {
      const double c = correlations.at(i, j);
      text += i == j          ? std::string("<td class=\"number\">1</td>")
              : std::isnan(c) ? std::string("<td class=\"number\">–</td>")
                              : fmt::format("<td class=\"number\" style=\"{}\">{:+.2f}</td>",
                                            cell_colour(c), c);
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace nanobragg::refine
