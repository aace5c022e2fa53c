// A value of a JSON file with the way to it, for messages.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::io {

// A nlohmann::json, which no header includes, of JSON as Python writes it (json_text.hpp). Throws
// Error, naming the file, for other texts.
std::shared_ptr<const void> parse_json(std::string_view text, const std::string& name);

// Members and elements of it; each throws Error where they are not there, or of another kind.
class JsonNode {
 public:
  // `json` is a nlohmann::json, which outlives the node.
  JsonNode(const void* json, std::string where) : json_(json), where_(std::move(where)) {}

  const std::string& where() const { return where_; }
  std::size_t size() const;

  JsonNode operator[](const char* key) const;
  std::optional<JsonNode> find(const char* key) const;  // unset where it is missing or null
  JsonNode at(std::size_t i) const;

  std::vector<double> numbers(std::size_t count) const;  // at least so many
  Vec3<double> vector() const;
  Mat3<double> matrix() const;
  double number() const;
  bool is_number() const;
  double number_or_infinity() const;  // or NaN, which Python writes, too
  std::size_t index() const;
  std::string text() const;  // empty where it is not a text

 private:
  const void* json_;
  std::string where_;
};

}  // namespace nanobragg::io
