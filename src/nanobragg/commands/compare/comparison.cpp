// Takes every figure of two images and judges them.
#include "nanobragg/commands/compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/compare/evidence.hpp"
#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/compare/resample.hpp"

namespace nanobragg::commands {
namespace {

// Points of the radial plot, about as many as a screen can show; a pixel at least.
constexpr double kRadialPoints = 120.0;
constexpr std::size_t kShells = 10;

std::string shape_text(ImageShape shape) { return fmt::format("{} x {}", shape.fast, shape.slow); }

double longest_radius_px(const compare::ImagePair& pair, const compare::PixelPosition& centre) {
  double longest = 0.0;
  for (const std::size_t slow : {pair.region().first.slow, pair.region().last.slow}) {
    for (const std::size_t fast : {pair.region().first.fast, pair.region().last.fast}) {
      longest = std::max(longest, std::hypot(static_cast<double>(slow) - centre.slow,
                                             static_cast<double>(fast) - centre.fast));
    }
  }
  return longest;
}

double whole_width(double width_px) { return std::max(1.0, std::ceil(width_px)); }

compare::Comparison comparison_of(const compare::ImagePair& pair,
                                  const std::optional<FlagGeometry>& geometry) {
  compare::Comparison result;
  result.shape = pair.shape();
  result.region = pair.region();
  result.metrics = compare::measure(pair);
  result.peaks = compare::compare_peaks(pair);
  result.centre = geometry ? geometry->beam_centre : compare::middle_of(pair.shape());
  const double longest = longest_radius_px(pair, result.centre);
  result.radial =
      compare::radial_profile(pair, result.centre, whole_width(longest / kRadialPoints));
  if (geometry) {
    result.table = {compare::ShellKind::resolution_A,
                    compare::resolution_shells(pair, geometry->d_spacing_A, kShells)};
  } else {
    const double width = whole_width(longest / static_cast<double>(kShells));
    result.table = {compare::ShellKind::radius_px,
                    compare::radial_profile(pair, result.centre, width)};
  }
  return result;
}

std::string resampling_note(ImageShape from, ImageShape to) {
  return fmt::format(
      "The candidate was brought from {} to {} pixels (fast x slow) by bilinear interpolation. "
      "Pixels keep their values, so sums change with the number of pixels.",
      shape_text(from), shape_text(to));
}

// The geometry that fits the images; why there is none becomes a note.
std::optional<FlagGeometry> usable_geometry(const FlagGeometryResult& flags, ImageShape shape,
                                            compare::Report& report) {
  if (flags.geometry && flags.geometry->shape == shape) return flags.geometry;
  const std::string why = flags.geometry ? fmt::format("the flags describe a detector of {} pixels",
                                                       shape_text(flags.geometry->shape))
                                         : flags.problem;
  report.notes.push_back(fmt::format(
      "The resolution of a pixel is not known ({}), so the table goes by the distance from the "
      "middle of the image.",
      why));
  return std::nullopt;
}

// Where an image that is brought to another shape measures nothing: beside any such pixel.
Image<std::uint8_t> resampled(const Image<std::uint8_t>& invalid, ImageShape shape) {
  if (invalid.shape().size() == 0) return {};
  const Image<float> part(invalid.shape(), {invalid.pixels().begin(), invalid.pixels().end()});
  const Image<float> there = compare::resample(part.view(), shape);
  Image<std::uint8_t> out(shape);
  std::ranges::transform(there.pixels(), out.pixels().begin(),
                         [](float share) { return share > 0.0F ? 1 : 0; });
  return out;
}

// Pixels that one of the images does not measure, made 0 in both, so that nothing is seen of them.
Image<std::uint8_t> leave_out(TwoImages& images, compare::Report& report) {
  const auto is_invalid = [](const Image<std::uint8_t>& invalid, std::size_t i) {
    return invalid.shape().size() > 0 && invalid.pixels()[i] != 0;
  };
  Image<std::uint8_t> out(images.reference.shape());
  std::size_t both = 0, reference_alone = 0, candidate_alone = 0;
  for (std::size_t i = 0; i < out.pixels().size(); ++i) {
    const bool in_reference = is_invalid(images.reference_invalid, i);
    const bool in_candidate = is_invalid(images.candidate_invalid, i);
    if (!in_reference && !in_candidate) continue;
    both += in_reference && in_candidate ? 1 : 0;
    reference_alone += !in_candidate ? 1 : 0;
    candidate_alone += !in_reference ? 1 : 0;
    out.pixels()[i] = 1;
    images.reference.pixels()[i] = 0.0F;
    images.candidate.pixels()[i] = 0.0F;
  }
  if (both + reference_alone + candidate_alone > 0) {
    report.notes.push_back(
        fmt::format("Pixels that measure nothing are left out: {} in both images, {} in the "
                    "reference alone, {} "
                    "in the candidate alone.",
                    both, reference_alone, candidate_alone));
  }
  return out;
}

}  // namespace

compare::Report finish_without_images(compare::Report report, compare::Verdict verdict,
                                      std::string problem, const CompareOptions& options) {
  report.verdict = verdict;
  report.problem = std::move(problem);
  write_evidence(report, std::nullopt, options);
  return report;
}

compare::Report finish_comparison(compare::Report report, TwoImages images,
                                  const FlagGeometryResult& flags, compare::Verdict unusable,
                                  const CompareOptions& options, const LookCloser& look_closer) {
  const ImageShape shape = images.reference.shape();
  const ImageShape other = images.candidate.shape();
  report.reference.shape = shape;
  report.candidate.shape = other;
  report.criteria = options.criteria;
  if (shape != other) {
    if (options.shapes == ShapePolicy::must_agree) {
      return finish_without_images(
          std::move(report), compare::Verdict::shapes_differ,
          fmt::format("the images differ in shape (reference {}, candidate {} pixels, fast x slow)",
                      shape_text(shape), shape_text(other)),
          options);
    }
    images.candidate = compare::resample(std::as_const(images.candidate).view(), shape);
    images.candidate_invalid = resampled(images.candidate_invalid, shape);
    report.notes.push_back(resampling_note(other, shape));
  }
  const Image<std::uint8_t> left_out = leave_out(images, report);
  try {
    const compare::ImagePair pair(std::as_const(images.reference).view(),
                                  std::as_const(images.candidate).view(), options.region,
                                  left_out.view());
    report.comparison = comparison_of(pair, usable_geometry(flags, shape, report));
    report.verdict = compare::judge(report.comparison->metrics, options.criteria);
    if (look_closer) look_closer(report);
    write_evidence(report, pair, options);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    if (report.comparison) throw;
    return finish_without_images(std::move(report), unusable, error.what(), options);
  }
  return report;
}

}  // namespace nanobragg::commands
