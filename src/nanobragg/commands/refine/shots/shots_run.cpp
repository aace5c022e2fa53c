// The order of a refinement of shots.
#include "nanobragg/commands/refine/shots/shots_run.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <system_error>

#include "nanobragg/base/error.hpp"
#include "nanobragg/build_info.hpp"
#include "nanobragg/commands/refine/results_folder.hpp"
#include "nanobragg/commands/refine/shots/shot_results.hpp"
#include "nanobragg/commands/series/shared_folder.hpp"
#include "nanobragg/commands/trace/trace_evidence.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/distribute/together.hpp"
#include "nanobragg/io/files/digest.hpp"
#include "nanobragg/io/files/full_disk.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/series/series_lock.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// What is read stays.
void check_files(const ShotsRequest& request, const ShotSource& source) {
  io::RunFiles files{.read = source.lists(), .written = {}};
  for (io::NamedFile& image : source.images()) files.read.push_back(std::move(image));
  for (const std::string& name : result_files(source.chosen())) {
    files.written.push_back({"--out", fs::path(request.folder) / name});
  }
  io::check_inputs_survive(files);
}

// Words that decide about shots. Those that say how long and where a run works do not, nor how many
// rounds it makes: each is the same whether another follows or not.
void add_words(const std::vector<std::string>& words, io::Digest& to) {
  const std::set<std::string> others{"--out", "--stop-after", "--shard", "--rounds"};
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (others.contains(words[i])) {
      ++i;
    } else if (!others.contains(words[i].substr(0, words[i].find('=')))) {
      to.add(std::string_view(words[i]));
    }
  }
}

// Images by their size and time: to read all of them twice would take as long as to refine them.
void add_image(const fs::path& image, io::Digest& to) {
  std::error_code none;
  to.add(std::string_view(image.filename().string()));
  to.add(std::uint64_t{fs::file_size(image, none)});
  to.add(static_cast<std::uint64_t>(fs::last_write_time(image, none).time_since_epoch().count()));
}

RunIdentity identity_of(const ShotSource& source, const std::vector<std::string>& command_line) {
  io::Digest digest;
  digest.add(std::string_view(build_info::kVersion));
  digest.add(std::string_view(build_info::kGitCommit));
  add_words(command_line, digest);
  config::Settings settings = source.settings();
  settings.threads.reset();
  digest.add(std::string_view(config::to_toml(settings)));
  for (const config::FileMember file : config::input_files()) {
    if (settings.*file) digest.add(std::string_view(io::digest_of_file(*(settings.*file))));
  }
  for (const io::NamedFile& file : source.lists()) {
    digest.add(std::string_view(io::digest_of_file(file.path)));
  }
  for (const io::NamedFile& image : source.images()) add_image(image.path, digest);
  return {digest.text(), shell_words(command_line)};
}

// One run writes into a folder, or shards of one run.
class OneWriter {
 public:
  OneWriter(const fs::path& folder, const Shard& shard) {
    const std::string name = shard.count > 1
                                 ? fmt::format("refinement-{}of{}", shard.index + 1, shard.count)
                                 : "refinement";
    try {
      lock_.emplace(folder / name);
    } catch (const io::LockTaken& taken) {
      throw Error(taken.problem(), folder.string(), "wait for it, or give another --out");
    }
  }

 private:
  std::optional<io::SeriesLock> lock_;
};

}  // namespace

ShotsOutcome run_shots(const ShotsRequest& request, const ShotsShare& share,
                       const std::vector<std::string>& command_line, const RefineConsole& console) {
  distribute::Alone alone;
  distribute::Ranks& ranks = share.ranks ? *share.ranks : alone;
  std::optional<ResultsFolder> folder;
  std::optional<ShotSource> source;
  std::optional<OneWriter> writer;
  std::optional<ShotStore> store;
  RunIdentity identity;
  distribute::together(ranks, [&] {
    source.emplace(request, console.warn);
    if (ranks.is_first()) folder.emplace(request.folder, result_files({}));
    check_files(request, *source);
    identity = identity_of(*source, command_line);
  });
  distribute::check_same(ranks, identity.digest, "input files");
  check_all_see(ranks, request.folder);
  distribute::together(ranks, [&] {
    if (ranks.is_first()) writer.emplace(request.folder, share.shard);
    store.emplace(request.folder, identity);
  });
  const bool is_part = share.shard.count > 1;
  if (is_part && store->is_complete()) {
    console.output(fmt::format("{}: all shards are done\n", request.folder));
    return {source->chosen().size(), 0};
  }
  if (store->goes_on()) {
    console.output(fmt::format("{}: goes on with what is there\n", request.folder));
  }
  RoundsResult rounds;
  try {
    rounds = ShotRounds(request, share, console, *source, *store).run();
  } catch (const UsageError&) {
    // Words that are refused are no run that is to go on.
    if (ranks.is_first() && !store->goes_on()) store->remove();
    throw;
  }
  const std::size_t refined = rounds.refined;
  distribute::together(ranks, [&] {
    if (!ranks.is_first()) return;
    std::optional<OneWriter> last;
    if (is_part) last.emplace(request.folder, Shard{});
    io::writing([&] {
      console.output(
          write_results(request.folder, {&*source, &*store, std::move(rounds)}, command_line));
    });
    is_part ? store->complete() : store->remove();
  });
  return {refined, source->chosen().size() - refined};
}

}  // namespace nanobragg::commands
