// The files that this process has read: what a run must not overwrite, files that a file names
// included.
#pragma once

#include <filesystem>

namespace nanobragg::io {

// Remembers a regular file by its device and number; others are not remembered. Any thread may call
// these.
void note_read(const std::filesystem::path& file);
void note_read(int descriptor);

// Whether this is such a file, by whichever name or link. It says nothing about a file that took
// the place of one that was read.
bool was_read(const std::filesystem::path& file);

}  // namespace nanobragg::io
