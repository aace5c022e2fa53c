// Fills the folder and runs the program in it.
#include "cli/workspace.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "nanobragg/io/files/process.hpp"

namespace nanobragg::test {

namespace fs = std::filesystem;

Arguments operator+(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Arguments small_run() {
  return {"-cell", "74", "74", "36", "-hkl", "tetragonal.hkl", "-N", "5", "-detpixels", "32"};
}

Workspace::Workspace() {
  for (const auto& file : fs::directory_iterator(fs::path(NANOBRAGG_TEST_DATA) / "golden/inputs")) {
    fs::copy(file, path());
  }
}

ProgramResult Workspace::run_silently(const Arguments& arguments) const {
  ProgramResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  return result;
}

ProgramResult Workspace::run_script(const std::string& script, const Arguments& arguments) const {
  const TemporaryFolder console;
  const auto program = io::this_program().parent_path().parent_path() / "apps/nanobragg/nanobragg";
  const io::ProcessResult ended =
      io::run_process({.program = "/bin/sh",
                       .arguments = Arguments{"-c", script, program.string()} + arguments,
                       .folder = path(),
                       .stdout_file = console.path() / "out",
                       .stderr_file = console.path() / "err"});
  constexpr int kSignalled = 128;  // as a shell counts
  return {ended.signal == 0 ? ended.exit_code : kSignalled + ended.signal,
          read_bytes(console.path() / "out"), read_bytes(console.path() / "err")};
}

std::map<std::string, std::string> Workspace::files() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path())) {
    files[entry.path().string()] = entry.is_regular_file() ? read_bytes(entry.path()) : "";
  }
  return files;
}

void Workspace::expect_unchanged(const std::map<std::string, std::string>& before) const {
  const auto now = files();
  for (const auto& [name, bytes] : now) {
    const auto old = before.find(name);
    EXPECT_TRUE(old != before.end() && old->second == bytes) << name << " was written";
  }
  for (const auto& [name, bytes] : before) EXPECT_TRUE(now.contains(name)) << name << " is gone";
}

void Workspace::write(const std::string& name, const std::string& content) const {
  std::ofstream(path() / name, std::ios::binary) << content;
}

std::size_t count_of(const std::string& part, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace nanobragg::test
