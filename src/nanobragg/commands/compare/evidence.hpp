// The folder of evidence that a comparison leaves.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "nanobragg/commands/compare/compare_options.hpp"
#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/compare/report.hpp"
#include "nanobragg/io/files/run_files.hpp"

namespace nanobragg::commands {

// The arguments of a program, in its folder.
inline constexpr const char* kCommandFile = "command.txt";

// Where a comparison gathers its evidence until it has ended: what an earlier one left stays so
// long, and stays altogether where nothing could be compared.
class EvidenceFolder {
 public:
  // Makes the folder `out` and one in it. Throws OverwriteError where a file in `read` would be
  // overwritten by evidence, Error where `out` is in use or cannot be made.
  EvidenceFolder(std::filesystem::path out, const std::vector<io::NamedFile>& read);
  // What was not moved goes, as does `out` where this made it.
  ~EvidenceFolder();
  EvidenceFolder(const EvidenceFolder&) = delete;
  EvidenceFolder& operator=(const EvidenceFolder&) = delete;

  const std::filesystem::path& path() const { return place_; }
  // Moves the evidence to `out`, in place of what is there. Where there was nothing to compare, and
  // more than another failure is there, it goes to a folder failed-1, failed-2 … of it. Returns the
  // folder.
  std::filesystem::path move(const compare::Report& report);

 private:
  const std::filesystem::path out_;
  const bool is_new_;
  const std::filesystem::path place_;
};

// Writes summary.json and report.html and, where there are images, reference.png, candidate.png,
// difference.png and, if asked for, difference.bin (candidate − reference of the region).
void write_evidence(const compare::Report& report, const std::optional<compare::ImagePair>& pair,
                    const CompareOptions& options);

}  // namespace nanobragg::commands
