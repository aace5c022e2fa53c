// A folder with the golden inputs, in which the program runs as at a user's desk.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/program.hpp"

namespace nanobragg::test {

using Arguments = std::vector<std::string>;

// The first arguments and then the second.
Arguments operator+(Arguments first, const Arguments& second);

// A small crystal before a small detector: everything a run needs, in a few milliseconds.
Arguments small_run();

class Workspace {
 public:
  Workspace();

  ProgramResult run(const Arguments& arguments) const { return run_program(arguments, path()); }
  // The same, and expects success without a word on standard error.
  ProgramResult run_silently(const Arguments& arguments) const;

  // Runs a shell script, whose "$0" is the program and "$@" the arguments.
  ProgramResult run_script(const std::string& script, const Arguments& arguments) const;

  // The bytes of every file, by name.
  std::map<std::string, std::string> files() const;
  // Expects the files to be as they were, and names those that are not.
  void expect_unchanged(const std::map<std::string, std::string>& before) const;
  std::string bytes(const std::string& name) const { return read_bytes(path() / name); }
  bool has(const std::string& name) const { return std::filesystem::exists(path() / name); }
  void write(const std::string& name, const std::string& content) const;
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

// How often `part` occurs in `text`.
std::size_t count_of(const std::string& part, const std::string& text);

}  // namespace nanobragg::test
