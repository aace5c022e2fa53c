// The folder of evidence that a trace leaves, attempt after attempt.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nanobragg::batch {

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
  // Makes the folder, or goes on with what an earlier attempt left there: its notes stay, its trace
  // is removed.
  explicit TraceEvidence(std::filesystem::path folder);

  std::size_t attempt() const { return attempt_; }
  void write(const std::string& name, const std::string& text);
  // Adds to notes.md and attempt_history.md; the last thing to do.
  void finish(const AttemptNote& note);

 private:
  std::filesystem::path folder_;
  std::size_t attempt_;
  std::vector<std::string> written_;
};

// Words as a shell would have to be given them.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace nanobragg::batch
