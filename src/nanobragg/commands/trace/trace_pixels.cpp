// Asks the kernel for the records of pixels and has them written.
#include "nanobragg/commands/trace/trace_pixels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/words.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/trace/pixel_lines.hpp"
#include "nanobragg/trace/printout.hpp"
#include "nanobragg/trace/text_writer.hpp"

namespace nanobragg::commands {
namespace {

PixelIndex pixel_at(long slow, long fast) {
  return {static_cast<std::size_t>(slow), static_cast<std::size_t>(fast)};
}

// The pixel, or without one all that the plan renders.
std::vector<PixelIndex> pixels_to_print(const plan::SamplingPlan& plan,
                                        const std::optional<PixelIndex>& pixel) {
  if (pixel) return {*pixel};
  std::vector<PixelIndex> pixels;
  const auto& [first, last] = plan.detector.region;
  for (std::size_t slow = first.slow; slow <= last.slow; ++slow) {
    for (std::size_t fast = first.fast; fast <= last.fast; ++fast) {
      if (plan.renders({slow, fast})) pixels.push_back({slow, fast});
    }
  }
  return pixels;
}

// Twenty-odd lines come for each evaluation of a pixel, and a record for each step that is shown.
void check_length(const plan::SamplingPlan& plan, std::size_t pixels, kernel::StepSelection steps) {
  constexpr double kMostRecords = 1e5;
  const double sub_pixels = std::pow(static_cast<double>(plan.sampling.oversample), 2);
  const bool all = steps == kernel::StepSelection::all;
  const double records =
      static_cast<double>(pixels * plan.detector.layers.count) * (all ? plan.steps : sub_pixels);
  if (records <= kMostRecords) return;
  throw Error(fmt::format("the trace would be too long ({:.2g} {} in all, {} x {} sub-pixels)",
                          records, all ? "steps" : "evaluations", plan.sampling.oversample,
                          plan.sampling.oversample),
              "", "a smaller -oversample shortens it");
}

using UseRecord = std::function<void(const kernel::PixelRecord& record)>;

// Pixels of the stack, which are in raster order, panel by panel. Records name the pixel of the
// stack.
void trace_stack(const config::Job& run, const plan::SamplingPlan& plan,
                 std::span<const PixelIndex> pixels, const kernel::TraceOptions& options,
                 const UseRecord& use) {
  const PanelStack stack = stack_of(plan.detector.panels);
  for (std::size_t panel = 0; panel < stack.first_row.size(); ++panel) {
    std::vector<PixelIndex> own;
    for (const PixelIndex pixel : pixels) {
      const auto found = panel_pixel(stack, pixel);
      if (found && found->panel == panel) own.push_back(found->pixel);
    }
    if (own.empty()) continue;
    const auto of_panel = plan::panel_plan(plan, panel);
    if (!of_panel) continue;
    image::trace(*of_panel, *run.compute.kernel, own, options, [&](kernel::PixelRecord record) {
      record.pixel.slow += stack.first_row[panel];
      use(record);
    });
  }
}

}  // namespace

void check_rendered(const plan::SamplingPlan& plan, PixelIndex pixel) {
  const std::string name = fmt::format("pixel slow {} fast {}", pixel.slow, pixel.fast);
  const ImageShape shape = stack_of(plan.detector.panels).shape;
  if (pixel.slow >= shape.slow || pixel.fast >= shape.fast) {
    throw Error(fmt::format("{} is outside the detector ({} × {} pixels, slow × fast)", name,
                            shape.slow, shape.fast),
                "", "pixels count from 0");
  }
  const PanelStack stack = stack_of(plan.detector.panels);
  if (pixel.fast >= plan.detector.panels[panel_pixel(stack, pixel)->panel].shape.fast) {
    throw Error(name + " is beside a narrow panel");
  }
  const auto& [first, last] = plan.detector.region;
  if (!plan.detector.region.contains(pixel)) {
    throw Error(fmt::format("{} is outside the region of interest (slow {} … {}, fast {} … {})",
                            name, first.slow, last.slow, first.fast, last.fast),
                "", "-roi takes fast before slow");
  }
  if (!plan.renders(pixel)) {
    throw Error(name + " is masked (the mask is 0 there)", "", "leave out -mask to see it");
  }
}

trace::GeometryRecord geometry_record(const config::Job& run) {
  const config::DetectorFrame& frame = run.origin.frame;
  std::string convention(config::word_of(frame.convention));
  std::ranges::transform(convention, convention.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return {.convention = convention,
          .centre_mapping = std::string(config::centre_mapping(frame.convention)),
          .centre_x_m = frame.beam_centre.x,
          .centre_y_m = frame.beam_centre.y,
          .close_x_m = frame.close_point.x,
          .close_y_m = frame.close_point.y,
          .pixel_size_m = frame.size.pixel,
          .placing = frame.placing,
          .placed = frame.placed};
}

trace::Trace trace_pixels(const config::Job& run, const plan::SamplingPlan& plan,
                          std::span<const PixelIndex> pixels, kernel::StepSelection steps) {
  for (const PixelIndex pixel : pixels) check_rendered(plan, pixel);
  check_length(plan, pixels.size(), steps);
  std::vector<PixelIndex> ordered(pixels.begin(), pixels.end());
  const auto raster = [](PixelIndex p) { return std::pair(p.slow, p.fast); };
  std::ranges::sort(ordered, {}, raster);
  ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());

  trace::Trace out{std::string(run.compute.kernel->name),
                   steps,
                   trace::geometry_lines(geometry_record(run)),
                   {}};
  trace_stack(run, plan, ordered, {steps, run.compute.precision},
              [&](const kernel::PixelRecord& record) {
                out.pixels.push_back({record, trace::pixel_lines(plan, record)});
              });
  return out;
}

std::string to_text(const trace::Trace& trace) {
  std::string text = trace::to_text(trace.geometry);
  for (const trace::TracedPixel& pixel : trace.pixels) text += trace::to_text(pixel.lines);
  return text;
}

AskedPixels asked_pixels(const config::Settings& settings) {
  AskedPixels asked;
  if (settings.trace_pixel) {
    const auto [slow, fast] = *settings.trace_pixel;
    asked.traced = pixel_at(slow, fast);
  }
  asked.printout = settings.printout.value_or(false);
  if (settings.printout_pixel) {
    const auto [fast, slow] = *settings.printout_pixel;
    asked.printed = pixel_at(slow, fast);
  }
  return asked;
}

void check_asked_pixels(const AskedPixels& asked, const plan::SamplingPlan& plan) {
  if (asked.traced) {
    check_rendered(plan, *asked.traced);
    check_length(plan, 1, kernel::StepSelection::first_of_each);
  }
  if (asked.printed) check_rendered(plan, *asked.printed);
}

void print_asked_pixels(const AskedPixels& asked, const config::Job& run,
                        const plan::SamplingPlan& plan,
                        const std::function<void(const std::string&)>& print) {
  if (asked.printout) {
    const std::vector<PixelIndex> pixels = pixels_to_print(plan, asked.printed);
    trace_stack(
        run, plan, pixels, {.precision = run.compute.precision},
        [&](const kernel::PixelRecord& record) { print(trace::printout(record, plan.steps)); });
  }
  if (asked.traced) {
    print(
        to_text(trace_pixels(run, plan, {{*asked.traced}}, kernel::StepSelection::first_of_each)));
  }
}

}  // namespace nanobragg::commands
