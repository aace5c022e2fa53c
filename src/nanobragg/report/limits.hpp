// Between which values an image is shown.
#pragma once

#include <vector>

namespace nanobragg::report {

struct Limits {
  double low = 0.0;
  double high = 1.0;
  double median = 0.0;
  double bright = 0.0;          // the 99.5th percentile: spots
  bool has_background = false;  // else most pixels are dark
};

// From the values of pixels that measure something, or enough of them, in any order. Where there is
// a background: from two of its standard deviations below the median to fifteen of its noise above
// (that of Poisson's statistics, where the background varies by more), and a little above its
// brightest part: noise shows faintly and weak spots well, whatever the brightest spot is. Else
// from a thousandth of the 99.9th percentile to that. low < high.
Limits limits_from_noise(std::vector<float> values);

}  // namespace nanobragg::report
