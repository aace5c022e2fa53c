// Runs the built program in a folder of its own, as a user would.
#pragma once

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace nanobragg::test {

struct ProgramResult {
  int exit_code = -1;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs the program with these arguments in `folder` and waits for it.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::filesystem::path& folder);

// The same, with an interrupt from the keyboard (SIGINT) as soon as it has printed `after`.
ProgramResult interrupt_program(const std::vector<std::string>& arguments,
                                const std::filesystem::path& folder, const std::string& after,
                                int signal = SIGINT);

std::string read_bytes(const std::filesystem::path& file);

// A file of 4-byte floats.
std::vector<float> read_floats(const std::filesystem::path& file);

}  // namespace nanobragg::test
