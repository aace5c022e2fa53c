// Sums over numbered items that are the same, bit for bit, whoever adds which items.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::distribute {

// Rows of numbers, one an item, added by a binary tree over the items: pairs of neighbours, pairs
// of these, and so on. A rank keeps the sums of whole branches; of a range of n items these are at
// most 2 log2 n rows. Of one thread.
class OrderedSum {
 public:
  // Of `items` rows of `length` numbers.
  OrderedSum(std::size_t items, std::size_t length) : items_(items), length_(length) {}

  // Adds an item, each once, in any order.
  void add(std::size_t item, std::span<const double> row);

  // The sum of the items of all ranks, on all ranks. Every item was added by one of them.
  std::vector<double> total(Ranks& ranks) const;

 private:
  // Level 0 are the items; branch i of level l has the items i·2^l … (i + 1)·2^l − 1.
  using Branch = std::pair<std::size_t, std::size_t>;  // level, number
  void put(Branch branch, std::vector<double> sum);
  std::string packed() const;
  void unpack(const std::string& bytes);

  std::size_t items_;
  std::size_t length_;
  std::map<Branch, std::vector<double>> sums_;
};

}  // namespace nanobragg::distribute
