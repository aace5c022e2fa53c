// Lays the tables out for the terminal and for Markdown.
#include "nanobragg/config/options/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kFlagColumn = 2;
constexpr std::size_t kHelpColumn = 34;

// Columns that UTF-8 text takes: bytes that do not continue a character. All our letters are
// narrow.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned>(c) & 0xC0U) != 0x80U;
  }));
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Lines of at most `width` columns, broken at spaces; a longer word stands alone.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  for (const std::string& word : words_of(text)) {
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (width_of(line) + 1 + width_of(word) <= width) {
      line.append(" ").append(word);
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

// "-Xbeam mm", "-lambda, -wave Å": spellings that take the same value share its name.
std::vector<std::string> usages(const Option& option) {
  std::vector<std::string> out;
  std::string names, values;
  const auto flush = [&] {
    if (names.empty()) return;
    out.push_back(values.empty() ? names : names + " " + values);
    names.clear();
  };
  for (const Spelling& spelling : option.spellings) {
    const std::string& own = value_names_of(option, spelling);
    if (own != values) flush();
    if (!names.empty()) names += ", ";
    names += spelling.flag;
    values = own;
  }
  flush();
  return out;
}

// The default as the user would write it: the value, or the flag that stands for it.
std::optional<std::string> default_of(const Option& option, const Settings& defaults) {
  if (option.key.empty()) return std::nullopt;
  auto value = toml_value(defaults, option);
  if (value && value->starts_with('"')) value = value->substr(1, value->size() - 2);
  if (option.spellings.empty() || option.spellings.front().preset.empty()) return value;
  for (const Spelling& spelling : option.spellings) {
    if (spelling.preset == value) return spelling.flag;
  }
  return std::nullopt;
}

std::string sentence(const Option& option, const Settings& defaults) {
  const auto value = default_of(option, defaults);
  return value ? fmt::format("{} [{}]", option.help, *value) : option.help;
}

// The flag at the left, its meaning at the right.
std::string in_columns(const std::string& name, const std::string& meaning) {
  std::vector<std::string> left = wrap(name, kHelpColumn - kFlagColumn - 2);
  std::vector<std::string> right = wrap(meaning, kColumns - kHelpColumn);
  const std::size_t lines = std::max(left.size(), right.size());
  left.resize(lines);
  right.resize(lines);
  std::string out;
  for (std::size_t i = 0; i < lines; ++i) {
    std::string line = std::string(kFlagColumn, ' ') + left[i];
    if (!right[i].empty()) {
      const std::size_t width = width_of(line);
      line.append(std::max(kHelpColumn, width + 2) - width, ' ').append(right[i]);
    }
    out += line + '\n';
  }
  return out;
}

std::string help_of(const Option& option, const Settings& defaults) {
  return in_columns(fmt::format("{}", fmt::join(usages(option), ", ")), sentence(option, defaults));
}

// A bar would end the cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) {
  return text.empty() ? "" : fmt::format("`{}`", cell(text));
}

std::string row_of(const Option& option, const Settings& defaults) {
  std::vector<std::string> flags;
  for (const std::string& usage : usages(option)) flags.push_back(code(usage));
  return fmt::format("| {} | {} | {} | {} |\n", fmt::join(flags, "<br>"), cell(option.help),
                     code(default_of(option, defaults).value_or("")), code(path_of(option)));
}

std::string_view describe(compat::Fate fate) {
  switch (fate) {
    case compat::Fate::repaired:
      return "repaired";
    case compat::Fate::kept:
      return "kept in both";
    case compat::Fate::never_present:
      return "in neither";
  }
  return "";
}

std::string quirk_help() {
  std::string out =
      "Quirks of nanoBragg.c (-compat MODE,+NAME reproduces one, -compat MODE,-NAME repairs it)\n";
  for (const compat::QuirkInfo& quirk : compat::quirk_table()) {
    if (quirk.fate == compat::Fate::never_present) continue;
    out += in_columns(std::string(quirk.name), fmt::format("nanoBragg.c {}", quirk.reference_does));
  }
  return out;
}

}  // namespace

std::string help_text() {
  const Settings defaults = default_settings();
  std::string out;
  for (const GroupInfo& group : group_table()) {
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", group.title);
    for (const Option& option : option_table()) {
      if (option.group == group.group && !option.spellings.empty()) {
        out += help_of(option, defaults);
      }
    }
  }
  return out + '\n' + quirk_help();
}

std::string markdown_flag_table() {
  const Settings defaults = default_settings();
  std::string out;
  for (const GroupInfo& group : group_table()) {
    out += fmt::format("{}### {}\n\n", out.empty() ? "" : "\n", group.title);
    out += "| flags | meaning | default | TOML key |\n| --- | --- | --- | --- |\n";
    for (const Option& option : option_table()) {
      if (option.group == group.group) out += row_of(option, defaults);
    }
  }
  return out;
}

std::string markdown_quirk_table() {
  std::string out =
      "| name | nanoBragg.c | `-compat physical` | |\n"
      "| --- | --- | --- | --- |\n";
  for (const compat::QuirkInfo& quirk : compat::quirk_table()) {
    out += fmt::format("| {} | {} | {} | {} |\n", code(quirk.name), cell(quirk.reference_does),
                       cell(quirk.physical_does), describe(quirk.fate));
  }
  return out;
}

}  // namespace nanobragg::config
