// Reads parts and times.
#include "shared_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "duration.hpp"
#include "nanobragg/base/error.hpp"
#include "stop.hpp"

namespace nanobragg::app {
namespace {

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void describe_shared_work(Options& app, SharedWork& work, const std::string& what) {
  app.add_option("--shard", work.shard, what).type_name("I/N");
  app.add_option("--stop-after", work.stop_after,
                 "stop in good order after this time (50min, 90s, 1h30min) with exit code 75; the "
                 "same command goes on")
      .type_name("TIME");
}

commands::Shard parse_shard(const std::string& text) {
  if (text.empty()) return {};
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = whole_number(std::string_view(text).substr(0, slash));
  const auto count = whole_number(std::string_view(text).substr(std::min(slash + 1, text.size())));
  constexpr std::size_t kMost = 1'000'000;
  if (!index || !count || *count == 0 || *count > kMost) {
    throw UsageError(fmt::format("--shard needs I/N, found '{}'", text), "",
                     "as --shard 2/8, the second of eight");
  }
  if (*index == 0 || *index > *count) {
    throw UsageError(
        fmt::format("--shard {} (shards are 1/{} to {}/{})", text, *count, *count, *count), "",
        "number the jobs of an array from 1 (Slurm: --array=1-N)");
  }
  return {*index - 1, *count};
}

StopRule::StopRule(const std::string& stop_after) : words_(stop_after) {
  if (words_.empty()) return;
  end_ = Clock::now() +
         std::chrono::duration_cast<Clock::duration>(parse_duration(words_, "--stop-after"));
}

bool StopRule::operator()() const { return stop_asked() || is_over(); }

std::string StopRule::reason() const {
  return stop_asked() || !is_over() ? "by a signal" : "--stop-after " + words_;
}

}  // namespace nanobragg::app
