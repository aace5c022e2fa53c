// Runs the built program in a folder of its own, as a user would.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nanobragg::test {

struct ProgramResult {
  int exit_code = -1;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// A new empty folder that goes away with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Runs the program with these arguments in `folder` and waits for it.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::filesystem::path& folder);

std::string read_bytes(const std::filesystem::path& file);

// A file of 4-byte floats.
std::vector<float> read_floats(const std::filesystem::path& file);

}  // namespace nanobragg::test
