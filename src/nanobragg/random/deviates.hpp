// The uniform deviates that belong to one number of a stream, one after the other.
#pragma once

#include <cstdint>

#include "nanobragg/random/counter.hpp"

namespace nanobragg {

// What is drawn for one number does not depend on what is drawn for another.
class NumberedDeviates {
 public:
  NumberedDeviates(std::uint64_t seed, std::uint64_t number) : key_(bits_at(seed, number)) {}
  // Uniform on the open interval (0, 1).
  double next() { return uniform_at(key_, used_++); }
  std::uint64_t next_bits() { return bits_at(key_, used_++); }

 private:
  std::uint64_t key_;
  std::uint64_t used_ = 0;
};

}  // namespace nanobragg
