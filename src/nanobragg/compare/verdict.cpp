// Chooses the sentences that fit a comparison's figures.
#include "nanobragg/compare/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nanobragg::compare {
namespace {

// Below this, a relative difference of sums is what single precision does to a sum.
constexpr double kSingleRounding = 1e-6;
// Nearly all spots found again, on average this close: the two see the same lattice.
constexpr double kSameGeometryShare = 0.9;
constexpr double kSameGeometryPx = 0.1;
// A spot that moved less than this has not moved as far as a centroid can tell.
constexpr double kStillPx = 0.02;

std::string percent(double fraction) { return fmt::format("{:.3g} %", 100.0 * fraction); }

std::size_t pixels_beyond_one_ulp(const Metrics& m) {
  return m.pixels - m.ulp_histogram[0].pixels - m.ulp_histogram[1].pixels;
}

// "0.32 photons, 0.07 % of the brightest pixel".
std::string largest_difference(const Metrics& m) {
  std::string text = fmt::format("{} photons", short_number(m.max_abs_diff));
  if (m.max_reference > 0.0) {
    text += fmt::format(" ({} of the brightest pixel)", percent(m.max_abs_diff / m.max_reference));
  }
  return text;
}

std::string agreement_sentence(const Metrics& m, const Criteria& criteria) {
  if (m.ulp_histogram[0].pixels == m.pixels) {
    return "The two images are identical: every pixel has the same value.";
  }
  if (pixels_beyond_one_ulp(m) == 0) {
    return fmt::format(
        "The two images agree as far as the file format can show: {} of {} pixels are equal and "
        "the others differ in the last bit.",
        m.ulp_histogram[0].pixels, m.pixels);
  }
  if (!criteria.sum_tolerance && m.sum_ratio && !same_scale(m, Criteria{})) {
    return fmt::format(
        "The two images agree in their pattern, which alone was asked for: their correlation of {} "
        "reaches {}. The candidate holds {:.6g} times the intensity.",
        correlation_text(*m.correlation), criteria.threshold, *m.sum_ratio);
  }
  return fmt::format(
      "The two images agree: their correlation of {} reaches the asked-for {}. No pixel differs by "
      "more than {}.",
      correlation_text(*m.correlation), criteria.threshold, largest_difference(m));
}

// How much more the candidate holds; empty where that is as it should be.
std::string scale_clause(const Metrics& m, const Criteria& criteria) {
  if (same_scale(m, criteria)) return {};
  if (!m.sum_ratio) return ", and the reference sums to zero";
  return fmt::format(", and the candidate holds {:.6g} times the intensity", *m.sum_ratio);
}

std::string scale_sentence(const Metrics& m, const Criteria& criteria) {
  const std::string how =
      m.sum_ratio ? fmt::format(
                        "the candidate holds {:.6g} times the intensity of the reference "
                        "(a sum ratio within {:g} of 1 passes)",
                        *m.sum_ratio, *criteria.sum_tolerance)
                  : std::string("the reference sums to zero and the candidate does not");
  return fmt::format(
      "The two images agree in their pattern but not in their scale: {}. Their correlation of {} "
      "reaches the asked-for {}.",
      how, correlation_text(*m.correlation), criteria.threshold);
}

std::string disagreement_sentence(const Metrics& m, const Criteria& criteria) {
  if (!m.correlation) {
    return "The two images do not agree: they differ, and one of them has the same value in every "
           "pixel, so that no correlation can be computed.";
  }
  return fmt::format(
      "The two images do not agree: their correlation of {} misses the asked-for {}{}. The largest "
      "difference is {}.",
      correlation_text(*m.correlation), criteria.threshold, scale_clause(m, criteria),
      largest_difference(m));
}

std::string sum_finding(const Metrics& m) {
  if (!m.sum_ratio) return "The reference image sums to zero, so totals cannot be compared.";
  const double excess = *m.sum_ratio - 1.0;
  if (std::abs(excess) < kSingleRounding) return "Both images hold the same total intensity.";
  return fmt::format("The candidate holds {} {} intensity in total than the reference.",
                     percent(std::abs(excess)), excess > 0.0 ? "more" : "less");
}

std::string peak_finding(const PeakComparison& peaks) {
  if (peaks.reference.empty() && peaks.candidate.empty()) return "Neither image has spots.";
  const std::size_t most = std::max(peaks.reference.size(), peaks.candidate.size());
  const std::string matched = fmt::format(
      "{} of the {} brightest spots have a partner within {} "
      "pixel in the other image",
      peaks.matches.size(), most, peaks.gate_px);
  if (peaks.matches.empty()) return matched + ".";
  const double mean = *peaks.mean_displacement_px();
  if (*peaks.max_displacement_px() < kStillPx) return matched + ", and none of those has moved.";
  return fmt::format("{}; on average those moved by {} pixels.", matched, short_number(mean));
}

// Which half of the model to look into.
std::string geometry_finding(const PeakComparison& peaks) {
  if (peaks.have_moved()) {
    return fmt::format(
        "So the spots are not where they should be (typically {} pixels away, at a width of {}): "
        "look at geometry, cell and orientation first.",
        short_number(*peaks.typical_distance_px), short_number(*peaks.typical_width_px));
  }
  const std::size_t most = std::max(peaks.reference.size(), peaks.candidate.size());
  if (peaks.matches.empty()) return {};
  const bool is_same =
      static_cast<double>(peaks.matches.size()) >= kSameGeometryShare * static_cast<double>(most) &&
      *peaks.mean_displacement_px() < kSameGeometryPx;
  return is_same ? "So the spots are where they should be: geometry and crystal orientation agree, "
                   "and what differs is how strong the spots are."
                 : "";
}

// What a program warns of is often what makes it differ.
std::string warning_finding(const Report& report) {
  const bool reference = report.reference.said.find("warning") != std::string::npos;
  const bool candidate = report.candidate.said.find("warning") != std::string::npos;
  if (!reference && !candidate) return {};
  const std::string_view who = reference && candidate ? "Both programs"
                               : candidate            ? "The candidate"
                                                      : "The reference";
  return fmt::format("{} printed warnings, which may name the reason (stderr.txt).", who);
}

std::string place_finding(const Metrics& m) {
  if (!m.max_abs_diff_at) return "No pixel differs.";
  return fmt::format("The largest difference is at slow {}, fast {}; {} of the {} pixels differ.",
                     m.max_abs_diff_at->slow, m.max_abs_diff_at->fast,
                     m.pixels - m.ulp_histogram[0].pixels, m.pixels);
}

// Whether the ratio is the same all over the image, as an error of scale would leave it.
std::string radial_finding(const std::vector<ProfileBin>& table) {
  std::vector<double> ratios;
  for (const ProfileBin& bin : table) {
    if (bin.ratio) ratios.push_back(*bin.ratio);
  }
  if (ratios.size() < 2) return {};
  const auto [least, largest] = std::minmax_element(ratios.begin(), ratios.end());
  if (*largest - *least < kSingleRounding) {
    return fmt::format("The ratio of the two is {} at every distance from the beam.",
                       short_number(*least));
  }
  return fmt::format("Ring by ring around the beam the ratio lies between {} and {}.",
                     short_number(*least), short_number(*largest));
}

std::string shape_text(const std::optional<ImageShape>& shape) {
  return shape ? fmt::format("{} x {}", shape->fast, shape->slow) : "unknown";
}

}  // namespace

std::string verdict_sentence(const Report& report) {
  switch (report.verdict) {
    case Verdict::pass:
      return agreement_sentence(report.comparison->metrics, report.criteria);
    case Verdict::below_threshold:
      return disagreement_sentence(report.comparison->metrics, report.criteria);
    case Verdict::scale_differs:
      return scale_sentence(report.comparison->metrics, report.criteria);
    case Verdict::shapes_differ:
      return fmt::format(
          "The two images cannot be compared pixel by pixel: the reference has {} pixels, the "
          "candidate {} (fast x slow).",
          shape_text(report.reference.shape), shape_text(report.candidate.shape));
    case Verdict::program_failed:
    case Verdict::unreadable:
      break;
  }
  return fmt::format("Nothing was compared: {}.", report.problem);
}

std::vector<std::string> findings(const Report& report) {
  if (!report.comparison) return {};
  const Comparison& comparison = *report.comparison;
  const bool differ = report.verdict != Verdict::pass;
  std::vector<std::string> sentences{
      place_finding(comparison.metrics),       sum_finding(comparison.metrics),
      peak_finding(comparison.peaks),          differ ? geometry_finding(comparison.peaks) : "",
      radial_finding(comparison.table.shells), differ ? warning_finding(report) : ""};
  std::erase(sentences, std::string());
  return sentences;
}

std::string console_text(const Report& report) {
  std::string text = verdict_sentence(report) + "\n";
  for (const std::string& sentence : findings(report)) text += "  " + sentence + "\n";
  for (const std::string& note : report.notes) text += "note: " + note + "\n";
  return text;
}

std::string next_text(const Report& report) {
  std::string text = report.audit.empty() ? "" : "\n" + report.audit + "\n";
  if (report.next.empty()) return text;
  text += "To look into the pixel of the largest difference:\n";
  for (const std::string& command : report.next) text += command + "\n";
  return text;
}

std::string short_number(double value) { return fmt::format("{:.4g}", value); }

std::string correlation_text(double correlation) {
  // Rounding must not turn "nearly" into 1.
  const double miss = 1.0 - correlation;
  if (miss <= 0.0) return "1";
  constexpr double kMostDigits = 16.0;
  const double digits = std::clamp(std::ceil(-std::log10(miss)) + 1.0, 4.0, kMostDigits);
  return fmt::format("{:.{}f}", correlation, static_cast<int>(digits));
}

}  // namespace nanobragg::compare
