// Recognises the flags that name files by the member of Settings that their row sets.
#include "nanobragg/commands/compare/program_flags.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>
#include <variant>

#include "nanobragg/config/options/file_settings.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;
using config::FileMember;
using config::Settings;

// The member that a flag's file name goes to; nothing for other flags.
std::optional<FileMember> file_member(const std::string& flag) {
  const config::FoundFlag found = config::find_flag(flag);
  if (found.option == nullptr) return std::nullopt;
  const auto* member = std::get_if<FileMember>(&found.option->binding);
  return member == nullptr ? std::nullopt : std::optional(*member);
}

std::string absolute(const std::string& name, const fs::path& folder) {
  return fs::absolute(folder / name).lexically_normal().string();
}

// A program caches amplitudes where it reads them from -hkl, and reads the cache where it does not.
bool reads_dump(const std::vector<std::string>& flags) {
  return std::none_of(flags.begin(), flags.end(), [](const std::string& flag) {
    return file_member(flag) == FileMember(&Settings::hkl_file);
  });
}

}  // namespace

std::vector<std::string> portable_flags(const std::vector<std::string>& flags,
                                        const fs::path& folder) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const auto member = file_member(flags[i]);
    const bool has_value = member && i + 1 < flags.size();
    if (has_value && config::is_output(*member)) {
      ++i;
      continue;
    }
    result.push_back(flags[i]);
    if (!has_value) continue;
    const bool is_dump = *member == FileMember(&Settings::dump_file);
    const std::string& name = flags[i + 1];
    if (config::is_input(*member) || (is_dump && reads_dump(flags))) {
      result.push_back(absolute(name, folder));
      ++i;
    } else if (is_dump) {
      result.push_back(fs::path(name).filename().string());
      ++i;
    }
  }
  return result;
}

std::vector<io::NamedFile> files_named_in(const std::vector<std::string>& flags) {
  std::vector<io::NamedFile> files;
  for (std::size_t i = 0; i + 1 < flags.size(); ++i) {
    const auto member = file_member(flags[i]);
    const bool is_dump = member && *member == FileMember(&Settings::dump_file);
    if (!member || !(config::is_input(*member) || (is_dump && reads_dump(flags)))) continue;
    files.push_back({flags[i], flags[i + 1]});
    ++i;
  }
  return files;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Settings portable_settings(Settings settings, const fs::path& folder) {
  for (const FileMember member : config::input_files()) {
    std::optional<std::string>& name = settings.*member;
    if (name) name = absolute(*name, folder);
  }
  for (const FileMember member : config::output_files()) (settings.*member).reset();
  return settings;
}

}  // namespace nanobragg::commands
