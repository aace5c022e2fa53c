// Writes predicted reflections for spreadsheets and for DIALS.
#include "nanobragg/io/reflections/prediction_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
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

// The columns of a reflection table of DIALS: a type, and the bytes of its numbers.
class DialsTable {
 public:
  explicit DialsTable(Reflections reflections) : reflections_(reflections) {}

  // `numbers(r)` returns the numbers of a reflection, of one type, as an array.
  template <class F>
  void add(const char* name, const char* type, const F& numbers) {
    std::vector<std::uint8_t> bytes;
    for (const PredictedReflection& r : reflections_) {
      const auto row = numbers(r);
      const auto* const from = reinterpret_cast<const std::uint8_t*>(row.data());
      bytes.insert(bytes.end(), from, from + sizeof(row));
    }
    columns_[name] = nlohmann::json::array(
        {type, nlohmann::json::array({reflections_.size(), nlohmann::json::binary(bytes)})});
  }
  std::string packed() const {
    const nlohmann::json table{{"identifiers", nlohmann::json::object()},
                               {"nrows", reflections_.size()},
                               {"data", columns_}};
    const auto bytes = nlohmann::json::to_msgpack(
        nlohmann::json::array({"dials::af::reflection_table", 1, table}));
    return {bytes.begin(), bytes.end()};
  }

 private:
  Reflections reflections_;
  nlohmann::json columns_ = nlohmann::json::object();
};

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
  DialsTable table(reflections);
  table.add("id", "int",
            [](const auto& r) { return std::array{static_cast<std::int32_t>(r.lattice)}; });
  table.add("panel", "std::size_t",
            [](const auto& r) { return std::array{static_cast<std::uint64_t>(r.place.panel)}; });
  // As predicted.
  table.add("flags", "std::size_t", [](const auto&) { return std::array{std::uint64_t{1}}; });
  table.add("miller_index", "cctbx::miller::index<>", [](const auto& r) {
    return std::array<std::int32_t, 3>{r.index.h, r.index.k, r.index.l};
  });
  table.add("xyzcal.px", "vec3<double>", [&](const auto& r) {
    return Numbers{r.place.fast, r.place.slow, image(r)};
  });
  table.add("xyzcal.mm", "vec3<double>", [&](const auto& r) {
    return Numbers{millimetres(r) * r.place.fast, millimetres(r) * r.place.slow, r.phi_rad};
  });
  table.add("s1", "vec3<double>", [&](const auto& r) {
    const double k = 1e-10 / experiment.beam->wavelength.value();
    return Numbers{k * r.diffracted.x, k * r.diffracted.y, k * r.diffracted.z};
  });
  table.add("partiality", "double", [](const auto& r) { return std::array{r.partiality}; });
  table.add("intensity.sum.value", "double", [](const auto& r) { return std::array{r.photons}; });
  table.add("intensity.sum.variance", "double",
            [](const auto& r) { return std::array{r.photons}; });
  table.add("d", "double", [](const auto& r) { return std::array{r.spacing_A}; });
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
