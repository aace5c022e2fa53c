// Writes the files of an attempt and adds to the notes.
#include "nanobragg/commands/trace/trace_evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNotes = "notes.md";
constexpr const char* kHistory = "attempt_history.md";
constexpr const char* kFailure = "attempt_failed.log";
constexpr const char* kHistoryHead =
    "# Attempts\n\n"
    "| attempt | time | pixel (slow, fast) | config | outcome | artifacts |\n"
    "| --- | --- | --- | --- | --- | --- |\n";

std::string text_of(const fs::path& file) {
  return fs::exists(file) ? io::read_to_go_on(file) : "";
}

// Characters that mean nothing to a shell.
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/%@";

// Attempts are the rows that begin with a number.
std::size_t attempts_in(const std::string& history) {
  std::size_t rows = 0;
  for (std::size_t at = history.find("\n| "); at != std::string::npos;
       at = history.find("\n| ", at + 1)) {
    const char first = history[std::min(at + 3, history.size() - 1)];
    if (first >= '0' && first <= '9') ++rows;
  }
  return rows;
}

// Text that stays inside its cell of a Markdown table.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

TraceEvidence::TraceEvidence(fs::path folder) : folder_(std::move(folder)) {
  io::make_folder(folder_);
  attempt_ = attempts_in(text_of(folder_ / kHistory)) + 1;
}

std::vector<io::NamedFile> TraceEvidence::files() const {
  std::vector<io::NamedFile> files;
  for (const char* name : {"trace.log", "trace.json", "config_snapshot.json", "env.json",
                           "stdout.txt", "stderr.txt", kFailure, kNotes, kHistory}) {
    files.push_back({"--out", folder_ / name});
  }
  return files;
}

void TraceEvidence::succeed(const AttemptNote& note) {
  std::vector<std::string> written;
  for (const auto& [name, text] : kept_) {
    io::write_file_atomically(folder_ / name, text);
    written.push_back(name);
  }
  io::remove_files(folder_, {kFailure});
  add_to_notes(note, written);
}

void TraceEvidence::fail(const AttemptNote& note, const std::string& text) {
  io::write_file_atomically(folder_ / kFailure, text_of(folder_ / kFailure) + text);
  add_to_notes(note, {kFailure});
}

void TraceEvidence::add_to_notes(const AttemptNote& note, const std::vector<std::string>& written) {
  const std::string notes = text_of(folder_ / kNotes);
  io::write_file_atomically(
      folder_ / kNotes,
      fmt::format("{}## {} attempt {}\n\n    {}\n\nIn {}; {:.3f} s. Outcome: {}.\n\n",
                  notes.empty() ? "# Notes\n\n" : notes, note.time, attempt_, note.command_line,
                  fs::current_path().string(), note.seconds, note.outcome));
  const std::string history = text_of(folder_ / kHistory);
  io::write_file_atomically(
      folder_ / kHistory,
      fmt::format("{}| {} | {} | {} | {} | {} | {} |\n", history.empty() ? kHistoryHead : history,
                  attempt_, note.time, cell(note.pixels), cell(note.config), cell(note.outcome),
                  fmt::join(written, ", ")));
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    const bool plain = !word.empty() && word.find_first_not_of(kPlain) == std::string::npos;
    if (plain) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

}  // namespace nanobragg::commands
