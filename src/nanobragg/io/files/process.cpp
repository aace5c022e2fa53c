// Starts programs with posix_spawn and reaps them with wait4, which tells what they used.
#include "nanobragg/io/files/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kNewFileMode = 0666;  // less the user's umask

std::string reason(int error_number) { return std::generic_category().message(error_number); }

Error cannot_run(const std::string& name, std::string_view why) {
  return Error(fmt::format("cannot run '{}' ({})", name, why));
}

bool is_executable_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

// The file actions of posix_spawn, freed in every case.
class FileActions {
 public:
  FileActions() { require(posix_spawn_file_actions_init(&actions_)); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void open(int descriptor, const fs::path& path, int flags) {
    require(
        posix_spawn_file_actions_addopen(&actions_, descriptor, path.c_str(), flags, kNewFileMode));
  }
  void change_folder(const fs::path& folder) {
    require(posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()));
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  static void require(int error_number) {
    if (error_number != 0) {
      throw Error(fmt::format("cannot prepare a program's start ({})", reason(error_number)));
    }
  }
  posix_spawn_file_actions_t actions_{};
};

pid_t spawn(const ProcessRequest& request) {
  FileActions actions;
  constexpr int kWriteAnew = O_WRONLY | O_CREAT | O_TRUNC;
  actions.open(STDIN_FILENO, "/dev/null", O_RDONLY);
  // Before the folder changes, so that relative names mean what they mean to the caller.
  actions.open(STDOUT_FILENO, request.stdout_file, kWriteAnew);
  actions.open(STDERR_FILENO, request.stderr_file, kWriteAnew);
  actions.change_folder(request.folder);

  // posix_spawn asks for pointers to char that it does not write through.
  std::vector<std::string> words{request.program.string()};
  words.insert(words.end(), request.arguments.begin(), request.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pid_t child = 0;
  const int failed =
      posix_spawn(&child, request.program.c_str(), actions.get(), nullptr, argv.data(), environ);
  if (failed != 0) throw cannot_run(request.program.string(), reason(failed));
  return child;
}

}  // namespace

fs::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    std::error_code ignored;
    if (!fs::exists(name, ignored)) throw cannot_run(name, reason(ENOENT));
    if (!is_executable_file(name)) throw cannot_run(name, "not an executable file");
    return fs::absolute(name);
  }
  const char* path_variable = std::getenv("PATH");
  std::string_view folders = path_variable == nullptr ? "" : path_variable;
  while (!name.empty() && !folders.empty()) {
    const std::size_t end = folders.find(':');
    const std::string_view folder = folders.substr(0, end);
    folders = end == std::string_view::npos ? "" : folders.substr(end + 1);
    // An empty entry is the current folder.
    const fs::path candidate = fs::absolute(folder.empty() ? "." : fs::path(folder)) / name;
    if (is_executable_file(candidate)) return candidate;
  }
  std::error_code ignored;
  const bool stands_here = !name.empty() && fs::exists(name, ignored);
  throw Error(fmt::format("cannot run '{}' (no such program in the folders of PATH)", name), "",
              stands_here ? "write './" + name + "' for the one in this folder" : "");
}

fs::path this_program() {
  std::error_code failed;
  fs::path path = fs::read_symlink("/proc/self/exe", failed);
  if (failed) throw Error("cannot find the running program's file (" + failed.message() + ")");
  return path;
}

ProcessResult run_process(const ProcessRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = spawn(request);
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) throw cannot_run(request.program.string(), reason(errno));
  }
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;

  ProcessResult result;
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  result.wall_ms = wall.count();
  result.peak_memory_kb = usage.ru_maxrss;  // kB on Linux
  return result;
}

}  // namespace nanobragg::io
