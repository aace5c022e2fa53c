// Takes the columns of a reflection table apart.
#include "nanobragg/commands/refine/shots/indexed_spots.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "nanobragg/base/error.hpp"

namespace nanobragg::commands {
namespace {

// The number of the experiment that an id of the table stands for.
class NumberOfId {
 public:
  NumberOfId(const io::DialsTable& table, const io::DialsList& experiments, const std::string& file)
      : size_(experiments.size()), by_name_(!table.identifiers.empty()) {
    for (const auto& [id, name] : table.identifiers) {
      for (std::size_t i = 0; i < size_; ++i) {
        if (experiments.at(i).identifier == name) number_[id] = i;
      }
    }
    // A table may be of more experiments than the list has, but not of others altogether.
    if (by_name_ && number_.empty()) {
      throw Error(fmt::format("a reflection table of other experiments (the first is '{}')",
                              table.identifiers.begin()->second),
                  file, "give the .refl file that was written with the .expt file");
    }
  }
  std::optional<std::size_t> of(int id) const {
    if (by_name_) {
      const auto at = number_.find(id);
      return at == number_.end() ? std::nullopt : std::optional(at->second);
    }
    return id >= 0 && static_cast<std::size_t>(id) < size_
               ? std::optional(static_cast<std::size_t>(id))
               : std::nullopt;
  }

 private:
  std::size_t size_;
  bool by_name_;
  std::map<int, std::size_t> number_;
};

// Pixels, of a spot whose width nobody says.
constexpr double kHalf = 3.5;

std::vector<io::BoxRow> boxes_of(const io::DialsTable& table) {
  if (!table.has("bbox")) return std::vector<io::BoxRow>(table.rows());
  return table.get<io::BoxRow>("bbox", io::kBoxColumn);
}

}  // namespace

SpotsOfExperiments indexed_spots(const io::DialsTable& table, const io::DialsList& experiments,
                                 const std::string& file) {
  const NumberOfId number(table, experiments, file);
  const auto ids = table.get<std::array<std::int32_t, 1>>("id");
  const auto panels = table.get<std::array<std::uint64_t, 1>>("panel");
  const auto indices = table.get<io::MillerRow>("miller_index", io::kMillerColumn);
  const char* const place = table.has("xyzobs.px.value") ? "xyzobs.px.value" : "xyzcal.px";
  const auto places = table.get<std::array<double, 3>>(place);
  const auto boxes = boxes_of(table);
  SpotsOfExperiments out;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto [h, k, l] = indices[i];
    const auto experiment = number.of(ids[i][0]);
    if (!experiment || (h == 0 && k == 0 && l == 0)) continue;
    if (!std::isfinite(places[i][0]) || !std::isfinite(places[i][1])) continue;
    const auto half = [&](std::size_t from) {
      const double width = boxes[i][from + 1] - boxes[i][from];
      return width > 0.0 ? 0.5 * width + 0.5 : kHalf;
    };
    out[*experiment].push_back(
        {{h, k, l}, panels[i][0], places[i][0], places[i][1], half(0), half(2)});
  }
  if (out.empty()) {
    throw Error("a reflection table without an indexed spot of these experiments", file,
                "dials.index gives spots their indices");
  }
  return out;
}

refine::SpotPlace place_of(const io::IndexedPeak& peak) {
  return {peak.index, peak.panel, peak.fast, peak.slow, kHalf, kHalf};
}

refine::SpotPlace place_of(const kernel::analytic::PredictedReflection& reflection) {
  const auto& place = reflection.place;
  constexpr double kDeviations = 2.5, kPixel = 1.0;
  return {reflection.index,
          place.panel,
          place.fast,
          place.slow,
          kDeviations * place.fast_deviation + kPixel,
          kDeviations * place.slow_deviation + kPixel};
}

}  // namespace nanobragg::commands
