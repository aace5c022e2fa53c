// Writes predicted reflections for spreadsheets and for DIALS.
#include "nanobragg/io/reflections/prediction_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::io {
namespace {

using kernel::analytic::PredictedReflection;
using Reflections = std::span<const PredictedReflection>;

std::string as_csv(Reflections reflections) {
  std::string text =
      "h,k,l,panel,fast_px,slow_px,fast_deviation_px,slow_deviation_px,partiality,photons,"
      "excitation_error_per_A,d_A,phi_deg,lattice\n";
  for (const PredictedReflection& r : reflections) {
    text += fmt::format(
        "{},{},{},{},{:.4f},{:.4f},{:.4f},{:.4f},{:.6g},{:.8g},{:.6g},{:.6g},{:.8g},{}\n",
        r.index.h, r.index.k, r.index.l, r.place.panel, r.place.fast, r.place.slow,
        r.place.fast_deviation, r.place.slow_deviation, r.partiality, r.photons,
        r.excitation_error_per_A, r.spacing_A, r.phi_rad * constants::kDegreesPerRadian, r.lattice);
  }
  return text;
}

// A column of a row for each reflection.
template <class F>
auto column(Reflections reflections, const F& row_of) {
  std::vector<decltype(row_of(reflections[0]))> rows;
  for (const PredictedReflection& r : reflections) rows.push_back(row_of(r));
  return rows;
}

std::string as_refl(Reflections reflections, const Experiment& experiment) {
  const double start = experiment.spindle.start.value();
  const double range = plan::phi_steps(experiment.spindle.oscillation).range;
  const auto image = [&](const PredictedReflection& r) {
    return range == 0.0 ? 0.5 : (r.phi_rad - start) / range;
  };
  const auto millimetres = [&](const PredictedReflection& r) {
    return 1e3 * experiment.detector.panels[r.place.panel]->pixel_size.value();
  };
  using Numbers = std::array<double, 3>;
  // That of the .expt file.
  const Mat3<double> frame = imgcif_frame(experiment);
  DialsTable table(reflections.size());
  const auto set = [&](const char* name, const auto& row_of) {
    table.set(name, column(reflections, row_of));
  };
  set("id", [](const auto& r) { return std::array{static_cast<std::int32_t>(r.lattice)}; });
  set("panel", [](const auto& r) { return std::array{static_cast<std::uint64_t>(r.place.panel)}; });
  set("flags", [](const auto&) { return std::array{kPredictedFlag}; });
  table.set("miller_index",
            column(reflections,
                   [](const auto& r) {
                     return MillerRow{r.index.h, r.index.k, r.index.l};
                   }),
            kMillerColumn);
  set("xyzcal.px", [&](const auto& r) { return Numbers{r.place.fast, r.place.slow, image(r)}; });
  set("xyzcal.mm", [&](const auto& r) {
    return Numbers{millimetres(r) * r.place.fast, millimetres(r) * r.place.slow, r.phi_rad};
  });
  set("s1", [&](const auto& r) {
    const double k = 1e-10 / experiment.beam->wavelength.value();
    const Vec3<double> s1 = k * (frame * r.diffracted);
    return Numbers{s1.x, s1.y, s1.z};
  });
  set("partiality", [](const auto& r) { return std::array{r.partiality}; });
  set("intensity.sum.value", [](const auto& r) { return std::array{r.photons}; });
  set("intensity.sum.variance", [](const auto& r) { return std::array{r.photons}; });
  set("d", [](const auto& r) { return std::array{r.spacing_A}; });
  return table.packed();
}

bool is_csv(const std::filesystem::path& path) { return path.extension() == ".csv"; }

}  // namespace

void check_prediction_file(const std::filesystem::path& path) {
  if (is_csv(path) || path.extension() == ".refl") return;
  throw UsageError(fmt::format("a table of reflections in '{}' (its name ends in neither .csv nor "
                               ".refl)",
                               path.string()),
                   "-reflections", "name.csv is text, name.refl is for DIALS");
}

void write_predictions(const std::filesystem::path& path, Reflections reflections,
                       const Experiment& experiment) {
  write_file_atomically(path,
                        is_csv(path) ? as_csv(reflections) : as_refl(reflections, experiment));
}

}  // namespace nanobragg::io
