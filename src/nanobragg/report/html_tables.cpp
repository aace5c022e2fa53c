// Rows and columns as markup.
#include "nanobragg/report/html_tables.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "nanobragg/compare/verdict.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::report {
namespace {

constexpr std::string_view kNone = "–";

std::string number_or_dash(const std::optional<double>& value) {
  return value ? compare::short_number(*value) : std::string(kNone);
}

std::string ratio_text(const std::optional<double>& ratio) {
  return ratio ? fmt::format("{:.6f}", *ratio) : std::string(kNone);
}

std::string correlation_or_dash(const std::optional<double>& correlation) {
  return correlation ? compare::correlation_text(*correlation) : std::string(kNone);
}

std::string row(std::string_view name, std::string_view value, std::string_view meaning) {
  return fmt::format(
      "<tr><th>{}</th><td class=\"number\">{}</td><td class=\"meaning\">{}</td></tr>\n", name,
      value, meaning);
}

std::string peak_rows(const compare::PeakComparison& peaks) {
  return row("Spots matched",
             fmt::format("{} of {} and {}", peaks.matches.size(), peaks.reference.size(),
                         peaks.candidate.size()),
             fmt::format("of the brightest of each image, those with a partner within {} pixel",
                         peaks.gate_px)) +
         row("Mean displacement", number_or_dash(peaks.mean_displacement_px()),
             "of the matched spots' centres, pixels") +
         row("Largest displacement", number_or_dash(peaks.max_displacement_px()), "pixels");
}

std::string shape_text(const std::optional<ImageShape>& shape) {
  return shape ? fmt::format("{} × {}", shape->fast, shape->slow) : std::string(kNone);
}

std::string outcome_text(const std::optional<compare::ProgramRun>& run) {
  if (!run) return std::string(kNone);
  if (run->signal != 0) return fmt::format("ended by signal {}", run->signal);
  return fmt::format("exit code {}", run->exit_code);
}

// Words that a shell would take apart are quoted, so that the line can be pasted.
std::string quoted(const std::string& word) {
  const bool is_plain =
      !word.empty() && word.find_first_of(" \t\n'\"\\$`*?[]{}()<>|&;~#!") == std::string::npos;
  if (is_plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

// A command line as markup; a line break may not part the dash of a flag from its name.
std::string command_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const std::string text = escape_markup(quoted(word));
    line += word.starts_with('-') ? "<span>" + text + "</span>" : text;
  }
  return line;
}

std::string source_row(std::string_view side, const compare::Source& source) {
  const auto run_text = [&](const auto& text) {
    return source.run ? text(*source.run) : std::string(kNone);
  };
  return fmt::format(
      "<tr><th>{}</th><td><code>{}</code></td><td class=\"outcome\">{}</td><td "
      "class=\"number\">{}</td>"
      "<td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
      side, source.command.empty() ? escape_markup(source.name) : command_line(source.command),
      outcome_text(source.run), run_text([](const compare::ProgramRun& run) {
        return fmt::format("{:.2f} s", run.wall_ms / 1000.0);
      }),
      run_text([](const compare::ProgramRun& run) {
        constexpr double kKibibytesPerMebibyte = 1024.0;
        return fmt::format("{:.0f} MiB",
                           static_cast<double>(run.peak_memory_kb) / kKibibytesPerMebibyte);
      }),
      shape_text(source.shape));
}

}  // namespace

std::string metrics_table(const compare::Report& report) {
  const compare::Comparison& comparison = *report.comparison;
  const compare::Metrics& m = comparison.metrics;
  std::string text =
      "<div class=\"wide\"><table><thead><tr><th>Figure</th><th class=\"number\">Value"
      "</th><th>Meaning</th></tr></thead>\n<tbody>\n";
  text += row("Correlation", correlation_or_dash(m.correlation),
              fmt::format("Pearson's; 1 is agreement up to scale and offset. At least {} is asked "
                          "for",
                          report.criteria.threshold));
  text += row("Sum of the reference", compare::short_number(m.sum_reference), "photons");
  text += row("Sum of the candidate", compare::short_number(m.sum_candidate), "photons");
  text += row("Ratio of the sums", ratio_text(m.sum_ratio),
              report.criteria.sum_tolerance
                  ? fmt::format("candidate / reference; within {:g} of 1 is asked for",
                                *report.criteria.sum_tolerance)
                  : std::string("candidate / reference"));
  text +=
      row("RMSE", compare::short_number(m.rmse()), "root of the mean squared difference, photons");
  text += row("MSE", compare::short_number(m.mse), "photons²");
  text += row("Largest difference", compare::short_number(m.max_abs_diff),
              m.max_abs_diff_at ? fmt::format("photons, at slow {}, fast {}",
                                              m.max_abs_diff_at->slow, m.max_abs_diff_at->fast)
                                : "photons");
  text +=
      row("Brightest pixel", compare::short_number(m.max_reference), "of the reference, photons");
  text += row("SSIM", fmt::format("{:.6f}", m.ssim),
              "structural similarity: 1 where both look alike in every small window");
  text += peak_rows(comparison.peaks);
  const auto [first, last] = comparison.region;
  text += row(
      "Pixels compared", fmt::format("{}", m.pixels),
      fmt::format("slow {} to {}, fast {} to {}", first.slow, last.slow, first.fast, last.fast));
  return text + "</tbody></table></div>\n";
}

std::string shell_table(const compare::ShellTable& table) {
  const bool by_resolution = table.kind == compare::ShellKind::resolution_A;
  std::string text = fmt::format(
      "<div class=\"wide\"><table><thead><tr><th class=\"number\">{}</th>"
      "<th class=\"number\">Pixels</th><th class=\"number\">Mean reference</th>"
      "<th class=\"number\">Mean candidate</th><th class=\"number\">Ratio</th>"
      "<th class=\"number\">Correlation</th></tr></thead>\n<tbody>\n",
      by_resolution ? "Resolution, Å" : "Radius, pixels");
  for (const compare::ProfileBin& bin : table.shells) {
    const std::string range =
        by_resolution
            ? fmt::format("{} – {:.2f}",
                          std::isinf(bin.from) ? "∞" : fmt::format("{:.2f}", bin.from), bin.to)
            : fmt::format("{:.0f} – {:.0f}", bin.from, bin.to);
    text += fmt::format(
        "<tr><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td><td class=\"number\">{}</td><td "
        "class=\"number\">{}</td></tr>\n",
        range, bin.pixels, compare::short_number(bin.mean_reference),
        compare::short_number(bin.mean_candidate), ratio_text(bin.ratio),
        correlation_or_dash(bin.correlation));
  }
  return text + "</tbody></table></div>\n";
}

std::string source_table(const compare::Report& report) {
  return "<div class=\"wide\"><table><thead><tr><th></th><th>Command or file</th><th>Outcome</th>"
         "<th class=\"number\">Time</th><th class=\"number\">Peak memory</th>"
         "<th class=\"number\">Pixels</th></tr></thead>\n<tbody>\n" +
         source_row("Reference", report.reference) + source_row("Candidate", report.candidate) +
         "</tbody></table></div>\n" +
         (report.reference.run || report.candidate.run
              ? "<p class=\"quiet\">No program's peak memory is shown as less than what the "
                "comparing "
                "program used itself when it started the other.</p>\n"
              : "");
}

}  // namespace nanobragg::report
