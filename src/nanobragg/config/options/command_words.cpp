// Finds the spelling of each value.
#include "nanobragg/config/options/command_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/words.hpp"

namespace nanobragg::config {
namespace {

// The elements of a value in TOML as toml_value() writes it: a number, a word, or a list of them.
std::vector<std::string> elements_of(std::string_view toml) {
  std::vector<std::string> elements;
  std::string element;
  bool is_quoted = false;
  const auto end_element = [&] {
    if (!element.empty()) elements.push_back(element);
    element.clear();
  };
  for (std::size_t i = 0; i < toml.size(); ++i) {
    const char c = toml[i];
    if (is_quoted && c == '\\' && i + 1 < toml.size()) {
      element += toml[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (is_quoted || (c != '[' && c != ']' && c != ',' && c != ' ')) {
      element += c;
    } else {
      end_element();
    }
  }
  end_element();
  return elements;
}

// 100.0 as people write it.
std::string number_word(std::string text) {
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

// A spelling that stands for the value, else the first that values follow.
const Spelling* spelling_of(const Option& option, const std::string& value) {
  const Spelling* with_values = nullptr;
  for (const Spelling& spelling : option.spellings) {
    if (spelling.preset == value && !value.empty()) return &spelling;
    const bool takes_values = spelling.preset.empty() && spelling.convert == nullptr;
    if (takes_values && with_values == nullptr) with_values = &spelling;
  }
  return with_values;
}

void add(const Option& option, const std::string& toml, std::vector<std::string>& words) {
  std::vector<std::string> elements = elements_of(toml);
  if (elements.empty()) return;
  const Spelling* const spelling = spelling_of(option, elements.front());
  if (spelling == nullptr) return;
  const ValueForm form = form_of(option);
  const bool is_gathered = std::holds_alternative<Gathered>(option.binding);
  const bool is_number = form.kind == ValueKind::number || form.kind == ValueKind::whole_number;
  if (is_number) std::ranges::transform(elements, elements.begin(), number_word);
  if (!spelling->preset.empty()) {
    words.push_back(spelling->flag);
    return;
  }
  if (std::holds_alternative<NumberAndSeed>(option.binding)) {
    words.insert(words.end(), {spelling->flag, elements.front() + "," + elements.back()});
    return;
  }
  if (is_gathered) {
    for (const std::string& element : elements) {
      words.insert(words.end(), {spelling->flag, element});
    }
    return;
  }
  words.push_back(spelling->flag);
  words.insert(words.end(), elements.begin(), elements.end());
}

}  // namespace

std::vector<std::string> command_words(const Settings& settings) {
  Settings said = settings;
  said.config_file.reset();
  // Of flags that place the detector the last one implies a pivot, to which custom alone listens.
  if (said.convention == Convention::custom && said.implied_pivot) {
    said.pivot = said.implied_pivot;
  }
  std::vector<std::string> words, last;
  for (const Option& option : option_table()) {
    if (option.spellings.empty()) continue;
    const auto value = toml_value(said, option);
    if (!value) continue;
    // Vectors select a convention and distances a pivot: what was meant is said behind them.
    const bool is_implied = std::holds_alternative<Member<Convention>>(option.binding) ||
                            std::holds_alternative<Member<Pivot>>(option.binding);
    add(option, *value, is_implied ? last : words);
  }
  words.insert(words.end(), last.begin(), last.end());
  return words;
}

std::vector<std::string> value_words(const Settings& settings, const Option& option) {
  const auto value = toml_value(settings, option);
  return value ? elements_of(*value) : std::vector<std::string>{};
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    const bool is_plain = !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
      return std::isalnum(c) != 0 ||
             std::string_view("-_./,:=+@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    line += line.empty() ? "" : " ";
    if (is_plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace nanobragg::config
