// Puts the groups of options together and finds rows by flag.
#include <algorithm>
#include <array>
#include <iterator>

#include "nanobragg/config/option.hpp"
#include "nanobragg/config/option_rows.hpp"

namespace nanobragg::config {
namespace {

constexpr auto kGroups = std::to_array<GroupInfo>({
    {Group::crystal, "crystal", "Crystal"},
    {Group::beam, "beam", "Beam"},
    {Group::spindle, "spindle", "Spindle"},
    {Group::detector, "detector", "Detector"},
    {Group::sampling, "sampling", "Sampling"},
    {Group::output, "output", "Output"},
    {Group::running, "running", "Running"},
    {Group::ignored, "", "Ignored, as nanoBragg.c does"},
});

std::vector<Option> make_table() {
  std::vector<Option> table;
  const auto append = [&](Group group, std::vector<Option> rows) {
    for (Option& row : rows) {
      row.group = group;
      table.push_back(std::move(row));
    }
  };
  append(Group::crystal, rows::crystal());
  append(Group::beam, rows::beam());
  append(Group::spindle, rows::spindle());
  append(Group::detector, rows::detector());
  append(Group::sampling, rows::sampling());
  append(Group::output, rows::output());
  append(Group::running, rows::running());
  append(Group::ignored, rows::ignored());
  return table;
}

}  // namespace

std::span<const GroupInfo> group_table() { return kGroups; }

std::span<const Option> option_table() {
  static const std::vector<Option> kTable = make_table();
  return kTable;
}

std::string path_of(const Option& option) {
  if (option.key.empty()) return {};
  return std::string(kGroups[static_cast<std::size_t>(option.group)].table) + "." + option.key;
}

FoundFlag find_flag(std::string_view flag) {
  for (const Option& option : option_table()) {
    for (const Spelling& spelling : option.spellings) {
      if (spelling.flag == flag) return {&option, &spelling};
    }
  }
  return {};
}

const std::string& value_names_of(const Option& option, const Spelling& spelling) {
  return spelling.value_names.empty() ? option.value_names : spelling.value_names;
}

}  // namespace nanobragg::config
