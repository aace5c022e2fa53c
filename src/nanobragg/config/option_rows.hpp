// The parts of the option table, one function a file; option_table() puts them together.
#pragma once

#include <vector>

#include "nanobragg/config/option.hpp"

namespace nanobragg::config::rows {

// A shorthand that sets each of these members to the same value.
template <class T, class... More>
Members<T> each(Member<T> first, More... more) {
  return {first, more...};
}

std::vector<Option> crystal();
std::vector<Option> beam();
std::vector<Option> spindle();
std::vector<Option> detector();
std::vector<Option> sampling();
std::vector<Option> output();
std::vector<Option> running();
std::vector<Option> ignored();

}  // namespace nanobragg::config::rows
