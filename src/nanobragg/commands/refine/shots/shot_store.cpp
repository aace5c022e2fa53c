// Files and a note.
#include "nanobragg/commands/refine/shots/shot_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "unfinished";
constexpr const char* kNote = "note.txt";
constexpr const char* kBegun = "begun";
constexpr const char* kComplete = "complete";

// The lines of a note.
struct Note {
  std::string state, digest, words;
};

Note parsed_note(const std::string& text) {
  Note note;
  std::string* const parts[] = {&note.state, &note.digest, &note.words};
  std::size_t at = 0;
  for (std::string* part : parts) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    *part = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
  }
  return note;
}

}  // namespace

ShotStore::ShotStore(const fs::path& results, RunIdentity identity)
    : folder_(results / kFolder), identity_(std::move(identity)) {
  if (!fs::exists(folder_ / kNote)) {
    io::check_marked(folder_, kNote);
    return;
  }
  const Note note = parsed_note(io::read_to_go_on(folder_ / kNote));
  const bool is_of_this_run = note.digest == identity_.digest;
  if (note.state == kComplete) {
    is_complete_ = is_of_this_run;
    return;
  }
  if (!is_of_this_run) {
    throw Error(
        "the shots of another run are kept here, which has not ended (other words or other "
        "input files)",
        folder_.string(),
        fmt::format("go on with it ({}), remove this folder, or give another --out", note.words));
  }
  goes_on_ = has_note_ = true;
}

std::string ShotStore::note(const char* state) const {
  return fmt::format("{}\n{}\n{}\n", state, identity_.digest, identity_.words);
}

fs::path ShotStore::file_of(int round, std::size_t number) const {
  return folder_ / fmt::format("round_{}", round) / fmt::format("shot_{:06}", number);
}

std::optional<ShotRecord> ShotStore::find(int round, std::size_t number) const {
  const fs::path file = file_of(round, number);
  std::error_code none;
  if (!fs::exists(file, none)) return std::nullopt;
  return unpacked_record(io::read_to_go_on(file), file.string());
}

ShotRecord ShotStore::get(int round, std::size_t number) const {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds kLongest{10};
  constexpr std::chrono::milliseconds kBetween{50};
  for (const auto start = Clock::now(); Clock::now() - start < kLongest;) {
    if (auto record = find(round, number)) return std::move(*record);
    std::this_thread::sleep_for(kBetween);
  }
  throw Error("a shot that was kept has gone", file_of(round, number).string(),
              "another process must not change what is kept");
}

void ShotStore::put(int round, const ShotRecord& record) {
  // Without the note nobody would know what the shots are of.
  if (!has_note_) {
    io::make_folder(folder_);
    io::write_file_atomically(folder_ / kNote, note(kBegun));
    has_note_ = true;
  }
  const fs::path file = file_of(round, record.row.number);
  io::make_folder(file.parent_path());
  io::write_file_atomically(file, packed(record));
}

void ShotStore::remove() const {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void ShotStore::complete() const {
  remove();
  io::make_folder(folder_);
  io::write_file_atomically(folder_ / kNote, note(kComplete));
}

}  // namespace nanobragg::commands
