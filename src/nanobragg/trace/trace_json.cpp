// The JSON form of a trace: {"program": "CPP", "pixel": {…}, "records": [{"key", "value", …}, …]}.
#include "nanobragg/trace/trace_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/trace/document_builder.hpp"

namespace nanobragg::trace {
namespace {

using Json = nlohmann::json;

std::size_t line_of_byte(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  return 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
}

Json parsed(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw Error(fmt::format("not JSON (byte {})", error.byte),
                fmt::format("{}:{}", name, line_of_byte(text, error.byte)));
  }
}

std::optional<std::size_t> index_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::size_t>();
}

// A number, a list of numbers, or text. JSON has no NaN: null stands for it.
Value value_of(const Json& json) {
  if (json.is_string()) return parse_value(json.get<std::string>());
  Value value;
  const auto append = [&](const Json& number) {
    if (number.is_boolean()) {
      value.numbers.push_back(number.get<bool>() ? 1.0 : 0.0);
    } else if (number.is_number()) {
      value.numbers.push_back(number.get<double>());
    } else if (number.is_null()) {
      value.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    } else {
      value.words = number.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  };
  if (json.is_array()) {
    for (const Json& item : json) append(item);
  } else {
    append(json);
  }
  if (!value.words.empty()) value.numbers.clear();
  return value;
}

void add_record(DocumentBuilder& builder, const Json& record, std::size_t number,
                const std::string& name) {
  const auto key = record.is_object() ? record.find("key") : record.end();
  if (!record.is_object() || key == record.end() || !key->is_string() ||
      !record.contains("value")) {
    throw Error(fmt::format("record {} has no key and value", number), name);
  }
  const auto spelling = key->get<std::string>();
  WrittenValue written{{}, spelling, value_of(record["value"]), {}, number};
  written.at.phi_step = index_in(record, "phi_step");
  written.at.source = index_in(record, "source");
  if (written.at.phi_step) written.prefix = "phi.";
  if (written.at.source) written.prefix = "source.";
  builder.add(written);
}

}  // namespace

Document parse_trace_json(std::string_view text, const std::string& name) {
  const Json json = parsed(text, name);
  const auto records = json.find("records");
  if (records == json.end() || !records->is_array()) {
    throw Error("no trace found (JSON without a list of records)", name);
  }
  DocumentBuilder builder(name);
  const auto program = json.find("program");
  builder.set_program(
      program != json.end() && program->is_string() ? program->get<std::string>() : "CPP", 1);
  if (const auto pixel = json.find("pixel"); pixel != json.end() && pixel->is_object()) {
    const auto slow = index_in(*pixel, "slow");
    const auto fast = index_in(*pixel, "fast");
    if (slow && fast) builder.set_pixel({*slow, *fast});
  }
  std::size_t number = 0;
  for (const Json& record : *records) add_record(builder, record, ++number, name);
  return builder.finish();
}

}  // namespace nanobragg::trace
