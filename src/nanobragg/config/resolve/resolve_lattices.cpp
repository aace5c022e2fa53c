// X,Y,Z[:WEIGHT] in degrees to turns.
#include "nanobragg/config/resolve/resolve_lattices.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {
namespace {

std::optional<LatticePart> parse_lattice(const std::string& text) {
  const std::size_t colon = text.find(':');
  std::array<double, 3> degrees{};
  std::string rest = text.substr(0, colon);
  for (std::size_t i = 0; i < degrees.size(); ++i) {
    const std::size_t comma = rest.find(',');
    const bool is_last = i + 1 == degrees.size();
    if (is_last != (comma == std::string::npos)) return std::nullopt;
    const auto number = parse_number(rest.substr(0, comma));
    if (!number || !std::isfinite(*number)) return std::nullopt;
    degrees.at(i) = *number;
    if (!is_last) rest = rest.substr(comma + 1);
  }
  LatticePart part{{radians_from_degrees(degrees[0]), radians_from_degrees(degrees[1]),
                    radians_from_degrees(degrees[2])},
                   1.0};
  if (colon == std::string::npos) return part;
  const auto weight = parse_number(text.substr(colon + 1));
  if (!weight || !(*weight >= 0.0) || !std::isfinite(*weight)) return std::nullopt;
  part.weight = *weight;
  return part;
}

}  // namespace

std::vector<LatticePart> resolve_lattices(const Settings& settings) {
  std::vector<LatticePart> parts;
  if (!settings.lattices) return parts;
  double total = 0.0;
  for (const std::string& text : *settings.lattices) {
    const auto part = parse_lattice(text);
    if (!part) {
      throw UsageError(fmt::format("-lattice {} (not X,Y,Z or X,Y,Z:WEIGHT)", text), "",
                       "three angles in degrees, and a weight that is not negative");
    }
    parts.push_back(*part);
    total += part->weight;
  }
  if (!(total > 0.0)) throw UsageError("-lattice of total weight 0 (one of them must have some)");
  return parts;
}

std::vector<std::string> lattice_warnings(const Settings& settings) {
  if (!settings.lattices) return {};
  if (settings.lattices->size() > 1) {
    return {
        "the crystal has several lattices: tables of reflections and .expt files state all of "
        "them; "
        "traces, NXmx and CrystFEL's files state the first alone"};
  }
  return {
      fmt::format("the crystal is one lattice, turned by {}°: -lattice 0,0,0 adds the one that "
                  "is not turned",
                  settings.lattices->front().substr(0, settings.lattices->front().find(':')))};
}

}  // namespace nanobragg::config
