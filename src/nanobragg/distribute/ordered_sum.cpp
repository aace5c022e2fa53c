// Adds branches as soon as both are there.
#include "nanobragg/distribute/ordered_sum.hpp"

#include <cstring>

#include "nanobragg/base/contracts.hpp"

namespace nanobragg::distribute {

void OrderedSum::add(std::size_t item, std::span<const double> row) {
  NANOBRAGG_EXPECTS(item < items_ && row.size() == length_);
  put({0, item}, {row.begin(), row.end()});
}

void OrderedSum::put(Branch branch, std::vector<double> sum) {
  for (auto& [level, number] = branch;; ++level, number /= 2) {
    const bool is_left = number % 2 == 0;
    const std::size_t other = is_left ? number + 1 : number - 1;
    // Beyond the last item there is nothing to add, and at the root everything is.
    if (other << level >= items_) {
      if (number == 0) break;
      continue;
    }
    const auto found = sums_.find({level, other});
    if (found == sums_.end()) break;
    for (std::size_t i = 0; i < length_; ++i) {
      sum[i] = is_left ? sum[i] + found->second[i] : found->second[i] + sum[i];
    }
    sums_.erase(found);
  }
  sums_[branch] = std::move(sum);
}

std::string OrderedSum::packed() const {
  std::string bytes;
  for (const auto& [branch, sum] : sums_) {
    const std::size_t head[2] = {branch.first, branch.second};
    bytes.append(reinterpret_cast<const char*>(head), sizeof head);
    bytes.append(reinterpret_cast<const char*>(sum.data()), sum.size() * sizeof(double));
  }
  return bytes;
}

void OrderedSum::unpack(const std::string& bytes) {
  const std::size_t row = length_ * sizeof(double);
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t head[2];
    std::memcpy(head, bytes.data() + at, sizeof head);
    at += sizeof head;
    std::vector<double> sum(length_);
    std::memcpy(sum.data(), bytes.data() + at, row);
    at += row;
    put({head[0], head[1]}, std::move(sum));
  }
}

std::vector<double> OrderedSum::total(Ranks& ranks) const {
  OrderedSum all(items_, length_);
  for (const std::string& bytes : ranks.gather(packed())) all.unpack(bytes);
  NANOBRAGG_EXPECTS(all.sums_.size() == (items_ > 0 ? 1U : 0U));
  return items_ > 0 ? all.sums_.begin()->second : std::vector<double>(length_);
}

}  // namespace nanobragg::distribute
