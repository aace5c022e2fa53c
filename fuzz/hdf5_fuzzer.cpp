// Files of HDF5: the library may crash on their bytes, the program may not.
#include <cstddef>
#include <cstdint>

#include "attempt.hpp"
#include "nanobragg/io/nxmx/geometry.hpp"
#include "nanobragg/io/nxmx/images.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  const fuzz::FileOfBytes file(data, size, ".nxs");
  fuzz::attempt([&] { io::read_nxmx_geometry(file.path(), 0, io::ExternalFiles::beside); });
  fuzz::attempt([&] { io::open_nxmx_images(file.path())->read(0); });
  return 0;
}
