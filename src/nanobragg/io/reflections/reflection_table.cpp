// What the readers of merged reflections check alike.
#include "nanobragg/io/reflections/reflection_table.hpp"

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

MillerIndex miller_index(double h, double k, double l, const std::string& file, std::size_t row) {
  // Sums of a few of them must stay far from overflow.
  constexpr double kLargest = 1e6;
  for (const double index : {h, k, l}) {
    if (std::abs(index) <= kLargest && index == std::floor(index)) continue;
    throw Error(
        fmt::format("Miller index {:g} is not a whole number between -1000000 and 1000000", index),
        place_of_reflection(file, row));
  }
  return {static_cast<std::int32_t>(h), static_cast<std::int32_t>(k), static_cast<std::int32_t>(l)};
}

void add_index(ReflectionTable& table, double h, double k, double l) {
  table.indices.push_back(miller_index(h, k, l, table.file, table.indices.size()));
}

void check_merged(std::span<const MillerIndex> indices, const std::string& file) {
  const auto key = [&](std::size_t row) {
    const MillerIndex& i = indices[row];
    return std::tuple(i.h, i.k, i.l, row);
  };
  std::vector<std::size_t> rows(indices.size());
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::sort(rows, {}, key);
  const auto twice = std::ranges::adjacent_find(
      rows, [&](std::size_t a, std::size_t b) { return indices[a] == indices[b]; });
  if (twice == rows.end()) return;
  const MillerIndex& i = indices[*twice];
  throw Error(fmt::format("{} {} {} stands in reflections {} and {} (the data are not merged)", i.h,
                          i.k, i.l, *twice + 1, *(twice + 1) + 1),
              file, kMergeFirst);
}

}  // namespace nanobragg::io
