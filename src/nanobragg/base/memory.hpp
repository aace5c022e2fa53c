// What fits into this machine's memory.
#pragma once

#include <cstddef>
#include <string_view>

namespace nanobragg {

// Throws Error where `bytes` (a double, because an absurd number would overflow an integer) do not
// fit: "WHAT needs 8e+09 GB of memory (this machine has 24 GB): HINT".
void check_fits_in_memory(double bytes, std::string_view what, std::string_view hint);

// Advises the system, where it takes advice, that so many bytes of memory will all be used: it may
// give them in large pages, which come much faster. For memory that has not been touched.
void prefer_large_pages(void* memory, std::size_t bytes);

}  // namespace nanobragg
