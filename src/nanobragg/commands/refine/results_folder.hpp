// The folder that a refinement writes into.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nanobragg::commands {

// Made before the work begins: an hour later would be late to learn that it cannot be. It goes
// again where it is new and nothing came into it.
class ResultsFolder {
 public:
  // Throws Error where the folder cannot be made, or one of these files could not be written.
  ResultsFolder(std::filesystem::path folder, const std::vector<std::string>& files);
  ResultsFolder(const ResultsFolder&) = delete;
  ResultsFolder& operator=(const ResultsFolder&) = delete;
  ~ResultsFolder();

 private:
  const std::filesystem::path folder_;
  std::vector<std::filesystem::path> new_;  // with those that it stands in, the innermost first
};

}  // namespace nanobragg::commands
