// Paths and attributes.
#include "nanobragg/io/nxmx/hdf5_tree.hpp"

#include <limits>
#include <string_view>

namespace nanobragg::io::hdf5 {
namespace {

const Value* find_attribute(const Object& object, const std::string& name) {
  const auto found = object.attributes.find(name);
  return found == object.attributes.end() ? nullptr : &found->second;
}

}  // namespace

std::size_t Object::count() const {
  std::size_t count = 1;
  for (const std::size_t size : shape) {
    if (size != 0 && count > std::numeric_limits<std::size_t>::max() / size) {
      return std::numeric_limits<std::size_t>::max();
    }
    count *= size;
  }
  return count;
}

std::optional<std::string> attribute_text(const Object& object, const std::string& name) {
  const Value* const value = find_attribute(object, name);
  if (!value || value->texts.empty()) return std::nullopt;
  return value->texts.front();
}

std::vector<double> attribute_numbers(const Object& object, const std::string& name) {
  const Value* const value = find_attribute(object, name);
  return value ? value->numbers : std::vector<double>{};
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    path = end == std::string_view::npos ? "" : path.substr(end + 1);
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (!part.empty() && part != "." && part != "..") parts.emplace_back(part);
  }
  return parts;
}

std::string joined(const std::string& group, const std::string& path) {
  std::string whole;
  for (const std::string& part : parts_of(path.starts_with('/') ? path : group + '/' + path)) {
    whole += '/' + part;
  }
  return whole.empty() ? "/" : whole;
}

}  // namespace nanobragg::io::hdf5
