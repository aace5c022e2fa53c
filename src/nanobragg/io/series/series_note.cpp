// Reads and extends notes line by line.
#include "nanobragg/io/series/series_note.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".toml";
constexpr std::string_view kIdentity = "identity = \"";
constexpr std::string_view kImages = "[images]\n";

struct Line {
  std::string file;
  std::string digest;
};

// A literal string of TOML as key.
std::string line_of(const Line& line) {
  return fmt::format("'{}' = \"{}\"\n", line.file, line.digest);
}

// Nothing for what is not such a line.
std::optional<Line> parse_line(std::string_view text) {
  constexpr std::string_view kEquals = "' = \"";
  const std::size_t equals = text.rfind(kEquals);
  if (!text.starts_with('\'') || !text.ends_with('"') || equals == std::string_view::npos ||
      equals == 0) {
    return std::nullopt;
  }
  const std::string_view digest = text.substr(equals + kEquals.size());
  return Line{std::string(text.substr(1, equals - 1)),
              std::string(digest.substr(0, digest.size() - 1))};
}

// What stands between the quotes behind the last such key.
std::string_view identity_in(std::string_view text) {
  const std::size_t at = text.rfind(kIdentity);
  if (at == std::string_view::npos) return {};
  const std::string_view value = text.substr(at + kIdentity.size());
  return value.substr(0, value.find('"'));
}

}  // namespace

SeriesNote::SeriesNote(fs::path path, std::string settings, std::string identity,
                       const std::string& writer)
    : path_(std::move(path)),
      own_(writer.empty() ? path_
                          : path_.parent_path() /
                                fmt::format("{}.{}{}", path_.stem().string(), writer, kEnding)),
      settings_(std::move(settings)),
      identity_(std::move(identity)) {
  refresh();
  exists_ = fs::exists(own_);
  if (!exists_) return;
  // Only whole lines count; what follows begins a new one.
  const std::string whole = read(own_);
  if (whole.size() < read_to_go_on(own_).size()) write_file_atomically(own_, whole);
}

std::string SeriesNote::read(const fs::path& note) {
  std::string content = read_to_go_on(note);
  const std::size_t images = content.rfind(kImages);
  const std::string_view head = std::string_view(content).substr(0, images);
  if (images == std::string::npos || identity_in(head) != identity_) {
    throw Error(
        "the series is there already, of other settings or inputs (this run cannot continue it)",
        note.string(), "remove it and its images, or give another name");
  }
  content.resize(content.rfind('\n') + 1);
  std::string_view lines = std::string_view(content).substr(images + kImages.size());
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (auto line = parse_line(lines.substr(0, end))) digests_[line->file] = line->digest;
    lines.remove_prefix(end + 1);
  }
  return content;
}

std::vector<fs::path> SeriesNote::notes_of_writers() const {
  std::vector<fs::path> notes;
  const std::string start = path_.stem().string() + ".";
  const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(start) || !name.ends_with(kEnding)) continue;
    if (name != path_.filename()) notes.push_back(entry.path());
  }
  return notes;
}

void SeriesNote::refresh() {
  if (fs::exists(path_)) read(path_);
  for (const fs::path& note : notes_of_writers()) read(note);
}

void SeriesNote::merge() {
  refresh();
  const std::vector<fs::path> notes = notes_of_writers();
  if (notes.empty()) return;
  std::string text = head();
  for (const auto& [file, digest] : digests_) text += line_of({file, digest});
  write_file_atomically(path_, text);
  for (const fs::path& note : notes) fs::remove(note);
  exists_ = own_ == path_;
}

std::string SeriesNote::head() const {
  return fmt::format("{}\n[series]\n{}{}\"\n\n{}", settings_, kIdentity, identity_, kImages);
}

void SeriesNote::begin() {
  if (exists_) return;
  write_file_atomically(own_, head());
  exists_ = true;
}

void SeriesNote::add(const std::string& file_name, const std::string& digest) {
  begin();
  const std::string line = line_of({file_name, digest});
  std::FILE* const file = std::fopen(own_.c_str(), "ab");
  const bool written = file && std::fwrite(line.data(), 1, line.size(), file) == line.size();
  const bool closed = file && std::fclose(file) == 0;
  if (!written || !closed) {
    throw Error(fmt::format("cannot write '{}' ({})", own_.string(),
                            std::generic_category().message(errno)));
  }
  digests_[file_name] = digest;
}

std::string SeriesNote::digest(const std::string& file) const {
  const auto found = digests_.find(file);
  return found == digests_.end() ? "" : found->second;
}

}  // namespace nanobragg::io
