// Whole inputs, whatever they are packed in: gzip, bzip2 or xz, with or without a byte-order mark.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace nanobragg::io {

// "gzip", by the first bytes of a file; nothing for bytes that no known program has compressed.
std::string_view compression_of(std::string_view bytes);

// `bytes` decompressed where they begin as gzip, bzip2 or xz does, as they are elsewhere. `name`
// stands for them in messages. Throws Error for data that are damaged, cut short, would not fit in
// memory, or are of another compression (zstd, compress, zip …).
std::string decompressed(std::string bytes, const std::string& name);

// What a file holds: decompressed, and without the byte-order mark of UTF-8 that some editors put
// before a text. Throws Error as above, for text in UTF-16, and where the file cannot be read.
std::string read_input(const std::filesystem::path& path);

// Up to `count` bytes of what a file begins with, decompressed. Nothing of a pipe, which would lose
// what is looked at, and of a file that cannot be read.
std::string beginning_of(const std::filesystem::path& path, std::size_t count);

// "x.cbf" for "x.cbf.gz": the name without the end that a program of compression adds.
std::filesystem::path uncompressed_name(const std::filesystem::path& path);

// Throws Error where a file is compressed that a library reads in its place; `format` is its word.
void check_not_compressed(const std::filesystem::path& path, std::string_view format);

}  // namespace nanobragg::io
