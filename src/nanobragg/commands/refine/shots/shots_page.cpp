// Puts pages together: all shots, then one by one.
#include "nanobragg/commands/refine/shots/shots_page.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nanobragg/commands/refine/shots/box_pictures.hpp"
#include "nanobragg/commands/trace/trace_evidence.hpp"
#include "nanobragg/refine/report.hpp"
#include "nanobragg/report/html_style.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::commands {
namespace {

using report::escape_markup;

bool has_converged(const ShotRow& row) {
  return row.is_refined() && row.outcome == refine::Outcome::converged;
}

std::string name_of_image(const ShotRow& row) {
  return escape_markup(std::filesystem::path(row.image).filename().string());
}

std::string verdict(std::string_view style, std::string_view word, const std::string& sentence) {
  return fmt::format("<div class=\"verdict {}\"><strong>{}</strong><p>{}</p></div>\n", style, word,
                     sentence);
}

std::string verdict_of(const ShotRow& row) {
  if (!row.is_refined()) return verdict("", "Failed", escape_markup(row.failure));
  std::string sentence = fmt::format(
      "The correlation of model and pixels, the median of {} boxes, went from {:.2f} to {:.2f}, χ² "
      "from {:.3g} to {:.3g}",
      row.counts.boxes, row.fit_before.correlation, row.fit.correlation, row.fit_before.chi_squared,
      row.fit.chi_squared);
  if (row.places.spots > 0) {
    sentence += fmt::format(
        ", and the distance of {} predicted spots from the measured ones from {:.2f} × {:.2f} to "
        "{:.2f} × {:.2f} pixels r.m.s.",
        row.places.spots, row.places_before.fast, row.places_before.slow, row.places.fast,
        row.places.slow);
  } else {
    sentence += ".";
  }
  if (!row.why.empty()) sentence += fmt::format(" It ended because {}.", escape_markup(row.why));
  const bool good = has_converged(row);
  return verdict(good ? "pass" : "", good ? "Converged" : "Not converged", sentence);
}

std::string table_row(const ShotRow& row, const std::string& link) {
  std::string text = fmt::format("<tr><th><a href=\"{}\">{}</a></th><td title=\"{}\">{}</td>", link,
                                 row.number, escape_markup(row.image), name_of_image(row));
  if (!row.is_refined()) {
    return text +
           fmt::format("<td colspan=\"5\">failed: {}</td></tr>\n", escape_markup(row.failure));
  }
  text += fmt::format(
      "<td class=\"outcome\">{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{:.3g} → {:.3g}</td><td class=\"number\">{:.3f} → {:.3f}</td>",
      refine::word_of(row.outcome), row.counts.boxes, row.fit_before.chi_squared,
      row.fit.chi_squared, row.fit_before.correlation, row.fit.correlation);
  text += row.places.spots > 0
              ? fmt::format("<td class=\"number\">{:.2f} × {:.2f} → {:.2f} × {:.2f}</td>",
                            row.places_before.fast, row.places_before.slow, row.places.fast,
                            row.places.slow)
              : std::string("<td class=\"number\">–</td>");
  return text + "</tr>\n";
}

std::string table_of(const std::string& rows) {
  return "<h2>All shots</h2>\n<div class=\"wide long\"><table><thead><tr><th>Shot</th>"
         "<th>Image</th><th>Outcome</th><th class=\"number\">Boxes</th>"
         "<th class=\"number\">χ²</th><th class=\"number\">Correlation</th>"
         "<th class=\"number\">Spots off, px</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string section_of(const ShotRecord& record) {
  return fmt::format("<h2 id=\"shot{0}\">Shot {0}: {1}</h2>\n", record.row.number,
                     name_of_image(record.row)) +
         verdict_of(record.row) + record.details;
}

std::string page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      title, report::report_style(), box_style(), body);
}

}  // namespace

std::filesystem::path page_of_shot(std::size_t number) {
  return std::filesystem::path("shots") / fmt::format("shot_{:06}.html", number);
}

std::optional<ShotsPage::Page> ShotsPage::add(const ShotRecord& record) {
  const ShotRow& row = record.row;
  ++count_.all;
  count_.refined += row.is_refined() ? 1 : 0;
  count_.converged += has_converged(row) ? 1 : 0;
  if (shots_ <= kMostShotsOnOnePage) {
    rows_ += table_row(row, fmt::format("#shot{}", row.number));
    sections_ += section_of(record);
    return std::nullopt;
  }
  Page own{page_of_shot(row.number), {}};
  rows_ += table_row(row, own.name.string());
  own.text = page(fmt::format("Shot {}", row.number),
                  "<p><a href=\"../report.html\">All shots</a></p>\n" + section_of(record));
  return own;
}

std::string ShotsPage::text() const {
  std::string body =
      "<h1>Refinement of diffraction stills</h1>\n"
      "<p>The crystal, the beam and the scale of each image were moved until the spots that they "
      "predict fit the measured pixels around them.</p>\n";
  if (shots_ > 1) {
    const auto& [all, refined, converged] = count_;
    const bool good = converged == all;
    body += verdict(good ? "pass" : "",
                    good          ? "All converged"
                    : refined > 0 ? "Some did not converge"
                                  : "All failed",
                    fmt::format("{} of {} shots converged; {} ended otherwise, {} failed.",
                                converged, all, refined - converged, all - refined)) +
            table_of(rows_);
  }
  body += sections_;
  if (shots_ > kMostShotsOnOnePage) {
    body +=
        "<p class=\"quiet\">The number of a shot leads to a page of its own, in "
        "<code>shots</code> beside this one.</p>\n";
  }
  body += fmt::format("<h2>How it was made</h2>\n<pre>{}</pre>\n",
                      escape_markup(shell_words(command_line_)));
  body +=
      "<footer class=\"quiet\">Every figure of a shot, with all its digits, is in "
      "<code>shots.csv</code> and <code>shots.h5</code> beside this page, and what is known of "
      "each spot in <code>refined.refl</code>.</footer>\n";
  return page("Refinement of diffraction stills", body);
}

}  // namespace nanobragg::commands
