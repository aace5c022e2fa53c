// Columns of a reflection table.
#include "nanobragg/commands/refine/shots/shot_files.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::commands {
namespace {

using Numbers = std::array<double, 3>;

// One box of one shot.
struct Row {
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

}  // namespace

io::DialsTable spot_table(const RefinedShot& shot) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < shot.result->after.spots.size(); ++i) rows.push_back({&shot, i});
  io::DialsTable table(rows.size());
  const auto set = [&](const char* name, const auto& of) { table.set(name, column(rows, of)); };
  set("id", [](const Row&) { return std::array{std::int32_t{0}}; });
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
  return table;
}

}  // namespace nanobragg::commands
