// Follows `depends_on` from axis to axis.
#include "nanobragg/io/nxmx/axis_chain.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/files/unit_names.hpp"

namespace nanobragg::io::nxmx {
namespace {

using hdf5::Object;

Vec3<double> vector_of(const Fields& fields, const std::string& path, const Object& object,
                       const char* attribute) {
  const std::vector<double> v = hdf5::attribute_numbers(object, attribute);
  if (v.size() != 3) {
    fields.refuse(fmt::format("{} numbers for {}", v.size(), attribute), path);
  }
  if (!std::isfinite(v[0] + v[1] + v[2])) {
    fields.refuse(std::string(attribute) + " is not finite", path);
  }
  return {v[0], v[1], v[2]};
}

std::string group_of(const std::string& path) {
  const std::size_t end = path.rfind('/');
  return end == 0 || end == std::string::npos ? "/" : path.substr(0, end);
}

// A name that another object gives, as a full path.
std::string resolved(const Fields& fields, const std::string& path, const std::string& name) {
  if (name.starts_with('/')) return hdf5::joined("/", name);
  // NeXus counts from the group of the dataset; writers also from the detector or the sample.
  const std::string nearest = hdf5::joined(group_of(path), name);
  for (std::string group = group_of(path);; group = group_of(group)) {
    const std::string place = hdf5::joined(group, name);
    if (fields.exists(place)) return place;
    if (group == "/") return nearest;
  }
}

}  // namespace

Link read_link(const Fields& fields, const std::string& path) {
  const auto found = fields.look(path);
  if (!found) fields.refuse("no such axis", path);
  const Object axis = fields.needed(path);
  const auto type = hdf5::attribute_text(axis, "transformation_type");
  if (type != "rotation" && type != "translation") {
    fields.refuse("neither turns nor moves (its transformation_type says neither)", path);
  }
  Link out;
  out.path = path;
  out.rotates = type == "rotation";
  const Vec3<double> direction = vector_of(fields, path, axis, "vector");
  if (!fields.has_numbers(path)) fields.refuse("no setting of this axis", path);
  const double unit_of_setting = fields.factor(path, out.rotates ? radians_of : metres_of);
  for (const double x : fields.numbers(path)) {
    if (!std::isfinite(x)) fields.refuse("a setting that is not finite", path);
    out.settings.push_back(unit_of_setting * x);
  }
  out.setting = fields.of_exposure(out.settings, path);
  if (length(direction) > 0.0) {
    out.vector = unit(direction);
  } else if (out.setting != 0.0) {
    fields.refuse("an axis without direction", path);
  }
  if (!hdf5::attribute_numbers(axis, "offset").empty()) {
    const bool own = hdf5::attribute_text(axis, "offset_units").has_value();
    // Of a turn, the unit of the setting is not a length.
    if (!own && out.rotates && length(vector_of(fields, path, axis, "offset")) > 0.0) {
      fields.refuse("an offset without offset_units", path);
    }
    if (own || !out.rotates) {
      out.offset_m = fields.factor(path, metres_of, own ? "offset_units" : "units") *
                     vector_of(fields, path, axis, "offset");
    }
  }
  out.depends_on = dependency(fields, path).value_or("");
  return out;
}

std::optional<std::string> dependency(const Fields& fields, const std::string& path) {
  const auto object = fields.look(path);
  if (!object) return std::nullopt;
  auto name = hdf5::attribute_text(*object, "depends_on");
  std::string from = path;
  if (!name) {
    from = hdf5::joined(path, "depends_on");
    name = fields.text(from);
  }
  if (!name) return std::nullopt;
  if (name->empty() || *name == "." || *name == "./") return "";
  std::string target = resolved(fields, from, *name);
  if (!fields.exists(target)) {
    fields.refuse(fmt::format("depends on '{}', which is not there", *name), path);
  }
  return target;
}

Chain read_chain(const Fields& fields, const std::string& start) {
  Chain links;
  constexpr std::size_t kMost = 100;
  for (std::string path = start; !path.empty(); path = links.back().depends_on) {
    if (links.size() == kMost) fields.refuse("a chain of axes that never ends", path);
    links.push_back(read_link(fields, path));
  }
  return links;
}

Vec3<double> carried(const Chain& chain, Vec3<double> point) {
  for (const Link& l : chain) {
    point = l.rotates ? rotate_about(point, l.vector, l.setting) : point + l.setting * l.vector;
    point = point + l.offset_m;
  }
  return point;
}

Vec3<double> turned(const Chain& chain, const Vec3<double>& v) {
  return carried(chain, v) - carried(chain, {});
}

}  // namespace nanobragg::io::nxmx
