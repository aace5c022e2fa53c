// Words of the console.
#include "nanobragg/commands/refine/shots/shot_messages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/refine/report.hpp"

namespace nanobragg::commands {

std::string stage_line(const refine::StageReport& stage) {
  std::string line = fmt::format("{:>15}  {:>5.1f} s  {:>3} steps  χ² {:<7.4g} {}\n",
                                 refine::name_of(stage.stage), stage.seconds, stage.iterations,
                                 stage.reduced_chi_squared, fmt::join(stage.free, ", "));
  if (stage.apart) {
    line += fmt::format(
        "{:>15}  spots were {:.2f} px from where they are measured, now {:.2f} px (medians)\n", "",
        stage.apart->front(), stage.apart->back());
  }
  if (!stage.held.empty()) {
    line += fmt::format("{:>15}  held, as nothing here determines it: {}\n", "",
                        fmt::join(stage.held, ", "));
  }
  return line;
}

std::string boxes_line(const IndexedShot& shot) {
  std::string text = fmt::format("shot {}: {}: {} of {} spots", shot.number, shot.image.string(),
                                 shot.data.pixels.boxes.size(), shot.spots);
  const refine::LeftOutSpots& out = shot.left_out;
  if (out.total() > 0) {
    text += fmt::format(" ({} off the detector, {} not measured, {} under other spots)",
                        out.off_panel, out.unmeasured, out.overlapped);
  }
  text += fmt::format(", {} pixels\n", shot.data.pixels.size());
  return shot.invalid.empty() ? text : text + fmt::format("  of the image, {}\n", shot.invalid);
}

std::string result_lines(const RefinedShot& shot) {
  const refine::ShotResult& r = *shot.result;
  std::string text =
      fmt::format("{:<16} {:<10} {:>13}  {}\n", "parameter", "unit", "start", "refined");
  for (const refine::RefinedParameter& p : r.parameters) {
    const plan::Parameter& row = plan::info(p.parameter.ids.front());
    const double value = p.value * row.per_internal;
    text += fmt::format(
        "{:<16} {:<10} {:>13.6g}  {}\n", p.parameter.name, row.unit,
        p.parameter.start * row.per_internal,
        p.held ? fmt::format("{:.6g} held at a bound", value)
               : refine::with_uncertainty(value, p.uncertainty.value_or(0.0) * row.per_internal));
  }
  text += fmt::format(
      "{}: {}\ncorrelation of a box {:.3f} before, {:.3f} after; χ² {:.4g} before, {:.4g} after; "
      "k = {:.3g}, σ_r = {:.3g} photons\n",
      refine::word_of(r.outcome), r.why, r.before.median_correlation, r.after.median_correlation,
      r.before.reduced_chi_squared, r.after.reduced_chi_squared, r.errors.of_spots,
      r.errors.read_noise);
  if (shot.after.spots > 0) {
    text += fmt::format("places off by {:.2f} × {:.2f} px before, {:.2f} × {:.2f} px after\n",
                        shot.before.fast, shot.before.slow, shot.after.fast, shot.after.slow);
  }
  return text;
}

std::string summary_line(const ShotRow& row) {
  if (!row.is_refined()) return fmt::format("shot {}: failed: {}", row.number, row.failure);
  return fmt::format(
      "shot {}: {}, {} boxes, correlation {:.3f} before, {:.3f} after; χ² {:.4g}, k = {:.3g}",
      row.number, refine::word_of(row.outcome), row.counts.boxes, row.fit_before.correlation,
      row.fit.correlation, row.fit.chi_squared, row.errors.of_spots);
}

std::string shared_lines(std::span<const refine::SharedValue> shared) {
  std::string text;
  for (const refine::SharedValue& value : shared) {
    const plan::Parameter& row = plan::info(value.ids.front());
    text += fmt::format(
        "{:<22} {:<4} {} {}, of {} shots\n", value.name, row.unit,
        refine::shared_as(value.ids.front()) == refine::SharedAs::value ? "is" : "moved by",
        refine::with_uncertainty(value.value * row.per_internal, value.sigma * row.per_internal),
        value.shots);
  }
  return text;
}

}  // namespace nanobragg::commands
