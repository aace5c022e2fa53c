// Puts the groups of options together and finds rows by flag.
#include <array>
#include <utility>

#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config {
namespace {

constexpr auto kGroups = std::to_array<GroupInfo>({
    {Group::crystal, "crystal", "Crystal"},
    {Group::beam, "beam", "Beam"},
    {Group::spindle, "spindle", "Spindle"},
    {Group::detector, "detector", "Detector"},
    {Group::background, "background", "Background: amorphous matter in the beam"},
    {Group::sampling, "sampling", "Sampling"},
    {Group::output, "output", "Output"},
    {Group::read_out, "read_out", "Read-out of the detector"},
    {Group::running, "running", "Running"},
    {Group::ignored, "", "Ignored, as nanoBragg.c does"},
});

struct Part {
  Group group;
  std::vector<Option> (*rows)();
};

constexpr auto kParts = std::to_array<Part>({
    {Group::crystal, rows::lattice},         {Group::crystal, rows::amplitudes},
    {Group::crystal, rows::crystal_size},    {Group::crystal, rows::displacements},
    {Group::crystal, rows::disorder},        {Group::beam, rows::spectrum},
    {Group::beam, rows::divergence},         {Group::beam, rows::sources},
    {Group::beam, rows::intensity},          {Group::spindle, rows::spindle},
    {Group::detector, rows::geometry_files}, {Group::detector, rows::laboratory_frame},
    {Group::detector, rows::pivot},          {Group::detector, rows::distances},
    {Group::detector, rows::rotations},      {Group::detector, rows::pixels},
    {Group::detector, rows::sensor},         {Group::detector, rows::point_spread},
    {Group::detector, rows::beamstop},       {Group::background, rows::background},
    {Group::sampling, rows::sampling},       {Group::output, rows::files},
    {Group::output, rows::counts},           {Group::read_out, rows::counting},
    {Group::read_out, rows::electronics},    {Group::read_out, rows::bad_pixels_and_noise},
    {Group::running, rows::computing},       {Group::running, rows::console},
    {Group::ignored, rows::ignored},
});

std::vector<Option> make_table() {
  std::vector<Option> table;
  for (const Part& part : kParts) {
    for (Option& row : part.rows()) {
      row.group = part.group;
      table.push_back(std::move(row));
    }
  }
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

bool describes_experiment(const Option& option) { return option.group < Group::output; }

bool names_file(const Option& option) { return option.value_names == "FILE"; }

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
