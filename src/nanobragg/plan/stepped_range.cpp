// Defaults of sampling, as the reference chooses them (reference-behaviour, "Sampling defaults").
#include "nanobragg/plan/stepped_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::plan {
namespace {

// Below zero means "not given" in the rules of what has no direction, as in the reference.
constexpr int kNoCount = -1;
constexpr double kUnset = -1.0;

SteppedRange unpack(const SteppedRangeRequest& request) {
  return {request.count.value_or(kNoCount), request.range.value_or(kUnset),
          request.step.value_or(kUnset)};
}

int steps_to_cover(const SteppedRange& r) {
  constexpr double kMost = 1e9;
  const double steps = std::ceil(r.range / r.step);
  if (!(steps <= kMost)) {
    throw UsageError(
        fmt::format("a range in {:.3g} steps (at most {:g} can be counted)", steps, kMost), "",
        "give a larger step or a smaller range");
  }
  return static_cast<int>(steps);
}

// A range or step of nothing is one sample in the middle.
SteppedRange or_single(const SteppedRange& r) {
  return r.range <= 0.0 || r.step <= 0.0 || r.count <= 0 ? SteppedRange{} : r;
}

SteppedRange end_to_end(SteppedRange r) {
  if (r.range < 0.0) {
    if (r.step > 0.0) return {2, r.step, r.step};
    if (r.count <= 0) return {};
    r.range = 1.0;
    r.step = r.range / r.count;
    return r;
  }
  if (r.count <= 0) {
    if (r.step <= 0.0) return {2, r.range, r.range};
    r.count = steps_to_cover(r);
  } else if (r.step <= 0.0) {
    r.count = std::max(r.count, 2);
    r.step = r.range / (r.count - 1);
  }
  return r;
}

constexpr int kNormalSamples = 9;
constexpr double kNormalSpan = 3.0;  // full widths at half maximum

SteppedRange normal_steps(const SteppedRangeRequest& request) {
  const double range = request.range.value_or(0.0);
  int count = request.count.value_or(0);
  if (request.step.value_or(0.0) > 0.0) {
    count = steps_to_cover({0, kNormalSpan * range, *request.step}) + 1;
  }
  if (count <= 0) count = kNormalSamples;
  if (range <= 0.0 || count == 1) return {};
  return {count, range, kNormalSpan * range / (count - 1)};
}

}  // namespace

SteppedRange phi_steps(const SteppedRangeRequest& request) {
  const bool has_step = request.step.value_or(0.0) != 0.0;
  if (!request.range) {
    if (has_step) return {2, *request.step, *request.step};
    if (!request.count) return {};
    const int count = std::max(*request.count, 1);
    const double degree = 1.0 / constants::kDegreesPerRadian;
    return {count, degree, degree / count};
  }
  const double range = *request.range;
  if (has_step && range > 0.0 && *request.step < 0.0) {
    throw UsageError("a spindle step against the range (-phistep below 0, -osc above)", "",
                     "-osc says which way the spindle turns");
  }
  // The range says which way; a step beside it is a size.
  const auto with_sign = [&](double step) { return std::copysign(step, range); };
  if (!request.count) {
    if (!has_step) return {2, range, range / 2.0};
    const double step = std::abs(*request.step);
    return {steps_to_cover({0, std::abs(range), step}), range, with_sign(step)};
  }
  const int count = std::max(*request.count, 1);
  return {count, range, request.step ? with_sign(std::abs(*request.step)) : range / count};
}

SteppedRange divergence_steps(const SteppedRangeRequest& request, Profile profile) {
  if (profile == Profile::gauss) return normal_steps(request);
  return or_single(end_to_end(unpack(request)));
}

SteppedRange dispersion_steps(const SteppedRangeRequest& request, Profile profile) {
  if (profile == Profile::gauss) return normal_steps(request);
  SteppedRange r = unpack(request);
  r.range = request.range.value_or(0.0);
  return or_single(end_to_end(r));
}

std::vector<double> sample_weights(const SteppedRange& samples, Profile profile) {
  std::vector<double> weights(static_cast<std::size_t>(samples.count), 1.0);
  if (profile == Profile::uniform || samples.range == 0.0) return weights;
  double sum = 0.0;
  for (int i = 0; i < samples.count; ++i) {
    const double widths = offset_of(samples, profile, i) / samples.range;
    double& weight = weights[static_cast<std::size_t>(i)];
    weight = std::exp(-4.0 * std::numbers::ln2 * widths * widths);
    sum += weight;
  }
  for (double& weight : weights) weight *= samples.count / sum;
  return weights;
}

SteppedRange sensor_layers(const SteppedRangeRequest& request, LayerRule rule) {
  SteppedRange r = unpack(request);
  r.range = request.range.value_or(0.0);
  if (r.count <= 0) {
    r.count = r.step > 0.0 ? steps_to_cover(r) : 2;
    if (r.step <= 0.0) r.step = r.range / 2.0;
  } else if (r.step <= 0.0) {
    if (rule == LayerRule::as_end_points) r.count = std::max(r.count, 2);
    r.step = r.range / (rule == LayerRule::as_end_points ? r.count - 1 : r.count);
  }
  return or_single(r);
}

}  // namespace nanobragg::plan
