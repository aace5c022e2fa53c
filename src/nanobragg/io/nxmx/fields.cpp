// Asks the tree, and names the file in what is wrong.
#include "nanobragg/io/nxmx/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io::nxmx {

using hdf5::Kind;
using hdf5::Object;

void Fields::refuse(const std::string& problem, const std::string& path,
                    const std::string& hint) const {
  throw Error(problem, where(path), hint);
}

void Fields::warn(const std::string& sentence) const {
  const std::string warning = name_ + ": " + sentence;
  if (std::ranges::find(warnings_, warning) == warnings_.end()) warnings_.push_back(warning);
}

Object Fields::needed(const std::string& path) const {
  auto object = look(path);
  if (!object) refuse("there is no such field", path);
  if (!object->obstacle.empty()) refuse(fmt::format("cannot be read ({})", object->obstacle), path);
  return *std::move(object);
}

bool Fields::has_numbers(const std::string& path) const {
  const auto object = look(path);
  if (!object) return false;
  if (!object->obstacle.empty()) refuse(fmt::format("cannot be read ({})", object->obstacle), path);
  return object->kind == Kind::numbers && object->count() > 0;
}

std::vector<std::string> Fields::of_class(const std::string& group,
                                          std::string_view nx_class) const {
  std::vector<std::string> paths;
  const auto parent = look(group);
  if (!parent) return paths;
  for (const std::string& name : parent->children) {
    const std::string path = hdf5::joined(group, name);
    const auto child = look(path);
    if (child && hdf5::attribute_text(*child, "NX_class") == nx_class) paths.push_back(path);
  }
  return paths;
}

std::vector<std::string> Fields::unreadable(const std::string& group) const {
  std::vector<std::string> sentences;
  const auto parent = look(group);
  for (const std::string& name : parent ? parent->children : std::vector<std::string>{}) {
    const std::string path = hdf5::joined(group, name);
    const auto child = look(path);
    if (child && child->kind == Kind::unreadable) {
      sentences.push_back(fmt::format("{} cannot be read ({})", path, child->obstacle));
    }
  }
  return sentences;
}

std::string Fields::first_of_class(const std::string& group, std::string_view nx_class) const {
  const std::vector<std::string> found = of_class(group, nx_class);
  if (found.empty()) {
    // What cannot be read may be what is looked for.
    const std::vector<std::string> others = unreadable(group);
    refuse(
        fmt::format("no {} ({})", nx_class, others.empty() ? "not an NXmx file?" : others.front()),
        group);
  }
  return found.front();
}

std::vector<double> Fields::numbers(const std::string& path, std::optional<hdf5::Rows> rows) const {
  needed(path);
  return tree_->numbers(path, rows);
}

std::optional<double> Fields::number(const std::string& path) const {
  if (!has_numbers(path)) return std::nullopt;
  return numbers(path).front();
}

std::optional<std::string> Fields::text(const std::string& path) const {
  const auto object = look(path);
  if (!object || object->texts.empty()) return std::nullopt;
  return object->texts.front();
}

double Fields::factor(const std::string& path, UnitNames units, const char* attribute) const {
  const auto name = hdf5::attribute_text(needed(path), attribute);
  if (!name) refuse(fmt::format("no unit (the attribute '{}')", attribute), path);
  const auto factor = units(*name);
  if (!factor) refuse(fmt::format("cannot read the unit '{}'", *name), path);
  return *factor;
}

std::optional<double> Fields::quantity(const std::string& path, UnitNames units) const {
  const auto value = number(path);
  if (!value) return std::nullopt;
  return factor(path, units) * *value;
}

std::size_t Fields::row_of_exposure(std::size_t rows, const std::string& path) const {
  if (rows == 1) return 0;
  if (exposure_ >= rows) refuse_exposure(rows, path);
  exposures_ = std::max(exposures_, rows);
  return exposure_;
}

double Fields::of_exposure(const std::vector<double>& values, const std::string& path) const {
  if (values.empty()) refuse("no numbers", path);
  return values[row_of_exposure(values.size(), path)];
}

void Fields::refuse_exposure(std::size_t count, const std::string& path) const {
  throw UsageError(
      fmt::format("-experiment {} (there {})", exposure_,
                  count == 1 ? "is one exposure" : fmt::format("are {} exposures", count)),
      where(path), "they count from 0");
}

}  // namespace nanobragg::io::nxmx
