// Changes to a file that an earlier run left, which may be damaged.
#pragma once

#include <filesystem>
#include <functional>

namespace nanobragg::io::hdf5 {

// Writes in a separate process, and waits for its end. Throws what `write` throws, and Error,
// naming the file, where HDF5 crashes.
void write_isolated(const std::filesystem::path& path, const std::function<void()>& write);

}  // namespace nanobragg::io::hdf5
