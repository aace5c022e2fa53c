// Makes names of files independent of the current folder.
#include "nanobragg/config/options/toml_paths.hpp"

#include <algorithm>
#include <functional>
#include <variant>

#include "nanobragg/config/options/background_value.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/option.hpp"

namespace nanobragg::config {
namespace {

namespace fs = std::filesystem;

using Rename = std::function<std::string(const std::string&)>;

std::string absolute_name(const std::string& name) {
  return fs::absolute(name).lexically_normal().string();
}

// A run without another source of amplitudes reads the copy.
bool reads_dump(const Settings& settings) {
  return !settings.hkl_file && !settings.model_file && !settings.wilson;
}

Settings renamed(Settings settings, const Rename& rename) {
  for (const Option& option : option_table()) {
    const auto* const member = std::get_if<Member<std::string>>(&option.binding);
    if (!member || option.group == Group::output || *member == &Settings::dump_file) continue;
    const auto& value = settings.**member;
    if (value && names_file(option, *value)) settings.** member = rename(*value);
  }
  if (settings.backgrounds) {
    for (std::string& text : *settings.backgrounds) {
      const auto file = file_in_background(text);
      if (!file) continue;
      text.replace(file->begin, file->name.size(), rename(file->name));
    }
  }
  if (!settings.dump_file) return settings;
  if (reads_dump(settings) ? fs::exists(*settings.dump_file)
                           : settings.dump_file != default_settings().dump_file) {
    settings.dump_file = rename(*settings.dump_file);
  } else if (settings.dump_file == default_settings().dump_file) {
    settings.dump_file.reset();
  }
  return settings;
}

}  // namespace

Settings with_portable_inputs(const Settings& settings, const fs::path& folder) {
  const fs::path base = fs::absolute(folder).lexically_normal();
  return renamed(settings, [&](const std::string& name) {
    const fs::path path = fs::absolute(name).lexically_normal();
    const fs::path from_base = path.lexically_relative(base);
    const bool outside = from_base.empty() || *from_base.begin() == "..";
    return (outside ? path : from_base).string();
  });
}

Settings with_absolute_names(const Settings& settings) {
  Settings named = renamed(settings, absolute_name);
  for (const FileMember file : output_files()) {
    // Beside -out, files are written where they are named alone.
    if (!named.out_files && named.*file == default_settings().*file) {
      (named.*file).reset();
    } else if (named.*file) {
      named.*file = absolute_name(*(named.*file));
    }
  }
  if (named.out_files)
    std::ranges::transform(*named.out_files, named.out_files->begin(), absolute_name);
  return named;
}

}  // namespace nanobragg::config
