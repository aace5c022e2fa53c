// A ratio of two numbers as a product of powers of other numbers.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace nanobragg::audit {

struct NamedNumber {
  std::string name;
  double value = 0.0;  // above 0
};

// One number with its power.
struct Power {
  std::string name;
  double value = 0.0;
  double power = 0.0;
};

using RatioFit = std::vector<Power>;  // the product of these

// All products of at most two powers (whole ones up to 3, halves) of the numbers, of 2 and of pi,
// times a power of ten, that are `ratio` within the relative `uncertainty`, the simplest first; no
// products of two where one power fits, nor where the digits are few. Empty for a ratio of 1.
std::vector<RatioFit> ratio_fits(double ratio, double uncertainty,
                                 std::span<const NamedNumber> numbers);

// "polar^-1 · 2".
std::string text_of(const RatioFit& fit);

}  // namespace nanobragg::audit
