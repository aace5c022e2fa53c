// Hands the fields of lines to the builder that the fields of texts go to.
#include "nanobragg/audit/simulated_trace.hpp"

#include <variant>

#include "nanobragg/audit/document_builder.hpp"

namespace nanobragg::audit {
namespace {

// Numbers, with their names as labels where they have any; else a text.
Value value_of(std::span<const trace::Field> fields) {
  Value value;
  for (const trace::Field& field : fields) {
    if (const auto* text = std::get_if<std::string>(&field.value)) {
      value.words = *text;
      continue;
    }
    const auto* whole = std::get_if<std::int64_t>(&field.value);
    value.numbers.push_back(whole != nullptr ? static_cast<double>(*whole)
                                             : std::get<double>(field.value));
    if (field.name.empty()) continue;
    value.words += (value.words.empty() ? "" : " ") + field.name;
  }
  return value;
}

void add_spindle_step(DocumentBuilder& builder, const trace::Line& line, std::size_t number) {
  WrittenValue written{"phi.", {}, {}, {}, number};
  for (const trace::Field& field : line.fields) {
    const Value value = value_of({&field, 1});
    if (field.name == "phi_tic") {
      written.at.phi_step = static_cast<std::size_t>(value.numbers.front());
      continue;
    }
    written.spelling = field.name;
    written.value = {value.numbers, {}, {}};
    builder.add(written);
  }
}

}  // namespace

Document document_of(std::span<const trace::Line> lines, const std::string& name) {
  DocumentBuilder builder(name, std::nullopt);
  builder.set_program("CPP", 1);
  std::size_t number = 0;
  for (const trace::Line& line : lines) {
    ++number;
    switch (line.form) {
      case trace::Form::bare:
      case trace::Form::pixel:
        break;
      case trace::Form::spindle_step:
        add_spindle_step(builder, line, number);
        break;
      case trace::Form::second_source:
        builder.add({"source.", line.key, value_of(line.fields), {0, {}, 2}, number});
        break;
      case trace::Form::geometry:
      case trace::Form::matrix:
      case trace::Form::value:
        builder.add({{}, line.key, value_of(line.fields), {}, number});
        break;
    }
  }
  return builder.finish();
}

}  // namespace nanobragg::audit
