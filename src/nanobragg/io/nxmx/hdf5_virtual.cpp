// Makes datasets whose numbers stand in other files.
#include <hdf5.h>

#include <cstdint>
#include <limits>

#include "nanobragg/io/nxmx/hdf5.hpp"

namespace nanobragg::io::hdf5 {
namespace {

void check(herr_t result, const std::string& action) {
  if (result < 0) fail(action);
}

Handle space_of(const Shape& shape, const std::string& action) {
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose,
          action};
}

Shape with_length(std::size_t length, const Shape& element) {
  Shape shape{length};
  shape.insert(shape.end(), element.begin(), element.end());
  return shape;
}

void fill_with_nothing(const Handle& properties, Id type, const std::string& action) {
  if (H5Tget_class(type) == H5T_FLOAT) {
    constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
    return check(H5Pset_fill_value(properties.get(), H5T_NATIVE_DOUBLE, &kNothing), action);
  }
  constexpr std::uint32_t kNothing = std::numeric_limits<std::uint32_t>::max();
  check(H5Pset_fill_value(properties.get(), H5T_NATIVE_UINT32, &kNothing), action);
}

}  // namespace

void make_virtual_series(const Handle& parent, const std::string& name, const Element& element,
                         const std::vector<VirtualPart>& parts) {
  const std::string action = "make the dataset " + name;
  std::size_t length = 0;
  for (const VirtualPart& part : parts) length += part.length;
  const Handle space = space_of(with_length(length, element.shape), action);
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, action);
  check(H5Pset_obj_track_times(properties.get(), false), action);
  fill_with_nothing(properties, element.type, action);
  Shape first(1 + element.shape.size(), 0);
  for (const auto& [file, path, count] : parts) {
    const Shape shape = with_length(count, element.shape);
    const Handle source = space_of(shape, action);
    check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, first.data(), nullptr, shape.data(),
                              nullptr),
          action);
    check(H5Pset_virtual(properties.get(), space.get(), file.c_str(), path.c_str(), source.get()),
          action);
    first.front() += count;
  }
  check(H5Sselect_all(space.get()), action);
  const Handle dataset(H5Dcreate2(parent.get(), name.c_str(), element.type, space.get(),
                                  H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                       H5Dclose, action);
}

}  // namespace nanobragg::io::hdf5
