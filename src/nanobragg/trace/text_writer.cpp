// Writes the forms of lines.
#include "nanobragg/trace/text_writer.hpp"

#include <fmt/format.h>

namespace nanobragg::trace {
namespace {

std::string text_of(const Field& field) {
  if (const auto* number = std::get_if<double>(&field.value))
    return fmt::format("{:.15g}", *number);
  if (const auto* whole = std::get_if<std::int64_t>(&field.value)) return std::to_string(*whole);
  return std::get<std::string>(field.value);
}

// The fields with what stands between a name and its value, and between two fields.
std::string join(const Line& line, std::string_view assign, std::string_view separator) {
  std::string text;
  for (const Field& field : line.fields) {
    if (!text.empty()) text += separator;
    if (!field.name.empty()) text.append(field.name).append(assign);
    text += text_of(field);
  }
  return text;
}

std::string rows_of(const Line& line) {
  std::string text;
  for (std::size_t i = 0; i < line.fields.size(); ++i) {
    if (i > 0) text += i % 3 == 0 ? "; " : " ";
    text += text_of(line.fields[i]);
  }
  return text;
}

std::string text_of(const Line& line, std::string_view prefix) {
  switch (line.form) {
    case Form::geometry:
      return fmt::format("{}:{}={}\n", prefix, line.key, join(line, ":", " "));
    case Form::matrix:
      return fmt::format("{}:{}=[{}]\n", prefix, line.key, rows_of(line));
    case Form::bare:
      return fmt::format("{} {}\n", line.key, join(line, "=", " "));
    case Form::pixel:
      return fmt::format("TRACE_CONFIG: {} ({})\n", line.key, join(line, "=", ", "));
    case Form::value:
      return fmt::format("{}: {} {}\n", prefix, line.key, join(line, "=", " "));
    case Form::spindle_step:
      return fmt::format("{}_{} {}\n", prefix, line.key, join(line, "=", " "));
    case Form::second_source:
      return fmt::format("{}_SOURCE2: {} {}\n", prefix, line.key, join(line, "=", " "));
  }
  return {};
}

}  // namespace

std::string to_text(std::span<const Line> lines, std::string_view prefix) {
  std::string text;
  for (const Line& line : lines) text += text_of(line, prefix);
  return text;
}

}  // namespace nanobragg::trace
