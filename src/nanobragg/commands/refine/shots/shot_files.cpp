// Lists, tables and columns.
#include "nanobragg/commands/refine/shots/shot_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"
#include "nanobragg/refine/report.hpp"

namespace nanobragg::commands {
namespace {

using Numbers = std::array<double, 3>;

// One box of one shot.
struct Row {
  std::int32_t id;
  const RefinedShot* shot;
  std::size_t box;

  const refine::SpotBox& spot() const { return shot->shot->data.pixels.boxes[box]; }
  const refine::SpotFit& fit() const { return shot->result->after.spots[box]; }
  const auto& predicted() const { return shot->predicted[box]; }
  double pixel_mm() const {
    const auto& panels = shot->result->experiment.detector.panels;
    return 1e3 * panels[spot().spot.panel]->pixel_size.value();
  }
};

Numbers calculated(const Row& row, double per_pixel) {
  const auto& predicted = row.predicted();
  if (!predicted) return {0.0, 0.0, 0.0};
  return {per_pixel * predicted->place.fast, per_pixel * predicted->place.slow, 0.0};
}

template <class F>
auto column(std::span<const Row> rows, const F& of) {
  std::vector<decltype(of(rows[0]))> out;
  for (const Row& row : rows) out.push_back(of(row));
  return out;
}

// In the frame of imgCIF, Å⁻¹.
Numbers diffracted(const Row& row) {
  if (!row.predicted()) return {0.0, 0.0, 0.0};
  const double k = 1e-10 / row.shot->result->experiment.beam->wavelength.value();
  const Vec3<double> s1 = k * io::to_imgcif(row.predicted()->diffracted);
  return {s1.x, s1.y, s1.z};
}

// A factor is 1 ± σ/factor of the intensity.
double intensity_variance(const Row& row) {
  const refine::SpotFit& fit = row.fit();
  const double relative = fit.factor > 0.0 ? fit.factor_sigma / fit.factor : 0.0;
  return std::pow(fit.photons * relative, 2);
}

std::uint64_t flags_of(const Row& row) {
  return io::kObservedFlag | io::kIndexedFlag |
         (row.predicted() ? io::kPredictedFlag | io::kUsedInRefinementFlag : 0);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

}  // namespace

std::string refined_experiments(const io::DialsList& experiments,
                                std::span<const RefinedShot> shots) {
  std::vector<io::RefinedEntry> entries;
  for (const RefinedShot& shot : shots) {
    if (!shot.result) continue;
    entries.push_back({shot.number, &shot.result->experiment, shot.image});
  }
  return experiments.refined(entries);
}

std::string refined_reflections(std::span<const RefinedShot> shots) {
  std::vector<Row> rows;
  std::map<int, std::string> identifiers;
  std::int32_t id = 0;
  for (const RefinedShot& shot : shots) {
    if (!shot.result) continue;
    identifiers[id] = shot.identifier;
    for (std::size_t i = 0; i < shot.result->after.spots.size(); ++i)
      rows.push_back({id, &shot, i});
    ++id;
  }
  io::DialsTable table(rows.size());
  table.identifiers = identifiers;
  const auto set = [&](const char* name, const auto& of) { table.set(name, column(rows, of)); };
  set("id", [](const Row& r) { return std::array{r.id}; });
  set("panel", [](const Row& r) { return std::array{std::uint64_t{r.spot().spot.panel}}; });
  set("flags", [](const Row& r) { return std::array{flags_of(r)}; });
  table.set("miller_index",
            column(std::span<const Row>(rows),
                   [](const Row& r) {
                     const MillerIndex& i = r.spot().spot.index;
                     return io::MillerRow{i.h, i.k, i.l};
                   }),
            io::kMillerColumn);
  table.set("bbox",
            column(std::span<const Row>(rows),
                   [](const Row& r) {
                     const auto& [first, last] = r.spot().region;
                     const auto whole = [](std::size_t x) { return static_cast<std::int32_t>(x); };
                     return io::BoxRow{whole(first.fast),
                                       whole(last.fast + 1),
                                       whole(first.slow),
                                       whole(last.slow + 1),
                                       0,
                                       1};
                   }),
            io::kBoxColumn);
  set("xyzobs.px.value", [](const Row& r) {
    return Numbers{r.spot().spot.fast, r.spot().spot.slow, 0.5};
  });
  set("xyzobs.mm.value", [](const Row& r) {
    return Numbers{r.pixel_mm() * r.spot().spot.fast, r.pixel_mm() * r.spot().spot.slow, 0.0};
  });
  set("xyzcal.px", [](const Row& r) { return calculated(r, 1.0); });
  set("xyzcal.mm", [](const Row& r) { return calculated(r, r.pixel_mm()); });
  set("s1", [](const Row& r) { return diffracted(r); });
  set("intensity.prf.value", [](const Row& r) { return std::array{r.fit().photons}; });
  set("intensity.prf.variance", [](const Row& r) { return std::array{intensity_variance(r)}; });
  set("partiality",
      [](const Row& r) { return std::array{r.predicted() ? r.predicted()->partiality : 0.0}; });
  set("background.mean", [](const Row& r) { return std::array{r.fit().background}; });
  set("profile.correlation", [](const Row& r) { return std::array{r.fit().correlation}; });
  set("nanobragg.chi_squared", [](const Row& r) { return std::array{r.fit().chi_squared}; });
  set("nanobragg.intensity_factor", [](const Row& r) { return std::array{r.fit().factor}; });
  return table.packed();
}

std::string shots_table(std::span<const RefinedShot> shots) {
  // Shots that ended early have fewer parameters than others.
  std::vector<std::string> names;
  for (const RefinedShot& shot : shots) {
    if (!shot.result) continue;
    for (const refine::RefinedParameter& p : shot.result->parameters) {
      const std::string& name = p.parameter.name;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  std::string text =
      "shot,image,outcome,why,spots,boxes,pixels,chi_squared_before,chi_squared,"
      "correlation_before,correlation,fast_rms_before_px,slow_rms_before_px,fast_rms_px,"
      "slow_rms_px,read_noise,spot_error,seconds";
  for (const std::string& name : names) text += fmt::format(",{0},{0}_sigma", name);
  text += '\n';
  for (const RefinedShot& shot : shots) {
    text += fmt::format("{},{},", shot.number, quoted(shot.image));
    if (!shot.result) {
      text += fmt::format("failed,{}", quoted(shot.failure)) +
              std::string(14 + 2 * names.size(), ',') + '\n';
      continue;
    }
    const refine::ShotResult& r = *shot.result;
    text += fmt::format(
        "{},{},{},{},{},{:.5g},{:.5g},{:.4f},{:.4f},{:.4f},{:.4f},{:.4f},{:.4f},{:.4g},{:.4g},{:."
        "2f}",
        refine::word_of(r.outcome), quoted(r.why), shot.shot->spots,
        shot.shot->data.pixels.boxes.size(), shot.shot->data.pixels.size(),
        r.before.reduced_chi_squared, r.after.reduced_chi_squared, r.before.median_correlation,
        r.after.median_correlation, shot.before.fast, shot.before.slow, shot.after.fast,
        shot.after.slow, r.errors.read_noise, r.errors.of_spots, shot.seconds);
    for (const std::string& name : names) {
      const auto p =
          std::ranges::find(r.parameters, name, [](const auto& one) { return one.parameter.name; });
      if (p == r.parameters.end()) {
        text += ",,";
        continue;
      }
      const double unit = plan::info(p->parameter.ids.front()).per_internal;
      text += fmt::format(",{:.10g},{:.4g}", unit * p->value, unit * p->uncertainty.value_or(0.0));
    }
    text += '\n';
  }
  return text;
}

}  // namespace nanobragg::commands
