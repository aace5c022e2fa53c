// Chains of transformations (NXtransformations): turns and steps that carry a part of the
// instrument to its place in the laboratory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/io/nxmx/fields.hpp"

namespace nanobragg::io::nxmx {

// A turn about an axis or a step along it, then an offset.
struct Link {
  std::string path;
  bool rotates = false;
  Vec3<double> vector;  // unit
  Vec3<double> offset_m;
  std::vector<double> settings;  // m or radians, one or one each exposure
  double setting = 0.0;          // of the exposure
  std::string depends_on;        // full path; empty at the end of the chain
};

// From the object itself to the laboratory.
using Chain = std::vector<Link>;

// Throws Error, naming the axis, for what neither turns nor moves, for a unit that is not known,
// and for numbers that are not finite.
Link read_link(const Fields& fields, const std::string& path);

// What the attribute or the dataset `depends_on` of an object names, as a full path: relative names
// ("x", "./x", "../x") begin at its group, or at one further out where there is nothing. Empty for
// "." . Nothing where it does not say. Throws Error where there is no such axis.
std::optional<std::string> dependency(const Fields& fields, const std::string& path);

// Throws Error for a chain without an end.
Chain read_chain(const Fields& fields, const std::string& start);

Vec3<double> carried(const Chain& chain, Vec3<double> point);
// Of a direction.
Vec3<double> turned(const Chain& chain, const Vec3<double>& v);

}  // namespace nanobragg::io::nxmx
