// The folder of evidence that a trace leaves, attempt after attempt.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/io/files/run_files.hpp"

namespace nanobragg::commands {

// What is noted about one attempt.
struct AttemptNote {
  std::string time;          // ISO 8601, when it began
  std::string command_line;  // as a shell would take it
  std::string pixels;
  std::string config;
  std::string outcome;
  double seconds = 0.0;
};

class TraceEvidence {
 public:
  // Makes the folder, or continues what an earlier attempt left there.
  explicit TraceEvidence(std::filesystem::path folder);

  // Every file that an attempt may write.
  std::vector<io::NamedFile> files() const;
  std::size_t attempt() const { return attempt_; }
  // Kept until succeed(), so that an attempt that fails costs nothing of an earlier one.
  void keep(const std::string& name, const std::string& text) { kept_.emplace_back(name, text); }
  // Writes what was kept in place of what an earlier attempt left, and adds to notes.md and
  // attempt_history.md; the last thing to do.
  void succeed(const AttemptNote& note);
  // Adds `text` to attempt_failed.log, and to the notes; the last thing to do.
  void fail(const AttemptNote& note, const std::string& text);

 private:
  void add_to_notes(const AttemptNote& note, const std::vector<std::string>& written);

  std::filesystem::path folder_;
  std::size_t attempt_;
  std::vector<std::pair<std::string, std::string>> kept_;  // name and text
};

// Words as a shell would have to be given them.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace nanobragg::commands
