// Asks the system how much memory there is.
#include "nanobragg/base/memory.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
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

void prefer_large_pages(void* memory, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t kPage = std::size_t{1} << 21;
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
  const std::uintptr_t last = (begin + bytes) / kPage * kPage;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

}  // namespace nanobragg
