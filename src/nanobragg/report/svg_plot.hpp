// Plots as SVG text that takes its colours from the page it stands in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compare/metrics.hpp"

namespace nanobragg::report {

// One bar a bucket, as long as its share of the pixels, with the number beside it.
std::string histogram_svg(const compare::UlpHistogram& histogram);

struct PlotPoint {
  double x = 0.0;
  std::optional<double> y;  // unset: the line is interrupted
};

struct PlotLine {
  std::string name;
  std::string style;  // CSS class of the line
  std::vector<PlotPoint> points;
};

enum class PlotScale : std::uint8_t { linear, logarithmic };

struct Plot {
  std::string title;  // read out where pictures are not seen
  std::string x_label;
  std::string y_label;
  std::vector<PlotLine> lines;
  PlotScale y_scale = PlotScale::linear;
  std::optional<double> level;  // a horizontal line to compare with
};

// Values that a logarithmic axis cannot show interrupt the line.
std::string line_plot_svg(const Plot& plot);

// Text with &, <, > and quotes written so that markup shows them.
std::string escape_markup(const std::string& text);

}  // namespace nanobragg::report
