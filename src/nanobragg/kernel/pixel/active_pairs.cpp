// Goes from the groups of each pair to the pairs of each group.
#include "nanobragg/kernel/pixel/active_pairs.hpp"

#include <numeric>

namespace nanobragg::kernel {

// Counts first, so that everything finds its place at once: begin_[g + 1] is where the next pair of
// group g goes, and in the end where those of the next group begin.
ActivePairs::ActivePairs(std::span<const Part> parts, std::size_t groups) : begin_(groups + 2) {
  for (const Part& part : parts) {
    for (const std::uint32_t group : part.groups) ++begin_[group + 2];
  }
  std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  pairs_.resize(begin_.back());
  std::uint32_t pair = 0;
  for (const Part& part : parts) {
    std::size_t i = 0;
    for (const std::size_t end : part.ends) {
      for (; i < end; ++i) pairs_[begin_[part.groups[i] + 1]++] = pair;
      ++pair;
    }
  }
}

}  // namespace nanobragg::kernel
