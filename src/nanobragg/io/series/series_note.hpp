// The note beside numbered images: what they were made of, and which files are of them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nanobragg::io {

// What the name of the note has behind that of the series.
inline constexpr const char* kSeriesNote = "_series.toml";

// A TOML file: the settings for people, the identity of the series, and a digest of every image, by
// the name of its file, in a line that is added once the image is there. Runs that write images of
// one series at the same time have a note each, "x_series.WRITER.toml", until all are there.
class SeriesNote {
 public:
  // What stands in the files of all writers, or nothing yet. This run adds to that of `writer`; an
  // empty one is the note of the whole series. Throws Error where a note is of another identity.
  SeriesNote(std::filesystem::path path, std::string settings, std::string identity,
             const std::string& writer = "");

  // Writes the file unless it is there.
  void begin();
  void add(const std::string& file, const std::string& digest);
  // The digest of an image; empty where it is not noted.
  std::string digest(const std::string& file) const;

  // Reads what other writers have noted since.
  void refresh();
  // Puts the notes of all writers into that of the series, in the order of names.
  void merge();

 private:
  std::string head() const;
  // The complete lines of a note.
  std::string read(const std::filesystem::path& note);
  std::vector<std::filesystem::path> notes_of_writers() const;

  std::filesystem::path path_;  // of the series
  std::filesystem::path own_;   // to which this run adds
  std::string settings_;
  std::string identity_;
  bool exists_ = false;
  std::map<std::string, std::string> digests_;
};

}  // namespace nanobragg::io
