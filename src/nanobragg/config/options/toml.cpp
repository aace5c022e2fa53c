// Reads and writes TOML by the option table.
#include "nanobragg/config/options/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>
#include <variant>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/toml_nesting.hpp"

namespace nanobragg::config {
namespace {

constexpr std::string_view kResolvedTable = "resolved";

struct Position {
  std::size_t line = 0, column = 0;
};

Position position_of(const toml::source_region& region) {
  return {static_cast<std::size_t>(region.begin.line),
          static_cast<std::size_t>(region.begin.column)};
}

std::string cite(const std::string& name, const toml::source_region& region) {
  return fmt::format("{}:{}", name, region.begin.line);
}

// One key of the file.
struct Entry {
  const Option* option;
  std::vector<std::string> elements;
  ValueSource source;
  Position position;
};

std::string name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
  }
  return "something else";
}

// The text by which a flag would spell the node; unset where it is not of that kind.
std::optional<std::string> element_of(const toml::node& node, ValueKind kind) {
  if (kind == ValueKind::text) {
    return node.is_string() ? std::optional(node.as_string()->get()) : std::nullopt;
  }
  if (kind == ValueKind::truth) {
    if (!node.is_boolean()) return std::nullopt;
    return node.as_boolean()->get() ? "true" : "false";
  }
  if (node.is_integer()) return std::to_string(node.as_integer()->get());
  if (node.is_floating_point()) return shortest(node.as_floating_point()->get());
  return std::nullopt;
}

std::vector<std::string> elements_of(const toml::node& node, const ValueForm& form,
                                     const ValueSource& source) {
  const auto wrong = [&](const std::string& found) {
    return UsageError(fmt::format("{} needs {}, found {}", source.name, describe(form), found),
                      source.where);
  };
  if (!form.word.empty() && node.is_string() && node.as_string()->get() == form.word) {
    return {std::string(form.word)};
  }
  if (form.most == 1) {
    const auto element = element_of(node, form.kind);
    if (!element) throw wrong(name_of(node.type()));
    return {*element};
  }
  const toml::array* const list = node.as_array();
  if (!list) throw wrong(name_of(node.type()));
  if (list->size() < form.least || list->size() > form.most) {
    throw wrong(fmt::format("{}", list->size()));
  }
  std::vector<std::string> elements;
  for (const toml::node& item : *list) {
    const auto element = element_of(item, form.kind);
    if (!element) throw wrong(name_of(item.type()) + " among them");
    elements.push_back(*element);
  }
  return elements;
}

const GroupInfo* find_table(std::string_view name) {
  for (const GroupInfo& info : group_table()) {
    if (info.table == name && !name.empty()) return &info;
  }
  return nullptr;
}

const Option* find_key(Group group, std::string_view key) {
  for (const Option& option : option_table()) {
    if (option.group == group && option.key == key && !key.empty()) return &option;
  }
  return nullptr;
}

// The full path of the key whose name, without the table, is nearest; those of `table` come first.
std::string suggest_key(std::string_view table, std::string_view key) {
  std::vector<std::string> keys, paths;
  for (const bool same_table : {true, false}) {
    for (const Option& option : option_table()) {
      const std::string path = path_of(option);
      if (path.empty() || path.starts_with(fmt::format("{}.", table)) != same_table) continue;
      keys.push_back(option.key);
      paths.push_back(path);
    }
  }
  const auto meant = nearest(key, keys);
  if (!meant) return "";
  const auto place = std::find(keys.begin(), keys.end(), *meant) - keys.begin();
  return fmt::format("did you mean '{}'?", paths[static_cast<std::size_t>(place)]);
}

std::string suggest_table(std::string_view name) {
  std::vector<std::string> tables;
  for (const GroupInfo& info : group_table()) {
    if (!info.table.empty()) tables.emplace_back(info.table);
  }
  const auto meant = nearest(name, tables);
  return meant ? fmt::format("did you mean [{}]?", *meant)
               : fmt::format("tables are {}", fmt::join(tables, ", "));
}

// Where relative paths of a file begin: beside it. What comes through a pipe stands nowhere.
std::filesystem::path folder_of(const std::string& name) {
  return name.starts_with("/dev/") || name.starts_with("/proc/")
             ? std::filesystem::path()
             : std::filesystem::path(name).parent_path();
}

// Names of files relative to the current folder.
std::vector<std::string> seen_from_here(const Option& option, std::vector<std::string> elements,
                                        const std::string& name) {
  for (std::string& element : elements) {
    if (!element.empty() && names_file(option, element))
      element = (folder_of(name) / element).string();
  }
  return elements;
}

std::vector<Entry> entries_of_table(const GroupInfo& info, const toml::table& table,
                                    const std::string& name) {
  std::vector<Entry> entries;
  for (const auto& [key, node] : table) {
    const ValueSource source{fmt::format("key '{}.{}'", info.table, key.str()),
                             cite(name, key.source())};
    const Option* const option = find_key(info.group, key.str());
    if (!option) {
      throw UsageError(fmt::format("unknown {} (no such option)", source.name), source.where,
                       suggest_key(info.table, key.str()));
    }
    entries.push_back({option,
                       seen_from_here(*option, elements_of(node, form_of(*option), source), name),
                       source, position_of(key.source())});
  }
  return entries;
}

std::vector<Entry> entries_of_file(const toml::table& root, const std::string& name,
                                   std::span<const std::string_view> of_others) {
  std::vector<Entry> entries;
  for (const auto& [key, node] : root) {
    if (key.str() == kResolvedTable && node.is_table()) continue;
    if (std::ranges::find(of_others, key.str()) != of_others.end()) continue;
    const std::string where = cite(name, key.source());
    const toml::table* const table = node.as_table();
    if (!table) {
      throw UsageError(fmt::format("unknown key '{}' (keys stand in tables)", key.str()), where,
                       suggest_key("", key.str()));
    }
    const GroupInfo* const info = find_table(key.str());
    if (!info) {
      throw UsageError(fmt::format("unknown table [{}] (no such group of options)", key.str()),
                       where, suggest_table(key.str()));
    }
    for (Entry& entry : entries_of_table(*info, *table, name)) entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.position.line, a.position.column) <
           std::tie(b.position.line, b.position.column);
  });
  return entries;
}

toml::table parse_text(std::string_view text, const std::string& name) {
  check_toml_nesting(text, name);
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    throw UsageError(fmt::format("not valid TOML ({})", error.description()),
                     cite(name, error.source()));
  }
}

}  // namespace

Settings parse_toml(std::string_view text, const std::string& name,
                    std::span<const std::string_view> of_others) {
  const toml::table root = parse_text(text, name);
  const std::vector<Entry> entries = entries_of_file(root, name, of_others);
  Settings settings;
  for (const auto& [option, elements, source, position] : entries) {
    settings = with_value(std::move(settings), *option, elements, source);
    settings = with_effect(std::move(settings), *option);
  }
  // Once more without effects: a key wins over what other keys imply for it.
  for (const auto& [option, elements, source, position] : entries) {
    // Nothing implies lists, and a second reading would add to them.
    if (std::holds_alternative<Gathered>(option->binding)) continue;
    settings = with_value(std::move(settings), *option, elements, source);
  }
  return settings;
}

std::string to_toml(const Settings& settings) {
  std::string out;
  for (const GroupInfo& info : group_table()) {
    std::string table;
    for (const Option& option : option_table()) {
      if (option.group != info.group || option.key.empty()) continue;
      const auto value = toml_value(settings, option);
      if (value) table += fmt::format("# {}\n{} = {}\n", option.help, option.key, *value);
    }
    if (table.empty()) continue;
    if (!out.empty()) out += '\n';
    out += fmt::format("[{}]\n{}", info.table, table);
  }
  return out;
}

}  // namespace nanobragg::config
