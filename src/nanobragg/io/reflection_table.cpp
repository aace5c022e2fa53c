// What the readers of merged reflections check alike.
#include "nanobragg/io/reflection_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

std::string place_of_reflection(const std::string& file, std::size_t row) {
  return fmt::format("{}: reflection {}", file, row + 1);
}

void add_index(ReflectionTable& table, double h, double k, double l) {
  // Sums of a few of them must stay far from overflow.
  constexpr double kLargest = 1e6;
  for (const double index : {h, k, l}) {
    if (std::abs(index) <= kLargest && index == std::floor(index)) continue;
    throw Error(
        fmt::format("Miller index {:g} is not a whole number between -1000000 and 1000000", index),
        place_of_reflection(table.file, table.indices.size()));
  }
  table.indices.push_back(
      {static_cast<std::int32_t>(h), static_cast<std::int32_t>(k), static_cast<std::int32_t>(l)});
}

void check_merged(const ReflectionTable& table) {
  const auto key = [&](std::size_t row) {
    const MillerIndex& i = table.indices[row];
    return std::tuple(i.h, i.k, i.l, row);
  };
  std::vector<std::size_t> rows(table.indices.size());
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::sort(rows, {}, key);
  const auto twice = std::ranges::adjacent_find(
      rows, [&](std::size_t a, std::size_t b) { return table.indices[a] == table.indices[b]; });
  if (twice == rows.end()) return;
  const MillerIndex& i = table.indices[*twice];
  throw Error(fmt::format("{} {} {} stands in reflections {} and {} (the data are not merged)", i.h,
                          i.k, i.l, *twice + 1, *(twice + 1) + 1),
              table.file, "merge them first, for example with dials.merge or aimless");
}

}  // namespace nanobragg::io
