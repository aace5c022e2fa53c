// What fits into this machine's memory.
#pragma once

#include <string_view>

namespace nanobragg {

// Throws Error where `bytes` (a double, because an absurd number would overflow an integer) do not
// fit: "WHAT needs 8e+09 GB of memory (this machine has 24 GB): HINT".
void check_fits_in_memory(double bytes, std::string_view what, std::string_view hint);

}  // namespace nanobragg
