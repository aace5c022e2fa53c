// One line of a trace: a key with its values, before it is written as text or JSON.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::trace {

// How a line looks as text; traces of several programs share these forms.
enum class Form : std::uint8_t {
  geometry,       // TRACE_CPP:key=1 2 3, or TRACE_CPP:key=a:1 b:2 where the fields have names
  matrix,         // TRACE_CPP:key=[1 0 0; 0 1 0; 0 0 1]
  bare,           // KEY 1 2 3
  pixel,          // TRACE_CONFIG: tracing pixel (spixel=1, fpixel=2)
  value,          // TRACE_CPP: key 1 2 3
  spindle_step,   // TRACE_CPP_PHI a=1 b=2
  second_source,  // TRACE_CPP_SOURCE2: key 1
};

struct Field {
  std::string name;  // empty where the line's key says it all
  std::variant<double, std::int64_t, std::string> value;
};

struct Line {
  Form form;
  std::string key;
  std::vector<Field> fields;
  std::string unit;  // empty: a pure number, a direction or a text
};

inline Line number_line(Form form, std::string key, double value, std::string unit = {}) {
  return {form, std::move(key), {{"", value}}, std::move(unit)};
}

inline Line vector_line(Form form, std::string key, const Vec3<double>& v, std::string unit = {}) {
  return {form, std::move(key), {{"", v.x}, {"", v.y}, {"", v.z}}, std::move(unit)};
}

}  // namespace nanobragg::trace
