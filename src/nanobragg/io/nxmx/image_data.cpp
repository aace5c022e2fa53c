// Looks for datasets of two or more directions under the names that writers use.
#include "nanobragg/io/nxmx/image_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>

namespace nanobragg::io::nxmx {
namespace {

using hdf5::Kind;
using hdf5::Object;

// data_000001 and the like.
bool is_numbered(const std::string& name) {
  constexpr std::string_view kStart = "data_";
  return name.starts_with(kStart) && name.size() > kStart.size() &&
         std::all_of(name.begin() + kStart.size(), name.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Whether an object may be images, which a link to a missing file may be as well.
bool may_be_images(const std::optional<Object>& object) {
  if (!object) return false;
  return object->kind == Kind::unreadable ||
         (object->kind == Kind::numbers && object->shape.size() >= 2);
}

std::vector<std::string> paths_in(const Fields& fields, const std::string& group) {
  const auto object = fields.look(group);
  if (!object) return {};
  const auto signal = hdf5::attribute_text(*object, "signal");
  for (const std::string& name : {signal.value_or("data"), std::string("data")}) {
    const std::string path = hdf5::joined(group, name);
    if (!is_numbered(name) && may_be_images(fields.look(path))) return {path};
  }
  std::vector<std::string> paths;
  for (const std::string& name : object->children) {
    const std::string path = hdf5::joined(group, name);
    if (is_numbered(name) && may_be_images(fields.look(path))) paths.push_back(path);
  }
  // data_2 before data_10.
  std::ranges::stable_sort(paths, {}, [](const std::string& path) { return path.size(); });
  return paths;
}

ImageData described(const Fields& fields, std::vector<std::string> paths) {
  ImageData data;
  for (const std::string& path : paths) {
    const Object object = *fields.look(path);
    if (!object.obstacle.empty() && data.obstacle.empty()) {
      data.obstacle = fmt::format("{} cannot be read ({})", path, object.obstacle);
    }
    const bool is_readable = object.kind == Kind::numbers;
    if (is_readable && data.shape.empty()) data.shape = object.shape;
    const bool is_series = object.shape.size() > 2;
    data.images.push_back(!is_readable ? 0 : is_series ? object.shape.front() : 1);
  }
  data.paths = std::move(paths);
  return data;
}

}  // namespace

std::size_t ImageData::count() const {
  return std::accumulate(images.begin(), images.end(), std::size_t{0});
}

ImageData find_images(const Fields& fields, const std::string& entry, const std::string& detector) {
  const std::string own = hdf5::joined(detector, "data");
  if (const auto object = fields.look(own); object && object->kind == Kind::numbers) {
    if (may_be_images(object)) return described(fields, {own});
  }
  std::vector<std::string> groups = fields.of_class(entry, "NXdata");
  const auto chosen = hdf5::attribute_text(fields.needed(entry), "default");
  groups.insert(groups.begin(), hdf5::joined(entry, chosen.value_or("data")));
  for (const std::string& group : groups) {
    const auto paths = paths_in(fields, group);
    if (!paths.empty()) return described(fields, paths);
  }
  return {};
}

}  // namespace nanobragg::io::nxmx
