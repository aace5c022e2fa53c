// Reads and extends notes line by line.
#include "nanobragg/io/series/series_note.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {
namespace {

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

SeriesNote::SeriesNote(std::filesystem::path path, std::string settings, std::string identity)
    : path_(std::move(path)), settings_(std::move(settings)), identity_(std::move(identity)) {
  exists_ = std::filesystem::exists(path_);
  if (exists_) read();
}

void SeriesNote::read() {
  const std::string content = read_file(path_);
  const std::size_t images = content.rfind(kImages);
  const std::string_view head = std::string_view(content).substr(0, images);
  if (images == std::string::npos || identity_in(head) != identity_) {
    throw Error(
        "the series is there already, of other settings or inputs (this run cannot continue it)",
        path_.string(), "remove it and its images, or give another name");
  }
  std::string_view lines = std::string_view(content).substr(images + kImages.size());
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    // Only whole lines count; what follows begins a new one.
    if (end == std::string_view::npos) break;
    if (auto line = parse_line(lines.substr(0, end))) digests_[line->file] = line->digest;
    lines.remove_prefix(end + 1);
  }
  if (lines.empty()) return;
  write_file_atomically(path_, std::string_view(content).substr(0, content.size() - lines.size()));
}

void SeriesNote::begin() {
  if (exists_) return;
  write_file_atomically(
      path_, fmt::format("{}\n[series]\n{}{}\"\n\n{}", settings_, kIdentity, identity_, kImages));
  exists_ = true;
}

void SeriesNote::add(const std::string& file_name, const std::string& digest) {
  begin();
  const std::string line = line_of({file_name, digest});
  std::FILE* const file = std::fopen(path_.c_str(), "ab");
  const bool written = file && std::fwrite(line.data(), 1, line.size(), file) == line.size();
  const bool closed = file && std::fclose(file) == 0;
  if (!written || !closed) throw Error("cannot be written to", path_.string());
  digests_[file_name] = digest;
}

std::string SeriesNote::digest(const std::string& file) const {
  const auto found = digests_.find(file);
  return found == digests_.end() ? "" : found->second;
}

}  // namespace nanobragg::io
