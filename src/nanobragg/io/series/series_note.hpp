// The note beside numbered images: what they were made of, and which files are of them.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace nanobragg::io {

// What the name of the note has behind that of the series.
inline constexpr const char* kSeriesNote = "_series.toml";

// A TOML file: the settings for people, the identity of the series, and a digest of every image, by
// the name of its file, in a line that is added once the image is there.
class SeriesNote {
 public:
  // What stands in the file, or nothing yet. Throws Error where it is of another identity.
  SeriesNote(std::filesystem::path path, std::string settings, std::string identity);

  // Writes the file unless it is there.
  void begin();
  void add(const std::string& file, const std::string& digest);
  // The digest of an image; empty where it is not noted.
  std::string digest(const std::string& file) const;

 private:
  void read();

  std::filesystem::path path_;
  std::string settings_;
  std::string identity_;
  bool exists_ = false;
  std::map<std::string, std::string> digests_;
};

}  // namespace nanobragg::io
