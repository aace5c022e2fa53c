// A folder with the golden inputs, in which the program runs as the cases were measured.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace nanobragg::test {

// The files of a run that are compared.
inline constexpr const char* kCaseOutputs[] = {"float.bin", "int.img", "noise.img", "image.pgm"};

class CaseFolder {
 public:
  CaseFolder();

  // Runs the program with the arguments of a case, the names of its outputs, and `more`; expects
  // success. Returns what it printed.
  std::string run(std::vector<std::string> arguments, const std::vector<std::string>& more);
  // The same, and returns the image of photons.
  std::vector<float> image(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& more);

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace nanobragg::test
