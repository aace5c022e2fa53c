// Miller indices, and boxes of them.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "nanobragg/base/contracts.hpp"

namespace nanobragg {

// In the order of h, then k, then l.
struct MillerIndex {
  std::int32_t h = 0, k = 0, l = 0;
  friend auto operator<=>(const MillerIndex&, const MillerIndex&) = default;
};

// The index of the Friedel mate.
constexpr MillerIndex mate_of(const MillerIndex& i) { return {-i.h, -i.k, -i.l}; }

// A box of indices, both ends included. Tables over it have l fastest.
struct MillerBox {
  MillerIndex min, max;
  friend bool operator==(const MillerBox&, const MillerBox&) = default;
  bool contains(MillerIndex i) const {
    return i.h >= min.h && i.h <= max.h && i.k >= min.k && i.k <= max.k && i.l >= min.l &&
           i.l <= max.l;
  }
  // Indices along one axis, as in max.h − min.h + 1.
  std::size_t size_h() const { return static_cast<std::size_t>(std::int64_t{max.h} - min.h + 1); }
  std::size_t size_k() const { return static_cast<std::size_t>(std::int64_t{max.k} - min.k + 1); }
  std::size_t size_l() const { return static_cast<std::size_t>(std::int64_t{max.l} - min.l + 1); }
  std::size_t size() const { return size_h() * size_k() * size_l(); }

  // Where an index inside the box stands in a table:
  // ((h − min.h)·size_k + k − min.k)·size_l + l − min.l.
  std::size_t position(MillerIndex i) const {
    NANOBRAGG_EXPECTS(contains(i));
    const auto h = static_cast<std::size_t>(i.h - min.h);
    const auto k = static_cast<std::size_t>(i.k - min.k);
    const auto l = static_cast<std::size_t>(i.l - min.l);
    return (h * size_k() + k) * size_l() + l;
  }
  // The index at a position of a table.
  MillerIndex index_at(std::size_t position) const {
    const std::size_t row = position / size_l();
    const auto beyond = [](std::int32_t from, std::size_t steps) {
      return from + static_cast<std::int32_t>(steps);
    };
    return {beyond(min.h, row / size_k()), beyond(min.k, row % size_k()),
            beyond(min.l, position % size_l())};
  }
};

}  // namespace nanobragg
