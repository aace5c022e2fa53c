// Looks for what rank 0 has written.
#include "nanobragg/commands/series/shared_folder.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>

#include "nanobragg/base/error.hpp"
#include "nanobragg/distribute/together.hpp"
#include "nanobragg/io/files/partial_file.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// Network file systems show a new file with a delay (NFS keeps a folder's list for up to 60 s where
// nobody asks, 3 s at least where somebody does).
bool appears(const fs::path& file) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds kLongest{10};
  constexpr std::chrono::milliseconds kBetween{50};
  std::error_code ignored;
  for (const auto start = Clock::now(); Clock::now() - start < kLongest;) {
    if (fs::exists(file, ignored)) return true;
    std::this_thread::sleep_for(kBetween);
  }
  return false;
}

}  // namespace

void check_all_see(distribute::Ranks& ranks, const fs::path& folder) {
  if (ranks.count() == 1) return;
  std::optional<io::PartialFile> file;
  distribute::together(ranks, [&] {
    if (!ranks.is_first()) return;
    try {
      file.emplace(folder);
    } catch (const std::system_error& error) {
      throw Error(fmt::format("cannot write into '{}' ({})", folder.string(), error.what()));
    }
  });
  const std::string name = ranks.broadcast(file ? file->path().string() : "");
  distribute::together(ranks, [&] {
    if (appears(folder / fs::path(name).filename())) return;
    throw Error(
        "the output folder is not the same on all ranks (a file that rank 0 wrote is not "
        "there)",
        folder.string(), "give a folder that all machines share");
  });
}

}  // namespace nanobragg::commands
