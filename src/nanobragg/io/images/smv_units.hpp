// What stands behind the numbers of an SMV header.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::io {

struct SmvQuantity {
  std::string_view key;
  double number = 0.0;
  std::string_view behind;  // not empty
};

// The number in the unit that its key is in: mm for lengths, Å for wavelengths, degrees for angles.
// Throws Error for what is not such a unit; any text may follow the numbers of other keys.
double smv_value(const SmvQuantity& quantity, const std::string& name);

}  // namespace nanobragg::io
