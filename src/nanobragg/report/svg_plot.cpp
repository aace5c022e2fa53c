// Draws bars, axes with round numbers, and lines.
#include "nanobragg/report/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace nanobragg::report {
namespace {

// A frame inside the picture, in CSS pixels.
constexpr double kLeft = 76.0;
constexpr double kRight = 704.0;
constexpr double kTop = 14.0;
constexpr double kBottom = 226.0;
constexpr double kHeight = 276.0;
constexpr double kWidth = 720.0;

struct Axis {
  double least = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
  void include(double value) {
    least = std::min(least, value);
    largest = std::max(largest, value);
  }
  bool is_empty() const { return !(least <= largest); }
  double fraction(double value) const { return (value - least) / (largest - least); }
};

// 1, 2 or 5 times a power of ten, about a sixth of the axis.
double tick_step(const Axis& axis) {
  const double rough = (axis.largest - axis.least) / 6.0;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10.0 * power;
}

std::vector<double> ticks_of(const Axis& axis, double step) {
  std::vector<double> ticks;
  constexpr double kSlack = 1e-9;  // of a step, for what rounding does to multiples
  for (double n = std::ceil(axis.least / step - kSlack); n * step <= axis.largest + kSlack * step;
       n += 1.0) {
    ticks.push_back(n * step);
  }
  return ticks;
}

// As many decimals as the step needs, so that neighbouring ticks read differently.
std::string tick_text(double value, double step) {
  const double decimals = std::max(0.0, std::ceil(-std::log10(step) - 1e-9));
  constexpr double kMostDecimals = 9.0;
  if (decimals > kMostDecimals || std::abs(value) >= 1e6) return fmt::format("{:.6g}", value);
  const std::string text = fmt::format("{:.{}f}", value, static_cast<int>(decimals));
  return text == "-0" ? "0" : text;
}

Axis with_room(Axis axis) {
  if (axis.is_empty()) return {0.0, 1.0};
  const double size = std::max(std::abs(axis.least), std::abs(axis.largest));
  // A line that is flat to rounding is drawn flat.
  const double room = std::max(0.06 * (axis.largest - axis.least), 1e-6 * size);
  if (room == 0.0) return {axis.least - 1.0, axis.largest + 1.0};
  return {axis.least - room, axis.largest + room};
}

class LinePlot {
 public:
  explicit LinePlot(const Plot& plot) : plot_(plot) {
    for (const PlotLine& line : plot.lines) include(line);
    if (plot.level) y_.include(*plot.level);
    if (x_.is_empty()) x_ = {0.0, 1.0};
    if (!(x_.least < x_.largest)) x_ = {x_.least - 0.5, x_.largest + 0.5};
    y_ = with_room(y_);
  }

  std::string svg() const {
    std::string text =
        fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">)", kWidth,
                    kHeight, escape_markup(plot_.title));
    text += axes();
    if (plot_.level) text += level(*plot_.level);
    for (const PlotLine& line : plot_.lines) text += path(line);
    return text + legend() + "</svg>\n";
  }

 private:
  std::optional<double> height_of(std::optional<double> value) const {
    if (!value || plot_.y_scale == PlotScale::linear) return value;
    if (!(*value > 0.0)) return std::nullopt;
    return std::log10(*value);
  }

  void include(const PlotLine& line) {
    for (const PlotPoint& point : line.points) {
      x_.include(point.x);
      if (const auto height = height_of(point.y)) y_.include(*height);
    }
  }

  double across(double x) const { return std::lerp(kLeft, kRight, x_.fraction(x)); }
  double up(double height) const { return std::lerp(kBottom, kTop, y_.fraction(height)); }

  std::string y_tick_text(double height, double step) const {
    if (plot_.y_scale == PlotScale::linear) return tick_text(height, step);
    return fmt::format("{:.3g}", std::pow(10.0, height));
  }

  std::string axes() const {
    std::string text;
    const double x_step = tick_step(x_);
    for (const double x : ticks_of(x_, x_step)) {
      text += fmt::format(R"(<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>)"
                          R"(<text x="{0:.1f}" y="{3}" text-anchor="middle">{4}</text>)",
                          across(x), kTop, kBottom, kBottom + 17.0, tick_text(x, x_step));
    }
    const double y_step = tick_step(y_);
    for (const double height : ticks_of(y_, y_step)) {
      text += fmt::format(R"(<line class="grid" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)"
                          R"(<text x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>)",
                          kLeft, kRight, up(height), kLeft - 7.0, up(height) + 4.0,
                          y_tick_text(height, y_step));
    }
    text += fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">{}</text>)",
                        (kLeft + kRight) / 2.0, kBottom + 40.0, escape_markup(plot_.x_label));
    text += fmt::format(
        R"svg(<text transform="translate(13 {}) rotate(-90)" text-anchor="middle">{}</text>)svg",
        (kTop + kBottom) / 2.0, escape_markup(plot_.y_label));
    return text;
  }

  std::string level(double value) const {
    const auto height = height_of(value);
    if (!height) return {};
    return fmt::format(R"(<line class="level" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)",
                       kLeft, kRight, up(*height));
  }

  std::string path(const PlotLine& line) const {
    std::string steps;
    bool is_drawing = false;
    for (const PlotPoint& point : line.points) {
      const auto height = height_of(point.y);
      if (height) {
        steps +=
            fmt::format("{}{:.1f} {:.1f}", is_drawing ? "L" : "M", across(point.x), up(*height));
      }
      is_drawing = height.has_value();
    }
    return fmt::format(R"(<path class="{}" d="{}"/>)", line.style, steps);
  }

  std::string legend() const {
    if (plot_.lines.size() < 2) return {};
    std::string text;
    double left = kRight - 120.0 * static_cast<double>(plot_.lines.size());
    for (const PlotLine& line : plot_.lines) {
      text += fmt::format(R"(<path class="{0}" d="M{1} {2}h22"/><text x="{3}" y="{4}">{5}</text>)",
                          line.style, left, kTop + 10.0, left + 28.0, kTop + 14.0,
                          escape_markup(line.name));
      left += 120.0;
    }
    return text;
  }

  const Plot& plot_;
  Axis x_, y_;
};

std::string bucket_label(const compare::UlpBucket& bucket) {
  if (bucket.from == 0) return "equal";
  if (!bucket.to) return fmt::format("more than {}", bucket.from - 1);
  if (bucket.from == *bucket.to) return fmt::format("{}", bucket.from);
  return fmt::format("{} to {}", bucket.from, *bucket.to);
}

}  // namespace

std::string escape_markup(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string histogram_svg(const compare::UlpHistogram& histogram) {
  constexpr double kBarLeft = 150.0;
  constexpr double kBarLength = 400.0;
  constexpr double kStep = 24.0;
  std::size_t total = 0;
  for (const compare::UlpBucket& bucket : histogram) total += bucket.pixels;
  std::string text = fmt::format(
      R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="Pixels by distance in units in )"
      R"(the last place">)",
      kWidth, kStep * static_cast<double>(histogram.size()) + 4.0);
  double top = 2.0;
  for (const compare::UlpBucket& bucket : histogram) {
    const double share =
        total == 0 ? 0.0 : static_cast<double>(bucket.pixels) / static_cast<double>(total);
    // One pixel among millions still gets a line that can be seen.
    const double length = bucket.pixels == 0 ? 0.0 : std::max(1.5, kBarLength * share);
    text += fmt::format(
        R"(<text x="{}" y="{}" text-anchor="end">{}</text>)"
        R"(<rect class="bar" x="{}" y="{}" width="{:.1f}" height="16"/>)"
        R"(<text x="{:.1f}" y="{}">{}</text>)",
        kBarLeft - 10.0, top + 13.0, bucket_label(bucket), kBarLeft, top, length,
        kBarLeft + length + 8.0, top + 13.0,
        bucket.pixels == 0 ? "0" : fmt::format("{} ({:.3g} %)", bucket.pixels, 100.0 * share));
    top += kStep;
  }
  return text + "</svg>\n";
}

std::string line_plot_svg(const Plot& plot) { return LinePlot(plot).svg(); }

}  // namespace nanobragg::report
