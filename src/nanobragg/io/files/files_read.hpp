// The files that a run has read: what a run must not overwrite, files that a file names
// included.
#pragma once

#include <filesystem>

namespace nanobragg::io {

// One run of a command, which reads and then writes; as long as it exists, files that are read are
// remembered. Without it, as in a library that is called again and again, none are.
class RunScope {
 public:
  RunScope();
  ~RunScope();
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;
};

// Remembers a regular file by its device and number; others are not remembered. Any thread may call
// these.
void note_read(const std::filesystem::path& file);
void note_read(int descriptor);

// Whether this is such a file, by whichever name or link. It says nothing about a file that took
// the place of one that was read.
bool was_read(const std::filesystem::path& file);

}  // namespace nanobragg::io
