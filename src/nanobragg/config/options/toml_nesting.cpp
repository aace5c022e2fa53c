// Looks at dots of keys and at brackets outside of texts and comments (TOML 1.0).
#include "nanobragg/config/options/toml_nesting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "nanobragg/base/error.hpp"

namespace nanobragg::config {
namespace {

// Where a text or a comment that begins at `at` ends: behind its last character.
std::size_t skipped(std::string_view text, std::size_t at) {
  const char first = text[at];
  if (first == '#') return std::min(text.find('\n', at), text.size());
  const std::string_view quote = text.substr(at, 1);
  const std::string_view three = text.substr(at, 3);
  const bool is_long = three.size() == 3 && three[1] == first && three[2] == first;
  const std::string_view end = is_long ? three : quote;
  for (std::size_t i = at + end.size(); i < text.size(); ++i) {
    if (first == '"' && text[i] == '\\') {
      ++i;
    } else if (text.substr(i).starts_with(end)) {
      return i + end.size();
    } else if (!is_long && text[i] == '\n') {
      return i;
    }
  }
  return text.size();
}

}  // namespace

void check_toml_nesting(std::string_view text, const std::string& name) {
  constexpr int kDeepest = 64;
  int dots = 0;
  int brackets = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '#' || c == '"' || c == '\'') {
      i = skipped(text, i);
      continue;
    }
    if (c == '.') ++dots;
    if (c == '\n' || c == '=' || c == ',' || c == '[' || c == '{') dots = 0;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') brackets = std::max(0, brackets - 1);
    if (dots >= kDeepest || brackets > kDeepest) {
      const std::string_view before = text.substr(0, i);
      throw UsageError(fmt::format("TOML that is nested more than {} times", kDeepest),
                       fmt::format("{}:{}", name, 1 + std::ranges::count(before, '\n')));
    }
    ++i;
  }
}

}  // namespace nanobragg::config
