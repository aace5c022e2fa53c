// Asks HDF5 for types and extents before it reads.
#include "nanobragg/io/nxmx/hdf5_tree.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io::hdf5 {
namespace {

// A mask of the largest detectors has tens of millions of pixels.
constexpr std::size_t kMostNumbers = 100'000'000;

Handle open_attribute(const Handle& file, const std::string& path, const std::string& name) {
  return {H5Aopen_by_name(file.get(), path.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, "open the attribute " + name};
}

bool has_attribute(const Handle& file, const std::string& path, const std::string& name) {
  return H5Aexists_by_name(file.get(), path.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

Shape shape_of(const Handle& space) {
  Shape shape(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space.get()), 0)));
  if (!shape.empty()) H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr);
  return shape;
}

std::size_t count_of(const Shape& shape, const std::string& what) {
  std::size_t count = 1;
  for (const Size size : shape) {
    if (size > kMostNumbers || count * size > kMostNumbers) {
      throw Error(fmt::format("{} has more than {} numbers", what, kMostNumbers));
    }
    count *= size;
  }
  return count;
}

// `read(memory type, buffer)` is H5Dread or H5Aread of what has `type` and `space`.
template <class Read>
Numbers numbers_of(const Handle& type, const Handle& space, const std::string& what,
                   const Read& read) {
  const H5T_class_t kind = H5Tget_class(type.get());
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) throw Error(what + " is no number");
  Numbers out{{}, shape_of(space)};
  out.values.resize(count_of(out.shape, what));
  if (!out.values.empty() && read(H5T_NATIVE_DOUBLE, out.values.data()) < 0) fail("read " + what);
  return out;
}

template <class Read>
std::optional<std::string> text_of(const Handle& type, const Handle& space, const std::string& what,
                                   const Read& read) {
  if (H5Tget_class(type.get()) != H5T_STRING) return std::nullopt;
  const std::size_t count = count_of(shape_of(space), what);
  if (count == 0) return std::nullopt;
  if (H5Tis_variable_str(type.get()) > 0) {
    std::vector<char*> texts(count, nullptr);
    if (read(type.get(), static_cast<void*>(texts.data())) < 0) fail("read " + what);
    std::string text = texts.front() == nullptr ? "" : texts.front();
    H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, static_cast<void*>(texts.data()));
    return text;
  }
  const std::size_t size = H5Tget_size(type.get());
  std::string text(count_of({size, count}, what), '\0');
  if (read(type.get(), static_cast<void*>(text.data())) < 0) fail("read " + what);
  text.resize(std::min(size, text.find('\0')));
  // Fortran's texts are filled up with spaces.
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

struct OpenAttribute {
  OpenAttribute(const Handle& file, const std::string& path, const std::string& name)
      : attribute(open_attribute(file, path, name)),
        type(H5Aget_type(attribute.get()), H5Tclose, "look at " + name),
        space(H5Aget_space(attribute.get()), H5Sclose, "look at " + name) {}
  auto reader() const {
    return [this](hid_t memory, void* to) { return H5Aread(attribute.get(), memory, to); };
  }
  Handle attribute, type, space;
};

struct OpenDataset {
  OpenDataset(const Handle& file, const std::string& path)
      : dataset(open_dataset(file, path)),
        type(H5Dget_type(dataset.get()), H5Tclose, "look at " + path),
        space(H5Dget_space(dataset.get()), H5Sclose, "look at " + path) {}
  auto reader() const {
    return [this](hid_t memory, void* to) {
      return H5Dread(dataset.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
    };
  }
  Handle dataset, type, space;
};

}  // namespace

std::vector<std::string> children(const Handle& file, const std::string& group) {
  const Handle parent(H5Gopen2(file.get(), group.c_str(), H5P_DEFAULT), H5Gclose, "open " + group);
  H5G_info_t info{};
  if (H5Gget_info(parent.get(), &info) < 0) fail("look into " + group);
  std::vector<std::string> paths;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const auto name_to = [&](char* to, std::size_t size) {
      return H5Lget_name_by_idx(parent.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, to, size,
                                H5P_DEFAULT);
    };
    const auto length = name_to(nullptr, 0);
    if (length < 0) fail("look into " + group);
    std::string name(static_cast<std::size_t>(length), '\0');
    name_to(name.data(), name.size() + 1);
    if (H5Oexists_by_name(parent.get(), name.c_str(), H5P_DEFAULT) <= 0) continue;
    paths.push_back((group == "/" ? "" : group) + "/" + name);
  }
  return paths;
}

std::optional<std::string> child_of_class(const Handle& file, const std::string& group,
                                          const std::string& nx_class) {
  for (const std::string& path : children(file, group)) {
    if (find_attribute_text(file, path, "NX_class") == nx_class) return path;
  }
  return std::nullopt;
}

Numbers read_numbers(const Handle& file, const std::string& path) {
  const OpenDataset open(file, path);
  return numbers_of(open.type, open.space, path, open.reader());
}

std::optional<std::string> find_text(const Handle& file, const std::string& path) {
  if (!exists(file, path)) return std::nullopt;
  const OpenDataset open(file, path);
  return text_of(open.type, open.space, path, open.reader());
}

std::optional<std::string> find_attribute_text(const Handle& file, const std::string& path,
                                               const std::string& attribute) {
  if (!has_attribute(file, path, attribute)) return std::nullopt;
  const OpenAttribute open(file, path, attribute);
  return text_of(open.type, open.space, attribute, open.reader());
}

std::vector<double> attribute_numbers(const Handle& file, const std::string& path,
                                      const std::string& attribute) {
  if (!has_attribute(file, path, attribute)) return {};
  const OpenAttribute open(file, path, attribute);
  return numbers_of(open.type, open.space, attribute, open.reader()).values;
}

}  // namespace nanobragg::io::hdf5
