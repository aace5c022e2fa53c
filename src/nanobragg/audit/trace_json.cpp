// The JSON form of a trace: {"geometry": [LINE, …], "pixels": [{"slow", "fast", "lines": [LINE,
// …]}]} with LINE {"key", "value", "unit"}, as json_writer.cpp writes it.
#include "nanobragg/audit/trace_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "nanobragg/audit/document_builder.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

using Json = nlohmann::json;

Json parsed(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    throw Error(fmt::format("not JSON (byte {})", error.byte),
                fmt::format("{}:{}", name, 1 + std::ranges::count(before, '\n')));
  }
}

std::optional<std::size_t> index_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::size_t>();
}

// JSON has no NaN: null stands for it.
std::optional<double> number_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

// A number, text, a list of numbers, or numbers by name. Anything else becomes the name of its
// type: nested values are not walked through, however deep they are.
Value value_of(const Json& json) {
  if (json.is_string()) return parse_value(json.get<std::string>());
  if (!json.is_structured()) {
    const auto number = number_of(json);
    return number ? Value{{*number}, {}} : Value{{}, json.type_name()};
  }
  Value value;
  for (const auto& item : json.items()) {
    const auto number = number_of(item.value());
    if (!number) return {{}, json.type_name()};
    value.numbers.push_back(*number);
    if (json.is_object()) value.words += (value.words.empty() ? "" : " ") + item.key();
  }
  return value;
}

// Adds the lines of a list; counts them, as the line numbers of a text.
class LineAdder {
 public:
  LineAdder(DocumentBuilder& builder, const std::string& name) : builder_(builder), name_(name) {}

  void add_all(const Json& object, const char* list) {
    const auto lines = object.find(list);
    if (lines == object.end() || !lines->is_array()) return;
    for (const Json& line : *lines) add(line);
  }

  void announce(PixelIndex pixel) { builder_.announce_pixel(pixel, count_ + 1); }

 private:
  void add(const Json& line) {
    ++count_;
    const bool holds_both = line.is_object() && line.contains("key") && line.contains("value");
    if (!holds_both || !line["key"].is_string()) {
      throw Error("a line without key and value", fmt::format("{}, line {}", name_, count_));
    }
    const std::string key = line["key"].get<std::string>();
    const Json& value = line["value"];
    if (key == "PHI") {
      add_spindle_step(value);
    } else if (key != "tracing pixel" && !key.starts_with("DETECTOR_")) {
      WrittenValue written{{}, key, value_of(value), {}, count_};
      written.at.source = index_in(line, "source");
      if (written.at.source) written.prefix = "source.";
      builder_.add(written);
    }
  }

  void add_spindle_step(const Json& values) {
    const auto step = index_in(values, "phi_tic");
    if (!step) throw Error("phi_tic is not a number", fmt::format("{}, line {}", name_, count_));
    for (const auto& item : values.items()) {
      if (item.key() == "phi_tic") continue;
      builder_.add({"phi.", item.key(), value_of(item.value()), {0, step, {}}, count_});
    }
  }

  DocumentBuilder& builder_;
  const std::string& name_;
  std::size_t count_ = 0;
};

}  // namespace

Document parse_trace_json(std::string_view text, const std::string& name,
                          std::optional<PixelIndex> wanted) {
  const Json json = parsed(text, name);
  const auto pixels = json.find("pixels");
  if (pixels == json.end() || !pixels->is_array()) {
    throw Error("no trace found (JSON without a list of pixels)", name);
  }
  DocumentBuilder builder(name, wanted);
  builder.set_program("CPP", 1);
  LineAdder lines(builder, name);
  lines.add_all(json, "geometry");
  for (const Json& pixel : *pixels) {
    const auto slow = pixel.is_object() ? index_in(pixel, "slow") : std::nullopt;
    const auto fast = pixel.is_object() ? index_in(pixel, "fast") : std::nullopt;
    if (!slow || !fast) throw Error("a pixel without slow and fast", name);
    lines.announce({*slow, *fast});
    lines.add_all(pixel, "lines");
  }
  return builder.finish();
}

std::vector<PixelIndex> pixels_of_json(std::string_view text, const std::string& name) {
  const Json json = parsed(text, name);
  std::vector<PixelIndex> pixels;
  const auto list = json.find("pixels");
  if (list == json.end() || !list->is_array()) return pixels;
  for (const Json& pixel : *list) {
    const auto slow = pixel.is_object() ? index_in(pixel, "slow") : std::nullopt;
    const auto fast = pixel.is_object() ? index_in(pixel, "fast") : std::nullopt;
    if (slow && fast) pixels.push_back({*slow, *fast});
  }
  return pixels;
}

}  // namespace nanobragg::audit
