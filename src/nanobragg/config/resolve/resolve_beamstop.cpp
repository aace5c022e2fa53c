// From millimetres to a disc.
#include "nanobragg/config/resolve/resolve_beamstop.hpp"

#include <string>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {

std::optional<Beamstop> resolve_beamstop(const Settings& settings) {
  const auto& diameter = settings.beamstop_diameter_mm;
  const auto& distance = settings.beamstop_distance_mm;
  if (!diameter && !distance && !settings.beamstop_edge_mm) return std::nullopt;
  if (!diameter || !distance) {
    throw UsageError("a beamstop without its " + std::string(diameter ? "distance" : "diameter"),
                     "", "give -beamstop_diameter and -beamstop_distance");
  }
  constexpr double kEdge = 0.1;  // of the diameter
  const double edge = settings.beamstop_edge_mm.value_or(kEdge * *diameter);
  const Beamstop stop{.diameter = Metre(metres_from_mm(*diameter)),
                      .distance = Metre(metres_from_mm(*distance)),
                      .edge = Metre(metres_from_mm(edge))};
  check(stop);
  return stop;
}

}  // namespace nanobragg::config
