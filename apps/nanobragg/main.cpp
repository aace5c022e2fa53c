// The program: finds the subcommand and turns errors into messages and exit codes.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "commands.hpp"
#include "joined_ranks.hpp"
#include "nanobragg/base/run_again.hpp"
#include "nanobragg/io/files/files_read.hpp"
#include "nanobragg/io/files/partial_file.hpp"
#include "standard_streams.hpp"
#include "subcommands.hpp"

namespace {

using nanobragg::distribute::Launch;

// A first word without a dash is a subcommand; flags alone are the main job.
int dispatch(const std::vector<std::string>& words, const Launch& launch) {
  using namespace nanobragg::app;
  if (words.empty()) return print_short_usage();
  const std::string& first = words.front();
  if (first == "--help" || first == "-help" || first == "-h") return print_overview();
  if (first == "--version" || first == "-version") return print_version();
  const Subcommand& command = find_subcommand(first.starts_with('-') ? "simulate" : first);
  if (launch.processes > 1 && command.processes == Processes::one) {
    throw nanobragg::UsageError(std::string(command.name) + " runs as one process (" +
                                    launch.launcher + " started " +
                                    std::to_string(launch.processes) + ")",
                                "",
                                "start it without " + launch.launcher +
                                    "; sweep, stills and refine --experiment share their work");
  }
  return command.run({words.begin() + (first.starts_with('-') ? 0 : 1), words.end()});
}

// What `step` returns, or the exit code of the error that it throws, which is printed.
template <class Step>
int exit_code_of_step(const Step& step) {
  try {
    return step();
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "nanobragg: out of memory\n");
    return nanobragg::kFailed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nanobragg: %s\n", error.what());
    return nanobragg::exit_code_of(error);
  }
}

int run(const std::vector<std::string>& words) {
  const nanobragg::io::RunScope scope;
  const Launch launch = nanobragg::distribute::launch_of_environment();
  nanobragg::app::silence_other_ranks(launch);
  return exit_code_of_step([&] {
    nanobragg::app::JoinedRanks joined(launch);
    // Within the ranks: once one of them ends with an error, launchers end the others, and nobody
    // would see what rank 0 says.
    return exit_code_of_step([&] {
      joined.check_words(words);
      return dispatch(words, launch);
    });
  });
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
