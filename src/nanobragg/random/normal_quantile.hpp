// Normal deviates from numbers between 0 and 1.
#pragma once

namespace nanobragg {

// The x below which a fraction p of the standard normal distribution lies, 0 < p < 1: the root of
// ½ erfc(−x/√2) = p, by bisection to the last digits.
double normal_quantile(double p);

}  // namespace nanobragg
