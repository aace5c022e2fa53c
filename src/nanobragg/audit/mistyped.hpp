// A constant as it may be typed in wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::audit {

struct TypedNumber {
  std::string text;
  double value = 0.0;
};

// What a number ("7.94079e-30") becomes with fewer digits, cut off or rounded; and by one slip
// among its first six digits: one that is 1 off, left out or typed twice, two neighbours swapped.
// Each value once, without that of the number itself.
std::vector<TypedNumber> mistyped(std::string_view number);

}  // namespace nanobragg::audit
