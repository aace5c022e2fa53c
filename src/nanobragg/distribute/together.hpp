// Steps that all ranks take, and that fail for all where they fail for one.
#pragma once

#include <functional>
#include <string>

#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::distribute {

// Runs `step` on every rank. Where it throws on some, all throw the error of the lowest of them,
// which is named unless the error is that of all.
void together(Ranks& ranks, const std::function<void()>& step);

// Throws UsageError on all ranks where `mine`, which is `what` for people, is not that of rank 0 on
// some.
void check_same(Ranks& ranks, const std::string& mine, const std::string& what);

}  // namespace nanobragg::distribute
