// The floating-point arithmetic that the C++ standard describes.
#pragma once

#include <cfenv>

namespace nanobragg {

// While the object exists, its thread rounds to nearest and keeps numbers below 2e-308, which a
// library may have turned off (start-up code of -ffast-math, torch.set_flush_denormal): a result
// must not depend on who ran before.
class StandardArithmetic {
 public:
  StandardArithmetic() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~StandardArithmetic() { std::fesetenv(&before_); }
  StandardArithmetic(const StandardArithmetic&) = delete;
  StandardArithmetic& operator=(const StandardArithmetic&) = delete;

 private:
  std::fenv_t before_{};
};

}  // namespace nanobragg
