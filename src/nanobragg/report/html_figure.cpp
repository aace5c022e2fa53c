// Pictures inside the page, as data.
#include "nanobragg/report/html_figure.hpp"

#include <fmt/format.h>

#include "nanobragg/report/base64.hpp"
#include "nanobragg/report/svg_plot.hpp"

namespace nanobragg::report {

std::string colour_scale(const Palette& palette) {
  // Some of the colours, enough for the eye to see all of it.
  std::string stops;
  constexpr std::size_t kStep = 15;
  for (std::size_t i = 0; i < palette.size(); i += kStep) {
    const auto [red, green, blue] = palette[i];
    stops += fmt::format(",#{:02x}{:02x}{:02x}", red, green, blue);
  }
  return fmt::format("<div class=\"scale\" style=\"background:linear-gradient(to right{})\"></div>",
                     stops);
}

std::string figure(const Figure& f) {
  return fmt::format(
      "<figure><h3>{0}</h3><img alt=\"{0}\" src=\"data:image/png;base64,{1}\">{2}"
      "<div class=\"ends\"><span>{3}</span><span>{4}</span></div>"
      "<figcaption>{5}</figcaption></figure>\n",
      escape_markup(f.title), base64(f.png), f.scale, f.left, f.right, f.caption);
}

}  // namespace nanobragg::report
