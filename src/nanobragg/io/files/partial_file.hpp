// Files under names of their own while they are written: none stays behind, whatever ends the
// program.
#pragma once

#include <atomic>
#include <filesystem>

namespace nanobragg::io {

// A new, empty file named ".nanobragg-….part". It is removed when this ends, unless it was given
// another name before. Removed with it, once for each folder, are such files of programs that were
// killed.
class PartialFile {
 public:
  // Throws std::system_error where no file can be made in the folder.
  explicit PartialFile(const std::filesystem::path& folder);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Open for writing, until this ends.
  int descriptor() const { return descriptor_; }
  // Gives the file its name; throws std::system_error where it cannot have it.
  void rename_to(const std::filesystem::path& target);

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::atomic<char*>* listed_;  // where a signal handler finds the name
  bool has_its_name_ = false;
};

// From now on the signals that end a program (Ctrl-C, a terminal that closes, kill, a pipe without
// reader) remove this process's partial files first. A signal that is ignored stays ignored.
void remove_partial_files_on_signals();

// The same for one signal. May be called in a signal handler.
void remove_partial_files_on_signal(int signal);

}  // namespace nanobragg::io
