// Makes rays from a list of sources.
#include "nanobragg/plan/rays.hpp"

#include <algorithm>

namespace nanobragg::plan {

std::vector<Ray<double>> listed_sources(std::span<const Source> sources) {
  double sum = 0.0;
  for (const Source& source : sources) sum += source.weight;
  const double mean = sum / static_cast<double>(sources.size());
  // Equal weights change nothing, not even a last bit.
  const bool equal = std::ranges::all_of(
      sources, [&](const Source& source) { return source.weight == sources.front().weight; });
  std::vector<Ray<double>> rays;
  for (const Source& source : sources) {
    rays.push_back(
        {-unit(source.position_m), source.wavelength.value(), equal ? 1.0 : source.weight / mean});
  }
  return rays;
}

}  // namespace nanobragg::plan
