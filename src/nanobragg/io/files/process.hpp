// Other programs: found, run to their end, and measured.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nanobragg::io {

// Where the program stands that a shell would run by this name: the file itself where the name has
// a slash, else the first of that name in the folders of PATH. Absolute. Throws Error where there
// is none or it may not be executed.
std::filesystem::path find_program(const std::string& name);

// The file of the running program.
std::filesystem::path this_program();

struct ProcessRequest {
  std::filesystem::path program;       // absolute
  std::vector<std::string> arguments;  // without the program's name
  std::filesystem::path folder;        // to run in
  std::filesystem::path stdout_file;   // written anew
  std::filesystem::path stderr_file;
};

struct ProcessResult {
  int exit_code = 0;  // of a program that ended by itself
  int signal = 0;     // that ended it; 0: none
  double wall_ms = 0.0;
  // Most memory in use at once, kB. Never less than what this process itself uses: the kernel
  // counts the moment before the new program is loaded.
  long peak_memory_kb = 0;

  bool succeeded() const { return exit_code == 0 && signal == 0; }
};

// Runs a program without a shell, with nothing to read on standard input, and waits for its end.
// Throws Error where it cannot be started.
ProcessResult run_process(const ProcessRequest& request);

}  // namespace nanobragg::io
