// The rule that keeps a run's inputs: nothing that is read is written, and nothing is written
// twice.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

// A file, and the option that names it or that it follows from: "-hkl", "--out".
struct NamedFile {
  std::string option;
  std::filesystem::path path;
};

struct RunFiles {
  std::vector<NamedFile> read;
  std::vector<NamedFile> written;
  std::vector<NamedFile> replaced_folders = {};  // all that stands in them goes
};

// The run would destroy what it reads.
class OverwriteError : public UsageError {
 public:
  using UsageError::UsageError;
};

// To be called when everything was read and nothing is written yet. Files are told apart by device
// and number where they exist, by where they lead to where they do not; what this run has read
// (RunScope) is kept, even where `read` does not name it. Devices and pipes take what everyone
// writes. Throws OverwriteError.
void check_inputs_survive(const RunFiles& files);

}  // namespace nanobragg::io
