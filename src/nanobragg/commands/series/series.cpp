// Shares out a series, renders this run's part, and puts all parts together.
#include "nanobragg/commands/series/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/destination.hpp"
#include "nanobragg/commands/series/series_truth.hpp"
#include "nanobragg/commands/series/shared_folder.hpp"
#include "nanobragg/commands/series/shots.hpp"
#include "nanobragg/distribute/together.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/full_disk.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "nanobragg/io/series/series_lock.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// Names this run among those that write at the same time; empty where it is alone.
std::string writer_of(const SeriesRun& run, const distribute::Ranks& ranks) {
  const Shard& shard = run.shard;
  std::string name = run.only_gathers ? "gather" : "";
  if (shard.count > 1) name += fmt::format("{}of{}", shard.index + 1, shard.count);
  if (ranks.count() > 1) name += fmt::format("{}rank{}", name.empty() ? "" : "-", ranks.rank());
  return name;
}

class Series {
 public:
  Series(const SeriesRequest& request, const SeriesRun& run)
      : request_(request), run_(run), ranks_(run.ranks ? *run.ranks : alone_), shots_(request) {}

  SeriesReport run();

 private:
  void open();
  std::size_t images_before(std::size_t number) const;
  void render_part(distribute::Handout& pieces);
  void render_piece(std::size_t number);
  void render(std::size_t exposure);
  void add_up();
  void put_together();
  bool is_stopped() const { return run_.stop && run_.stop(); }
  std::size_t pieces_of_shard() const {
    const std::size_t all = to_->pieces();
    const auto& [index, count] = run_.shard;
    return all > index ? (all - index + count - 1) / count : 0;
  }
  std::size_t piece(std::size_t number) const {
    return run_.shard.index + number * run_.shard.count;
  }

  const SeriesRequest& request_;
  const SeriesRun& run_;
  distribute::Alone alone_;
  distribute::Ranks& ranks_;
  Shots shots_;
  std::unique_ptr<Destination> to_;
  SeriesReport report_;
};

void Series::open() {
  const std::vector<io::NamedFile> files = files_written(request_);
  io::check_inputs_survive({.read = request_.read, .written = files});
  for (const io::NamedFile& file : files) io::check_writable(file.path);
  to_ = open_destination(request_, shots_, writer_of(run_, ranks_));
}

// In the first pieces of this shard. All have the same number of exposures but the last.
std::size_t Series::images_before(std::size_t number) const {
  if (number == 0) return 0;
  return (number - 1) * to_->exposures(0).size() + to_->exposures(piece(number - 1)).size();
}

void Series::render(std::size_t exposure) {
  shots_.render(exposure, run_.stop, [&](const Shots::Rendered& rendered) {
    to_->write(exposure, rendered.image);
    const bool counts = request_.run.response.values == io::PixelValues::counts;
    if (!counts || rendered.photons >= image::kFewPhotons) return;
    ++report_.faint;
    report_.fewest_photons = std::min(report_.fewest_photons, rendered.photons);
  });
}

void Series::render_piece(std::size_t number) {
  const auto [first, last] = to_->exposures(piece(number));
  const std::size_t there = to_->begin(piece(number));
  report_.found += there;
  for (std::size_t i = first + there; i < last; ++i) {
    render(i);
    ++report_.computed;
    if (run_.progress) {
      run_.progress(images_before(number) + (i + 1 - first), images_before(pieces_of_shard()),
                    report_.computed * ranks_.count());
    }
    if (i + 1 < last && is_stopped()) throw Stopped{};
  }
  to_->end();
}

void Series::render_part(distribute::Handout& pieces) {
  try {
    while (const auto number = pieces.next()) {
      render_piece(*number);
      if (*number + 1 < pieces_of_shard() && is_stopped()) throw Stopped{};
    }
  } catch (const Stopped&) {
    report_.stopped = true;
    pieces.end();
  } catch (...) {
    pieces.end();
    throw;
  }
}

// What every rank reports becomes that of all.
void Series::add_up() {
  const auto& r = report_;
  const auto all = ranks_.gather(
      fmt::format("{} {} {} {:d} {}", r.found, r.computed, r.faint, r.stopped, r.fewest_photons));
  report_ = {};
  for (const std::string& text : all) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](auto value) {
      at = std::from_chars(at, end, value).ptr + 1;
      return value;
    };
    report_.found += number(std::size_t{});
    report_.computed += number(std::size_t{});
    report_.faint += number(std::size_t{});
    report_.stopped |= number(0) != 0;
    report_.fewest_photons = std::min(report_.fewest_photons, number(0.0));
  }
}

void Series::put_together() {
  // Of several runs that find all exposures there, one does it.
  std::optional<io::SeriesLock> lock;
  try {
    lock.emplace(io::companion(request_.out, "_gather"));
  } catch (const io::LockTaken&) {
    report_.gathered_elsewhere = true;
    return;
  }
  report_.missing = to_->missing();
  if (report_.missing > 0) return;
  to_->finish();
  io::SeriesRecord record{
      .kind = request_.kind, .frames = request_.images, .exposures = {}, .files = {}};
  const std::size_t described = request_.kind == io::SeriesKind::stills ? request_.images : 1;
  for (std::size_t i = 0; i < described; ++i) record.exposures.push_back(shots_.description(i));
  to_->name_files(record);
  report_.files = write_truth(request_, record);
}

SeriesReport Series::run() {
  distribute::together(ranks_, [&] { open(); });
  check_all_see(ranks_, fs::absolute(request_.out).parent_path());
  if (!run_.only_gathers) {
    const std::unique_ptr<distribute::Handout> pieces = ranks_.hand_out(pieces_of_shard());
    distribute::together(ranks_, [&] { io::writing([&] { render_part(*pieces); }); });
  }
  add_up();
  if (report_.stopped) return report_;
  distribute::together(ranks_, [&] {
    if (ranks_.is_first()) io::writing([&] { put_together(); });
  });
  return report_;
}

}  // namespace

SeriesReport run_series(const SeriesRequest& request, const SeriesRun& run) {
  return Series(request, run).run();
}

}  // namespace nanobragg::commands
