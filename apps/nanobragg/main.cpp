// The program: finds the subcommand and turns errors into messages and exit codes.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "commands.hpp"
#include "nanobragg/base/run_again.hpp"
#include "nanobragg/io/files/files_read.hpp"
#include "nanobragg/io/files/partial_file.hpp"
#include "standard_streams.hpp"

namespace {

// A first word without a dash is a subcommand; flags alone are the main job.
int dispatch(const std::vector<std::string>& words) {
  using namespace nanobragg::app;
  if (words.empty()) return print_short_usage();
  if (words.front().starts_with('-')) {
    if (words.front() == "--help" || words.front() == "-help" || words.front() == "-h") {
      return print_overview();
    }
    if (words.front() == "--version" || words.front() == "-version") return print_version();
    return simulate(words);
  }
  return run_subcommand(words);
}

int run(const std::vector<std::string>& words) {
  const nanobragg::io::RunScope scope;
  try {
    return dispatch(words);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "nanobragg: out of memory\n");
    return nanobragg::kFailed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nanobragg: %s\n", error.what());
    return nanobragg::exit_code_of(error);
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A file at the limit of its size is an error to report, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  nanobragg::io::remove_partial_files_on_signals();
  nanobragg::app::keep_places_of_streams();
  const int exit_code = run({argv + 1, argv + argc});
  const bool arrived = nanobragg::app::flush_output();
  return exit_code == 0 && !arrived ? nanobragg::kFailed : exit_code;
}
