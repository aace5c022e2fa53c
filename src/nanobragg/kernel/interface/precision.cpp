// Rounds a number to a precision.
#include "nanobragg/kernel/interface/precision.hpp"

namespace nanobragg::kernel {

// Not inline: GCC 12 drops the way through float where it vectorises two such calls side by side.
double rounded_to(Precision precision, double value) {
  return precision == Precision::float32 ? static_cast<double>(static_cast<float>(value)) : value;
}

}  // namespace nanobragg::kernel
