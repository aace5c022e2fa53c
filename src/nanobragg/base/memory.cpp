// Asks the system how much memory there is.
#include "nanobragg/base/memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "nanobragg/base/error.hpp"

namespace nanobragg {

void check_fits_in_memory(double bytes, std::string_view what, std::string_view hint) {
  const double memory =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  // The rest is for the system and for what else the program keeps.
  constexpr double kUsable = 0.8;
  // So written, it is true for NaN too.
  if (!(bytes <= kUsable * memory)) {
    throw Error(fmt::format("{} needs {:.3g} GB of memory (this machine has {:.3g} GB)", what,
                            bytes / 1e9, memory / 1e9),
                "", std::string(hint));
  }
}

}  // namespace nanobragg
