// A sum of doubles that does not lose the small terms among the large ones.
#pragma once

#include <cmath>

namespace nanobragg::compare {

// Neumaier's variant of Kahan's summation (Z. angew. Math. Mech. 54, 1974, 39): the error is about
// one rounding of the result, however many terms there are.
class CompensatedSum {
 public:
  void add(double term) {
    const double total = sum_ + term;
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - total) + term : (term - total) + sum_;
    sum_ = total;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0.0;
  double lost_ = 0.0;
};

}  // namespace nanobragg::compare
