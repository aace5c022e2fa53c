// Hands shots out, and adds up what they say.
#include "nanobragg/commands/refine/shots/shot_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "nanobragg/base/packed.hpp"
#include "nanobragg/base/run_again.hpp"
#include "nanobragg/commands/refine/shots/shot_messages.hpp"
#include "nanobragg/commands/refine/shots/shot_recipe.hpp"
#include "nanobragg/distribute/together.hpp"
#include "nanobragg/io/files/full_disk.hpp"
#include "nanobragg/io/files/terminal_progress.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// The shot that was begun is dropped.
struct ShotStopped {};

// What a shot has said of a reflection; without information where it has said nothing.
refine::FactorObservation own_factor(const ShotRecord& record, const MillerIndex& index) {
  const auto at =
      std::ranges::lower_bound(record.factors, index, {}, &refine::FactorObservation::index);
  if (at != record.factors.end() && at->index == index) return *at;
  return {index, record.row.number, 0.0, 0.0};
}

std::string packed_merge(const std::optional<refine::Merge>& merge) {
  Packer to;
  to.add(merge.has_value());
  if (merge) {
    to.add(merge->spread());
    to.add(merge->factors());
  }
  return to.take();
}

std::optional<refine::Merge> unpacked_merge(const std::string& bytes) {
  Unpacker from(bytes, "");
  if (!from.take<bool>()) return std::nullopt;
  const auto spread = from.take<double>();
  return refine::Merge(from.take<std::vector<refine::MergedFactor>>(), spread);
}

}  // namespace

// What all shots together have said in the round before.
struct ShotRounds::Common {
  const std::optional<refine::Merge>& merge;
  std::span<const refine::SharedValue> shared;
};

ShotRounds::ShotRounds(const ShotsRequest& request, const ShotsShare& share,
                       const RefineConsole& console, const ShotSource& source, ShotStore& store)
    : request_(request),
      share_(share),
      console_(console),
      source_(source),
      store_(store),
      ranks_(share.ranks ? *share.ranks : alone_) {}

// Of more shots, each is a line.
bool ShotRounds::says_all() const {
  constexpr std::size_t kFew = 10;
  return source_.chosen().size() <= kFew;
}

RoundsResult ShotRounds::run() {
  RoundsResult out;
  std::vector<refine::SharedValue> shared;
  const bool merges = source_.amplitudes().sigma > 0.0;
  for (int rounds = 1; out.last < rounds;) {
    const int round = out.last + 1;
    if (round > 1) {
      std::string text = fmt::format("round {} of {}", round, rounds);
      if (out.merge) {
        text += fmt::format(
            ": amplitudes of {} reflections, which shots say within {:.0f} % of their intensity",
            out.merge->factors().size(), 100.0 * out.merge->spread());
      }
      console_.output(text + "\n");
    }
    pass(round, {out.merge, shared});
    out.last = round;
    out.refined = count_.refined;
    if (merges) out.merge = merged();
    if (out.refined < 2) break;
    if (round == 1) {
      shared = refine::combined(estimates_, source_.chosen().size(), ranks_);
      console_.output(shared_lines(shared));
      const int usual = merges ? 3 : (shared.empty() ? 1 : 2);
      rounds = request_.effort.rounds > 0 ? request_.effort.rounds : usual;
    }
  }
  return out;
}

// One round over all shots.
void ShotRounds::pass(int round, const Common& common) {
  estimates_.clear();
  factors_.clear();
  count_ = {};
  {
    const auto pieces = ranks_.hand_out(source_.chosen().size());
    distribute::together(ranks_, [&] { io::writing([&] { take_part(round, common, *pieces); }); });
  }
  struct Said {
    Count count;
    bool stopped;
  };
  Packer mine;
  mine.add(Said{count_, stopped_});
  count_ = {};
  stopped_ = false;
  for (const std::string& bytes : ranks_.gather(mine.take())) {
    const auto said = Unpacker(bytes, "").take<Said>();
    count_.found += said.count.found;
    count_.computed += said.count.computed;
    count_.missing += said.count.missing;
    count_.refined += said.count.refined;
    stopped_ = stopped_ || said.stopped;
  }
  const std::string there =
      fmt::format("{} of {} shots of round {} are done", count_.found + count_.computed,
                  source_.chosen().size(), round);
  if (stopped_) {
    throw RunAgain("stopped: " + there, request_.folder, "the same command goes on from there");
  }
  if (count_.missing > 0) {
    throw RunAgain(there + ", the others are those of other shards", request_.folder,
                   "run the same command again once they are there");
  }
}

void ShotRounds::take_part(int round, const Common& common, distribute::Handout& pieces) {
  const auto began = std::chrono::steady_clock::now();
  std::optional<std::size_t> first_place;  // that this rank computed
  try {
    while (const auto place = pieces.next()) {
      const std::size_t number = source_.chosen()[*place];
      if (const auto known = store_.find(round, number)) {
        ++count_.found;
        note(*place, *known);
        continue;
      }
      if (!share_.shard.has(*place)) {
        ++count_.missing;
        continue;
      }
      if (console_.interrupted()) throw ShotStopped{};
      if (!first_place) first_place = *place;
      const ShotRecord done = record(round, number, common);
      store_.put(round, done);
      ++count_.computed;
      note(*place, done);
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
      // Of all ranks: places are handed out in their order.
      const double rate = static_cast<double>(*place + 1 - *first_place) / spent.count();
      const std::size_t left = source_.chosen().size() - *place - 1;
      console_.output(fmt::format("{}  ({} of {}, {:.3g} shots/s, {} left)\n",
                                  says_all() ? "" : summary_line(done.row), *place + 1,
                                  source_.chosen().size(), rate,
                                  io::duration_text(static_cast<double>(left) / rate)));
    }
  } catch (const ShotStopped&) {
    stopped_ = true;
    pieces.end();
  } catch (...) {
    pieces.end();
    throw;
  }
}

ShotRecord ShotRounds::record(int round, std::size_t number, const Common& common) const {
  return round == 1 ? first(number) : again(store_.get(round - 1, number), common);
}

// A shot that fails is a row with its reason.
ShotRecord ShotRounds::first(std::size_t number) const {
  RefinedShot out{.number = number};
  out.identifier = source_.experiments().at(number).identifier;
  try {
    out.image = fs::absolute(source_.image_of(number)).lexically_normal().string();
    out.shot.emplace(source_.shot(number));
    if (says_all()) console_.output(boxes_line(*out.shot));
    refine(out, shot_request(request_, *out.shot), out.shot->start.experiment);
    judge_places(out);
    if (says_all()) console_.output(result_lines(out));
    return record_of(out);
  } catch (const Error& error) {
    // Words that the first shot refuses are wrong; where a later one refuses them, it is the
    // shot.
    const bool is_of_words = dynamic_cast<const UsageError*>(&error) != nullptr;
    const bool is_first = number == source_.chosen().front();
    if (source_.chosen().size() == 1 || (is_of_words && is_first)) throw;
    out.failure = error.what();
    out.result.reset();
    console_.warn(fmt::format("shot {}: {}", number, out.failure));
  }
  return record_of(out);
}

// From where it is, with the amplitudes of the other shots; what is shared stays.
ShotRecord ShotRounds::again(const ShotRecord& before, const Common& common) const {
  const ShotRow& row = before.row;
  if (!row.is_refined()) return before;
  RefinedShot out{.number = row.number, .image = row.image, .identifier = before.identifier};
  try {
    if (says_all()) console_.output(fmt::format("shot {}\n", row.number));
    out.shot.emplace(source_.shot(row.number));
    for (refine::BoxesOfReflection& reflection : out.shot->data.reflections) {
      if (!common.merge) break;
      reflection.prior =
          common.merge->prior_without(own_factor(before, reflection.index), reflection.prior);
    }
    const Experiment& start = out.shot->start.experiment;
    const refine::ShotResult was = result_of(before, start);
    refine::ShotRequest what = shot_request(request_, *out.shot);
    refine::go_on_from(was, start, what);
    refine::leave_out(common.shared, what);
    refine(out, std::move(what), refine::with_shared(was, common.shared));
    out.result->before = was.before;
    refine::add_shared(common.shared, was, *out.result);
    judge_places(out);
    if (says_all()) console_.output(result_lines(out));
    return record_of(out);
  } catch (const Error& error) {
    // What the round before found stays.
    console_.warn(fmt::format("shot {}: {}", row.number, error.what()));
    return before;
  }
}

void ShotRounds::refine(RefinedShot& shot, refine::ShotRequest what, const Experiment& from) const {
  bool stops = false;
  const auto is_asked_to_stop = [&] { return stops = stops || console_.interrupted(); };
  what.interrupted = is_asked_to_stop;
  shot.result =
      refine::refine_shot(shot.shot->data, from, what, [&](const refine::StageReport& stage) {
        if (says_all()) console_.output(stage_line(stage));
        return is_asked_to_stop() ? refine::Flow::stop : refine::Flow::go_on;
      });
  if (stops) throw ShotStopped{};
}

void ShotRounds::note(std::size_t place, const ShotRecord& record) {
  refine::PlacedEstimate estimate{place, {}};
  if (record.row.is_refined()) {
    ++count_.refined;
    factors_.insert(factors_.end(), record.factors.begin(), record.factors.end());
    const refine::ShotResult result = result_of(record, *record.experiment);
    estimate.estimate = refine::estimate_of(result, shared_names(request_, result));
  }
  estimates_.push_back(std::move(estimate));
}

// Rank 0 merges what all have said.
std::optional<refine::Merge> ShotRounds::merged() const {
  Packer mine;
  mine.add(factors_);
  std::vector<std::string> said = ranks_.gather_to_first(mine.take());
  std::optional<refine::Merge> merge;
  if (ranks_.is_first()) {
    std::vector<refine::FactorObservation> all;
    for (std::string& bytes : said) {
      const auto part = Unpacker(bytes, "").take<std::vector<refine::FactorObservation>>();
      all.insert(all.end(), part.begin(), part.end());
      bytes = {};
    }
    const refine::GroupedFactors grouped(std::move(all));
    if (!grouped.empty()) merge.emplace(grouped, refine::estimated_spread(grouped));
  }
  return unpacked_merge(ranks_.broadcast(packed_merge(merge)));
}

}  // namespace nanobragg::commands
