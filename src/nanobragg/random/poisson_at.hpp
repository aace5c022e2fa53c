// Poisson deviates by number: the n-th is computed from n alone, so order and threads do not
// matter.
#pragma once

#include <cstdint>

namespace nanobragg {

// The deviate number `counter` of the stream `seed`, from P(n) = mⁿ exp(−m)/n! for a finite mean
// m ≥ 0; throws Error for others. Below a mean of 10 by inversion of the distribution function;
// above by transformed rejection (Hörmann (1993), Insurance: Mathematics and Economics 12, 39,
// algorithm PTRS). Accuracy: ln n! is exact to 1e-10, so the probability of a count is right to
// about 1e-6 up to a mean of 1e9.
double poisson_at(double mean, std::uint64_t seed, std::uint64_t counter);

}  // namespace nanobragg
