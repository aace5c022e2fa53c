// The pixel in which two programs differ most: the commands that trace and audit it, and the audit.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/commands/compare/compare_programs.hpp"

namespace nanobragg::commands {

struct PixelAudit {
  PixelIndex pixel;
  const ProgramPair& programs;
  // Of both programs, as they are given in the folders reference/files and candidate/files.
  std::vector<std::string> flags;
  // The same as this program takes them in any folder.
  std::vector<std::string> experiment;
};

// Lines for a shell that trace the pixel with both programs and audit the traces. `folder` is that
// of the evidence. Programs of the name nanobragg trace by their subcommand, others by
// -trace_pixel.
std::vector<std::string> pixel_commands(const PixelAudit& audit,
                                        const std::filesystem::path& folder);

// Does what these lines do, leaves the traces, audit.md and audit.json in `folder`, and returns the
// report; where a program prints no trace, why there is none. Throws Error where a file cannot be
// written.
std::string audit_pixel(const PixelAudit& audit, const std::filesystem::path& folder);

}  // namespace nanobragg::commands
