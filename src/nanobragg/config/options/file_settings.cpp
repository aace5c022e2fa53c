// Lists the members; a test holds the lists against the option table.
#include "nanobragg/config/options/file_settings.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "nanobragg/config/options/background_value.hpp"

namespace nanobragg::config {
namespace {

constexpr std::array<FileMember, 15> kInputs{
    &Settings::matrix_file,    &Settings::hkl_file,        &Settings::model_file,
    &Settings::source_file,    &Settings::geometry_file,   &Settings::crystal_file,
    &Settings::spectrum_file,  &Settings::mask_file,       &Settings::header_file,
    &Settings::config_file,    &Settings::experiment_file, &Settings::stol_file,
    &Settings::four_stol_file, &Settings::q_file,          &Settings::detector};
constexpr std::array<FileMember, 7> kOutputs{
    &Settings::float_file,      &Settings::int_file, &Settings::noise_file,
    &Settings::pgm_file,        &Settings::png_file, &Settings::reflections_file,
    &Settings::predictions_file};

}  // namespace

std::span<const FileMember> input_files() { return kInputs; }

std::span<const FileMember> output_files() { return kOutputs; }

bool is_input(FileMember member) { return std::ranges::find(kInputs, member) != kInputs.end(); }

bool is_output(FileMember member) { return std::ranges::find(kOutputs, member) != kOutputs.end(); }

bool is_description_file(std::string_view detector) { return detector.ends_with(".toml"); }

bool names_file(const Option& option, std::string_view value) {
  const auto* const member = std::get_if<FileMember>(&option.binding);
  if (member != nullptr && *member == FileMember(&Settings::detector)) {
    return is_description_file(value);
  }
  return names_file(option);
}

std::string flag_of(FileMember member) {
  for (const Option& option : option_table()) {
    const auto* binding = std::get_if<FileMember>(&option.binding);
    if (binding != nullptr && *binding == member) return option.spellings.front().flag;
  }
  return "";
}

std::vector<io::NamedFile> files_read(const Settings& settings) {
  std::vector<io::NamedFile> files;
  for (const FileMember member : kInputs) {
    const auto& value = settings.*member;
    if (member == FileMember(&Settings::detector) && value && !is_description_file(*value)) {
      continue;
    }
    if (value) files.push_back({flag_of(member), *value});
  }
  for (const std::string& text : settings.backgrounds.value_or(std::vector<std::string>{})) {
    if (const auto file = file_in_background(text)) files.push_back({"-background", file->name});
  }
  return files;
}

}  // namespace nanobragg::config
