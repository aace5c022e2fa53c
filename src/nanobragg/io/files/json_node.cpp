// Looks at nlohmann's values.
#include "nanobragg/io/files/json_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/json_text.hpp"

namespace nanobragg::io {
namespace {

using Json = nlohmann::json;

const Json& value_of(const void* json) { return *static_cast<const Json*>(json); }

// What is not a number of JSON, though others write it so: see standard_json.
std::string instead(const std::string& word) {
  return word == "NaN" || word.ends_with("Infinity") ? ", not " + word : "";
}

}  // namespace

std::shared_ptr<const void> parse_json(std::string_view text, const std::string& name) {
  try {
    return std::make_shared<const Json>(Json::parse(standard_json(text, name)));
  } catch (const Json::exception& error) {
    throw Error(fmt::format("not JSON ({})", error.what()), name);
  }
}

std::size_t JsonNode::size() const { return value_of(json_).size(); }

JsonNode JsonNode::operator[](const char* key) const {
  const Json& json = value_of(json_);
  if (!json.is_object() || !json.contains(key)) {
    throw Error(fmt::format("no '{}'", key), where_);
  }
  return {&json[key], where_ + " " + key};
}

std::optional<JsonNode> JsonNode::find(const char* key) const {
  const Json& json = value_of(json_);
  if (!json.is_object() || !json.contains(key) || json[key].is_null()) return std::nullopt;
  return JsonNode(&json[key], where_ + " " + key);
}

JsonNode JsonNode::at(std::size_t i) const {
  const Json& json = value_of(json_);
  if (!json.is_array() || i >= json.size()) throw Error(fmt::format("no element {}", i), where_);
  return {&json[i], fmt::format("{} {}", where_, i)};
}

std::vector<double> JsonNode::numbers(std::size_t count) const {
  const Json& json = value_of(json_);
  std::vector<double> values;
  for (const Json& item : json) {
    if (item.is_number()) values.push_back(item.get<double>());
  }
  const bool finite = std::ranges::all_of(values, [](double x) { return std::isfinite(x); });
  if (!json.is_array() || !finite || values.size() != json.size() || values.size() < count) {
    throw Error(fmt::format("expected {} numbers (NaN and Infinity do not count)", count), where_);
  }
  return values;
}

Vec3<double> JsonNode::vector() const {
  const auto v = numbers(3);
  return {v[0], v[1], v[2]};
}

Mat3<double> JsonNode::matrix() const {
  const auto m = numbers(9);
  return {{Vec3<double>{m[0], m[1], m[2]}, Vec3<double>{m[3], m[4], m[5]},
           Vec3<double>{m[6], m[7], m[8]}}};
}

bool JsonNode::is_number() const { return value_of(json_).is_number(); }

double JsonNode::number() const {
  if (!is_number()) throw Error("expected a number" + instead(text()), where_);
  return value_of(json_).get<double>();
}

double JsonNode::number_or_infinity() const {
  const std::string word = text();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (word == "Infinity") return kInfinity;
  if (word == "-Infinity") return -kInfinity;
  return word == "NaN" ? std::numeric_limits<double>::quiet_NaN() : number();
}

std::size_t JsonNode::index() const {
  const Json& json = value_of(json_);
  if (!json.is_number_unsigned()) throw Error("expected a whole number", where_);
  return json.get<std::size_t>();
}

std::string JsonNode::text() const {
  const Json& json = value_of(json_);
  return json.is_string() ? json.get<std::string>() : "";
}

}  // namespace nanobragg::io
