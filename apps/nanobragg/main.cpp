// The program: finds the subcommand and turns errors into messages and exit codes.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"

namespace {

// A first word without a dash is a subcommand; flags alone are the main job.
int dispatch(const std::vector<std::string>& words) {
  using namespace nanobragg::app;
  if (words.empty() || words.front().starts_with('-')) {
    if (words.empty() || words.front() == "--help" || words.front() == "-help" ||
        words.front() == "-h") {
      return print_overview();
    }
    if (words.front() == "--version" || words.front() == "-version") return print_version();
    return simulate(words);
  }
  return run_subcommand(words);
}

}  // namespace

int main(int argc, char** argv) {
  // A file at the limit of its size is an error to report, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return dispatch({argv + 1, argv + argc});
  } catch (const nanobragg::UsageError& error) {
    std::fprintf(stderr, "nanobragg: %s\n", error.what());
    return 2;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "nanobragg: out of memory\n");
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nanobragg: %s\n", error.what());
    return 1;
  }
}
