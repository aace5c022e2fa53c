// Walks through the JSON once.
#include "support/memory_tree.hpp"

#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"

namespace nanobragg::test {
namespace {

using io::hdf5::Kind;
using Json = nlohmann::json;

constexpr int kDeepest = 20;

// Numbers of lists in lists, and how long the first ones are.
void flatten(const Json& json, std::size_t depth, std::vector<std::size_t>& shape,
             std::vector<double>& numbers) {
  if (json.is_number()) numbers.push_back(json.get<double>());
  if (!json.is_array()) return;
  if (depth == shape.size()) shape.push_back(json.size());
  if (shape.size() > kDeepest) throw Error("lists in too many lists");
  for (const Json& item : json) flatten(item, depth + 1, shape, numbers);
}

io::hdf5::Value attribute_of(const Json& json) {
  io::hdf5::Value value;
  if (json.is_string()) value.texts = {json.get<std::string>()};
  std::vector<std::size_t> shape;
  flatten(json, 0, shape, value.numbers);
  return value;
}

}  // namespace

MemoryTree::MemoryTree(std::string_view text) {
  const Json root = Json::parse(text, nullptr, false);
  if (!root.is_object()) throw Error("no JSON object");
  const auto add = [&](const auto& self, const std::string& path, const Json& json,
                       int depth) -> void {
    if (depth > kDeepest) throw Error("groups in too many groups");
    Entry entry;
    entry.object.kind = Kind::group;
    for (auto at = json.begin(); at != json.end(); ++at) {
      const std::string& key = at.key();
      const Json& item = at.value();
      if (key.starts_with('@')) {
        entry.object.attributes[key.substr(1)] = attribute_of(item);
      } else if (key == "=") {
        entry.object.kind = item.is_string() ? Kind::text : Kind::numbers;
        if (item.is_string()) entry.object.texts = {item.get<std::string>()};
        flatten(item, 0, entry.object.shape, entry.numbers);
        entry.object.type = "float64";
      } else if (key == "type" && item.is_string()) {
        entry.object.type = item.get<std::string>();
      } else if (item.is_object()) {
        entry.object.children.push_back(key);
        self(self, io::hdf5::joined(path, key), item, depth + 1);
      }
    }
    // Lists of unlike lengths are none.
    if (entry.object.kind == Kind::numbers && entry.object.count() != entry.numbers.size()) {
      entry.object.kind = Kind::other;
    }
    entries_[path] = std::move(entry);
  };
  add(add, "/", root, 0);
}

std::optional<io::hdf5::Object> MemoryTree::look(const std::string& path) const {
  const auto found = entries_.find(path);
  if (found == entries_.end()) return std::nullopt;
  return found->second.object;
}

std::vector<double> MemoryTree::numbers(const std::string& path,
                                        std::optional<io::hdf5::Rows> rows) const {
  const auto found = entries_.find(path);
  if (found == entries_.end() || found->second.object.kind != Kind::numbers) {
    throw Error("no numbers " + path);
  }
  const Entry& entry = found->second;
  if (!rows) return entry.numbers;
  if (entry.object.shape.empty() || rows->first + rows->count > entry.object.shape[0]) {
    throw Error("no such rows of " + path);
  }
  const std::size_t width = entry.numbers.size() / entry.object.shape[0];
  const auto begin = entry.numbers.begin() + static_cast<std::ptrdiff_t>(rows->first * width);
  return {begin, begin + static_cast<std::ptrdiff_t>(rows->count * width)};
}

}  // namespace nanobragg::test
