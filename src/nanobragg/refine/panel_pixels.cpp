// Selects from the stack of panels and cuts the selection at their edges.
#include "nanobragg/refine/panel_pixels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::refine {
namespace {

using Boxes = std::vector<RegionOfInterest>;

// The boxes of a selection in the stack; unset where it has none.
std::optional<Boxes> boxes_of(const Options& options, const plan::SamplingPlan& plan) {
  if (const auto* given = std::get_if<PixelBoxes>(&options.pixels)) return given->boxes;
  const auto* spots = std::get_if<PredictedSpots>(&options.pixels);
  if (!spots) return std::nullopt;
  const image::Simulation predicted =
      image::simulate(plan, *options.kernel, {options.threads, nullptr, {}});
  return boxes_around_spots(std::as_const(predicted.photons).view(), *spots);
}

// Boxes of the stack as those of the panel that begins at `first_row`.
Boxes within_panel(const Boxes& boxes, std::size_t first_row, std::size_t rows) {
  Boxes own;
  for (const auto& [first, last] : boxes) {
    if (last.slow < first_row || first.slow >= first_row + rows) continue;
    own.push_back({{std::max(first.slow, first_row) - first_row, first.fast},
                   {std::min(last.slow - first_row, rows - 1), last.fast}});
  }
  return own;
}

// Shares `random.count` among the panels by their pixels.
void draw(std::vector<PanelPixels>& panels, const RandomPixels& random, std::size_t draw_number) {
  std::size_t total = 0;
  for (const PanelPixels& panel : panels) total += panel.set.size();
  const std::size_t count = std::min(random.count, total);
  std::size_t seen = 0, drawn = 0;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    seen += panels[i].set.size();
    const std::size_t until = count * seen / total;
    panels[i].set =
        random_pixels(panels[i].set, {until - drawn, random.seed}, draw_number * panels.size() + i);
    drawn = until;
  }
  std::erase_if(panels, [](const PanelPixels& panel) { return panel.set.size() == 0; });
}

void describe_pixels(PanelPixels& panel, ObservedPhotons observed) {
  std::size_t group = 0;
  for (const kernel::PixelRun& run : panel.set.runs) {
    for (std::size_t i = 0; i < run.count; ++i) {
      const PixelIndex pixel{run.first.slow, run.first.fast + i};
      const PixelGroup* at = &panel.set.groups[group];
      if (panel.observed.size() == at->first + at->count) at = &panel.set.groups[++group];
      panel.observed.push_back(observed[pixel]);
      panel.basis.push_back(background_basis(at->box, pixel));
      panel.group.push_back(static_cast<std::uint32_t>(group));
    }
  }
}

// The rows of a panel in an image of the stack.
ObservedPhotons rows_of(const Image<double>& stack, std::size_t first_row, std::size_t rows) {
  const std::size_t width = stack.shape().fast;
  return {{rows, width}, stack.pixels().subspan(first_row * width, rows * width)};
}

std::vector<PanelPixels> pixels_of(const Problem& problem, std::size_t observation,
                                   std::optional<std::size_t> step) {
  const Observation& seen = problem.observations[observation];
  const plan::SamplingPlan plan =
      plan::make_plan(turned_to(seen, problem.start), compat::QuirkSet::physical());
  const PanelStack stack = stack_of(plan.detector.panels);
  const auto boxes = boxes_of(problem.options, plan);
  const auto own_rows = [&](std::size_t panel) {
    return rows_of(seen.photons, stack.first_row[panel], plan.detector.panels[panel].shape.slow);
  };
  std::vector<PanelPixels> panels;
  for (std::size_t i = 0; i < stack.first_row.size(); ++i) {
    const auto part = plan::panel_plan(plan, i);
    if (!part) continue;
    const auto rendered = kernel::runs_of(*part);
    const ObservedPhotons own = own_rows(i);
    PanelPixels panel{observation, i, {}, {}, {}, {}};
    panel.set = boxes ? pixels_in_boxes(rendered, own,
                                        within_panel(*boxes, stack.first_row[i], own.shape().slow))
                      : all_pixels(rendered, own);
    if (panel.set.size() > 0) panels.push_back(std::move(panel));
  }
  if (panels.empty()) {
    throw Error(fmt::format("no pixel of image {} counts", observation + 1), "",
                "all are masked, not numbers, negative, or outside the chosen pixels");
  }
  const auto* random = std::get_if<RandomPixels>(&problem.options.pixels);
  if (random != nullptr && step) {
    draw(panels, *random, *step * problem.observations.size() + observation);
  }
  for (PanelPixels& panel : panels) describe_pixels(panel, own_rows(panel.panel));
  return panels;
}

void check_observations(const Problem& problem) {
  if (problem.observations.empty()) throw UsageError("no observed image");
  const ImageShape shape = stack_of(problem.start.detector.panels).shape;
  for (const Observation& observation : problem.observations) {
    const ImageShape other = observation.photons.shape();
    if (other == shape) continue;
    throw Error(fmt::format("observed image of {} x {} pixels (the detector has {} x {})",
                            other.fast, other.slow, shape.fast, shape.slow),
                "", "-geometry or -detpixels says how many the detector has");
  }
}

}  // namespace

Experiment turned_to(const Observation& observation, const Experiment& experiment) {
  Experiment turned = experiment;
  turned.spindle.start = Radian(turned.spindle.start.value() + observation.turned_rad);
  return turned;
}

std::vector<PanelPixels> panel_pixels(const Problem& problem, std::optional<std::size_t> step) {
  check_observations(problem);
  std::vector<PanelPixels> all;
  for (std::size_t i = 0; i < problem.observations.size(); ++i) {
    std::ranges::move(pixels_of(problem, i, step), std::back_inserter(all));
  }
  return all;
}

}  // namespace nanobragg::refine
