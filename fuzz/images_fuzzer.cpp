// TIFF and PNG images: no bytes may crash a reader or make it take more memory than there is.
#include <cstddef>
#include <cstdint>

#include "attempt.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/tiff_images.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  const fuzz::FileOfBytes file(data, size, ".bytes");
  fuzz::attempt([&] { io::open_tiff_images(file.path())->read(0); });
  fuzz::attempt([&] { io::read_png(file.path()); });
  return 0;
}
