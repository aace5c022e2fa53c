// Files that may be compressed by gzip.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nanobragg::io {

// `bytes` decompressed where they begin as gzip does, as they are elsewhere. `name` stands for them
// in messages. Throws Error for data that are damaged, cut short, or would not fit in memory.
std::string decompressed(std::string bytes, const std::string& name);

// Whether bytes begin as compressed ones do that are read here.
bool is_compressed(std::string_view start);

// A whole file, decompressed.
std::string read_maybe_compressed(const std::filesystem::path& path);

}  // namespace nanobragg::io
