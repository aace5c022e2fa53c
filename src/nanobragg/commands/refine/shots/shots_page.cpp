// Puts the page together: all shots, then one by one.
#include "nanobragg/commands/refine/shots/shots_page.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nanobragg/commands/refine/shots/box_pictures.hpp"
#include "nanobragg/commands/refine/shots/shot_sections.hpp"
#include "nanobragg/commands/trace/trace_evidence.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/report/html_style.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::commands {
namespace {

using report::escape_markup;

bool has_converged(const RefinedShot& shot) {
  return shot.result && shot.result->outcome == refine::Outcome::converged;
}

std::string name_of_image(const RefinedShot& shot) {
  return escape_markup(std::filesystem::path(shot.image).filename().string());
}

std::string verdict(std::string_view style, std::string_view word, const std::string& sentence) {
  return fmt::format("<div class=\"verdict {}\"><strong>{}</strong><p>{}</p></div>\n", style, word,
                     sentence);
}

std::string verdict_of(const RefinedShot& shot) {
  if (!shot.result) return verdict("", "Failed", escape_markup(shot.failure));
  const refine::ShotResult& r = *shot.result;
  std::string sentence = fmt::format(
      "The correlation of model and pixels, the median of {} boxes, went from {:.2f} to {:.2f}, χ² "
      "from {:.3g} to {:.3g}",
      shot.shot->data.pixels.boxes.size(), r.before.median_correlation, r.after.median_correlation,
      r.before.reduced_chi_squared, r.after.reduced_chi_squared);
  if (shot.after.spots > 0) {
    sentence += fmt::format(
        ", and the distance of {} predicted spots from the measured ones from {:.2f} × {:.2f} to "
        "{:.2f} × {:.2f} pixels r.m.s.",
        shot.after.spots, shot.before.fast, shot.before.slow, shot.after.fast, shot.after.slow);
  } else {
    sentence += ".";
  }
  if (!r.why.empty()) sentence += fmt::format(" It ended because {}.", escape_markup(r.why));
  const bool good = has_converged(shot);
  return verdict(good ? "pass" : "", good ? "Converged" : "Not converged", sentence);
}

std::string verdict_of(std::span<const RefinedShot> shots) {
  std::size_t refined = 0, converged = 0;
  for (const RefinedShot& shot : shots) {
    refined += shot.result ? 1 : 0;
    converged += has_converged(shot) ? 1 : 0;
  }
  const bool good = converged == shots.size();
  return verdict(good ? "pass" : "",
                 good          ? "All converged"
                 : refined > 0 ? "Some did not converge"
                               : "All failed",
                 fmt::format("{} of {} shots converged; {} ended otherwise, {} failed.", converged,
                             shots.size(), refined - converged, shots.size() - refined));
}

std::string row_of(const RefinedShot& shot, bool has_details) {
  const std::string number = has_details ? fmt::format("<a href=\"#shot{0}\">{0}</a>", shot.number)
                                         : fmt::format("{}", shot.number);
  std::string text = fmt::format("<tr><th>{}</th><td title=\"{}\">{}</td>", number,
                                 escape_markup(shot.image), name_of_image(shot));
  if (!shot.result) {
    return text +
           fmt::format("<td colspan=\"6\">failed: {}</td></tr>\n", escape_markup(shot.failure));
  }
  const refine::ShotResult& r = *shot.result;
  text += fmt::format(
      "<td class=\"outcome\">{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{:.3g} → {:.3g}</td><td class=\"number\">{:.3f} → {:.3f}</td>",
      refine::word_of(r.outcome), shot.shot->data.pixels.boxes.size(), r.before.reduced_chi_squared,
      r.after.reduced_chi_squared, r.before.median_correlation, r.after.median_correlation);
  text += shot.after.spots > 0
              ? fmt::format("<td class=\"number\">{:.2f} × {:.2f} → {:.2f} × {:.2f}</td>",
                            shot.before.fast, shot.before.slow, shot.after.fast, shot.after.slow)
              : std::string("<td class=\"number\">–</td>");
  return text + fmt::format("<td class=\"number\">{:.1f}</td></tr>\n", shot.seconds);
}

std::string table_of(std::span<const RefinedShot> shots) {
  std::string rows;
  std::size_t listed = 0;
  for (std::size_t i = 0; i < shots.size(); ++i) {
    if (shots[i].result && listed == kMostShotsListed) continue;
    listed += shots[i].result ? 1 : 0;
    rows += row_of(shots[i], i < kMostShotsInDetail);
  }
  std::string text =
      "<h2>All shots</h2>\n<div class=\"wide long\"><table><thead><tr><th>Shot</th>"
      "<th>Image</th><th>Outcome</th><th class=\"number\">Boxes</th><th class=\"number\">χ²</th>"
      "<th class=\"number\">Correlation</th><th class=\"number\">Spots off, px</th>"
      "<th class=\"number\">Seconds</th></tr></thead>\n<tbody>\n" +
      rows + "</tbody></table></div>\n";
  if (listed == kMostShotsListed) {
    text += fmt::format(
        "<p class=\"quiet\">Those that failed, and {} of the others: "
        "<code>shots.csv</code> has all.</p>\n",
        listed);
  }
  return text;
}

std::string shot_section(const RefinedShot& shot) {
  std::string text =
      fmt::format("<h2 id=\"shot{0}\">Shot {0}: {1}</h2>\n", shot.number, name_of_image(shot)) +
      verdict_of(shot);
  if (shot.result && shot.shot) text += shot_details(shot);
  return text;
}

}  // namespace

std::string shots_page(std::span<const RefinedShot> shots,
                       const std::vector<std::string>& command_line) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Refinement of diffraction stills</title>\n<style>{}{}</style>\n</head>\n<body>\n"
      "<h1>Refinement of diffraction stills</h1>\n"
      "<p>The crystal, the beam and the scale of each image were moved until the spots that they "
      "predict fit the measured pixels around them.</p>\n",
      report::report_style(), box_style());
  if (shots.size() > 1) page += verdict_of(shots) + table_of(shots);
  const auto detailed = shots.first(std::min(shots.size(), kMostShotsInDetail));
  for (const RefinedShot& shot : detailed) page += shot_section(shot);
  if (detailed.size() < shots.size()) {
    page += fmt::format("<p class=\"quiet\">The first {} of {} shots are shown in detail.</p>\n",
                        detailed.size(), shots.size());
  }
  page += fmt::format("<h2>How it was made</h2>\n<pre>{}</pre>\n",
                      escape_markup(shell_words(command_line)));
  return page +
         "<footer class=\"quiet\">Every figure of a shot, with all its digits, is in "
         "<code>shots.csv</code> beside this page, and what is known of each spot in "
         "<code>refined.refl</code>.</footer>\n</body>\n</html>\n";
}

}  // namespace nanobragg::commands
