// Passes errors round.
#include "nanobragg/distribute/together.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <vector>

#include "nanobragg/base/run_again.hpp"

namespace nanobragg::distribute {
namespace {

// How a step ended on a rank, as one text: the exit code, the machine, and the parts of the error.
constexpr char kBetween = '\x1f';  // "unit separator": stands in no message

std::string host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "an unknown machine";
}

std::string ending(int exit_code, const Error& error) {
  return fmt::format("{1}{0}{2}{0}{3}{0}{4}{0}{5}", kBetween, exit_code, host(), error.problem(),
                     error.where(), error.hint());
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == kBetween) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// Machines aside.
bool is_same(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a[0] == b[0] && std::equal(a.begin() + 2, a.end(), b.begin() + 2, b.end());
}

// Throws the error of the first rank that has one.
void throw_first(const std::vector<std::string>& endings) {
  std::vector<std::vector<std::string>> all;
  for (const std::string& text : endings) all.push_back(parts_of(text));
  const auto failed = std::ranges::find_if(all, [](const auto& parts) { return parts[0] != "0"; });
  if (failed == all.end()) return;
  const std::vector<std::string>& error = *failed;
  std::string problem = error[2];
  if (!std::ranges::all_of(all, [&](const auto& other) { return is_same(other, error); })) {
    problem += fmt::format(" (on rank {}, {})", failed - all.begin(), error[1]);
  }
  throw_as(std::stoi(error[0]), Error(problem, error[3], error[4]));
}

}  // namespace

void together(Ranks& ranks, const std::function<void()>& step) {
  if (ranks.count() == 1) return step();
  std::string end = ending(0, Error(""));
  try {
    step();
  } catch (const Error& error) {
    end = ending(exit_code_of(error), error);
  } catch (const std::bad_alloc&) {
    end = ending(kFailed, Error("out of memory"));
  } catch (const std::exception& error) {
    end = ending(kFailed, Error(error.what()));
  }
  throw_first(ranks.gather(end));
}

void check_same(Ranks& ranks, const std::string& mine, const std::string& what) {
  const std::vector<std::string> all = ranks.gather(mine);
  const auto other = std::ranges::find_if(all, [&](const std::string& x) { return x != all[0]; });
  if (other == all.end()) return;
  throw UsageError(
      fmt::format("the ranks have different {} (rank {} is the first that differs from "
                  "rank 0)",
                  what, other - all.begin()),
      "", "start all ranks with the same words, in the same folder");
}

}  // namespace nanobragg::distribute
