// Starts the program with posix_spawn, so that no shell interprets the arguments.
#include "support/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace nanobragg::test {

namespace fs = std::filesystem;

std::string read_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<float> read_floats(const fs::path& file) {
  const std::string bytes = read_bytes(file);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

namespace {

using WhileRunning = std::function<void(pid_t child, const fs::path& output)>;

ProgramResult run(const std::vector<std::string>& arguments, const fs::path& folder,
                  const WhileRunning& act) {
  // Console output goes beside the folder's own files, under names no test uses.
  const TemporaryFolder console;
  const std::string out = (console.path() / "out").string();
  const std::string err = (console.path() / "err").string();

  std::string program = NANOBRAGG_PROGRAM;
  std::vector<char*> argv{program.data()};
  std::vector<std::string> copies = arguments;
  for (std::string& copy : copies) argv.push_back(copy.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + program);

  act(child, out);
  int status = 0;
  waitpid(child, &status, 0);
  ProgramResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.output = read_bytes(out);
  result.errors = read_bytes(err);
  return result;
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments, const fs::path& folder) {
  return run(arguments, folder, [](pid_t, const fs::path&) {});
}

ProgramResult interrupt_program(const std::vector<std::string>& arguments, const fs::path& folder,
                                const std::string& after, int signal) {
  return run(arguments, folder, [&](pid_t child, const fs::path& output) {
    // A program that has ended is still there to be signalled until it is waited for.
    siginfo_t ended{};
    while (read_bytes(output).find(after) == std::string::npos && ended.si_pid == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT);
    }
    kill(child, signal);
  });
}

}  // namespace nanobragg::test
