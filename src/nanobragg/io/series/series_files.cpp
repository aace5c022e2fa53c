// Puts numbers into names.
#include "nanobragg/io/series/series_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <cstdint>
#include <string_view>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

struct Digits {
  std::size_t first;
  std::size_t count;
};

// The last run of # in the name; none has no digits.
Digits digits_of(const std::string& name) {
  const std::size_t last = name.find_last_of('#');
  if (last == std::string::npos) return {0, 0};
  const std::size_t before = name.find_last_not_of('#', last);
  const std::size_t first = before == std::string::npos ? 0 : before + 1;
  return {first, last - first + 1};
}

// stem + ending as a name that file systems take: 255 bytes (NAME_MAX of Linux). A number is all
// that tells shortened names apart: FNV-1a of 64 bits, the same everywhere.
std::string short_enough(const std::string& stem, const std::string& ending) {
  if (stem.size() + ending.size() <= NAME_MAX) return stem + ending;
  std::uint64_t digest = 0xcbf29ce484222325U;
  for (const char c : stem) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  const std::string number = fmt::format("~{:016x}", digest);
  const std::size_t kept =
      NAME_MAX - std::min<std::size_t>(NAME_MAX, ending.size() + number.size());
  return stem.substr(0, kept) + number + ending;
}

fs::path with_word(const fs::path& path, const char* word) {
  return path.parent_path() /
         short_enough(path.stem().string(), fmt::format("{}{}", word, path.extension().string()));
}

}  // namespace

std::string numbered_pattern(const std::string& out) {
  const fs::path path(out);
  if (digits_of(path.filename().string()).count > 0) return out;
  return (path.parent_path() / (path.stem().string() + "_#####" + path.extension().string()))
      .string();
}

std::string numbered_name(const std::string& pattern, std::size_t number) {
  const fs::path path(pattern);
  std::string name = path.filename().string();
  const auto [first, count] = digits_of(name);
  const std::string digits = fmt::format("{:0{}}", number, count);
  if (digits.size() > count) {
    throw UsageError(fmt::format("'{}' has no room for the number {}", pattern, number), "",
                     "give it more #");
  }
  return (path.parent_path() / name.replace(first, count, digits)).string();
}

bool has_number(const std::string& name) {
  return digits_of(fs::path(name).filename().string()).count > 0;
}

std::optional<std::size_t> number_of(const std::string& pattern, const std::string& file_name) {
  const std::string name = fs::path(pattern).filename().string();
  const auto [first, count] = digits_of(name);
  const std::string_view before = std::string_view(name).substr(0, first);
  const std::string_view after = std::string_view(name).substr(first + count);
  const std::string_view file = file_name;
  if (file.size() < name.size() || !file.starts_with(before) || !file.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view digits = file.substr(first, file.size() - before.size() - after.size());
  constexpr std::size_t kMostDigits = 18;
  const bool is_number = digits.find_first_not_of("0123456789") == std::string_view::npos &&
                         digits.size() <= kMostDigits &&
                         (digits.size() == count || digits.front() != '0');
  if (!is_number) return std::nullopt;
  return static_cast<std::size_t>(std::stoull(std::string(digits)));
}

fs::path companion(const std::string& out, const std::string& extension) {
  const fs::path path(out);
  std::string stem = path.stem().string();
  const auto [first, count] = digits_of(stem);
  stem.erase(first, count);
  while (!stem.empty() && (stem.back() == '_' || stem.back() == '-' || stem.back() == '.')) {
    stem.pop_back();
  }
  return path.parent_path() / short_enough(stem.empty() ? "series" : stem, extension);
}

fs::path partial_name(const fs::path& out) { return with_word(out, ".partial"); }

fs::path lock_name(const fs::path& out) {
  return out.parent_path() / short_enough(fmt::format(".{}", out.filename().string()), ".lock");
}

fs::path name_while_writing(const fs::path& out) { return with_word(out, ".writing"); }

}  // namespace nanobragg::io
