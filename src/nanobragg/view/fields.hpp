// The numbers that a page offers to change, in the groups of a TOML file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/config/options/option.hpp"
#include "nanobragg/view/scene.hpp"

namespace nanobragg::view {

enum class FieldKind : std::uint8_t { number, choice, text };
enum class SliderScale : std::uint8_t { linear, logarithmic, around };  // around: of the value

struct Slider {
  SliderScale scale = SliderScale::linear;
  double low = 0.0, high = 1.0;  // of `around`: parts of the value
};

struct Field {
  std::string_view path;   // "detector.distance_mm"
  std::string_view label;  // for people
  std::string_view unit;
  std::string_view components;  // names of the numbers, separated by spaces; empty: one number
  FieldKind kind = FieldKind::number;
  Slider slider = {};
};

struct FieldGroup {
  std::string_view title;
  std::vector<Field> fields;
};

std::span<const FieldGroup> field_groups();

// The option that a path names. Throws UsageError for one that no page offers.
const config::Option& option_of_field(std::string_view path);

// The value in the scene, as the option takes it: given, or else what it came to. Empty where it
// has none.
std::vector<std::string> value_of(const Field& field, const Scene& scene);

// The words that a choice offers.
std::vector<std::string> choices_of(const Field& field);

// The numbers of a cell, which change together: which of the others follow where one changes, as
// the system of the cell demands. Elements of six numbers, of which `changed` (0 … 5) is new.
std::vector<std::string> with_cell_ties(const Scene& scene, std::vector<std::string> elements,
                                        std::size_t changed);

// "tetragonal", and which of the six numbers are free.
struct CellFreedom {
  std::string system;
  std::vector<bool> free;
};
CellFreedom cell_freedom(const Scene& scene);

}  // namespace nanobragg::view
