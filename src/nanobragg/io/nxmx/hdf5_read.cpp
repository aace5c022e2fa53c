// Asks HDF5 for types and extents before it reads.
#include "nanobragg/io/nxmx/hdf5_read.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/files/claimed_size.hpp"

namespace nanobragg::io::hdf5 {
namespace {

// Groups and attributes beyond these do not belong to an experiment's description.
constexpr std::size_t kMostChildren = 100'000;
constexpr std::size_t kMostAttributes = 1'000;
constexpr std::size_t kMostInAttribute = 100'000;

std::string look_at(const std::string& what) { return "look at " + what; }

Shape extent_of(const Handle& space) {
  Shape shape(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space.get()), 0)));
  if (!shape.empty()) H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr);
  // A space may have no elements at all, as that of h5py.Empty.
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) shape = {0};
  return shape;
}

std::size_t count_of(const Handle& space) {
  Object counted;
  for (const Size size : extent_of(space)) counted.shape.push_back(size);
  return counted.count();
}

// Throws Error where so many elements of a size do not fit into memory.
void check_memory(std::size_t count, std::size_t size, const std::string& what) {
  check_fits_in_memory(static_cast<double>(count) * static_cast<double>(size), what,
                       "the file may be damaged");
}

Kind kind_of(const Handle& type) {
  switch (H5Tget_class(type.get())) {
    case H5T_INTEGER:
    case H5T_FLOAT:
    case H5T_ENUM:
      return Kind::numbers;
    case H5T_STRING:
      return Kind::text;
    default:
      return Kind::other;
  }
}

std::string name_of(const Handle& type) {
  constexpr std::size_t kBitsInByte = 8;
  const std::size_t bits = kBitsInByte * H5Tget_size(type.get());
  if (H5Tget_class(type.get()) == H5T_FLOAT) return fmt::format("float{}", bits);
  if (H5Tget_class(type.get()) == H5T_ENUM) return "enum";
  return fmt::format("{}int{}", H5Tget_sign(type.get()) == H5T_SGN_NONE ? "u" : "", bits);
}

// Texts of Fortran are filled up with spaces.
std::string trimmed(std::string text) {
  text.resize(std::min(text.size(), text.find('\0')));
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

// `read(memory type, buffer)` is H5Dread or H5Aread of all that has `type` and `space`.
template <class Read>
std::vector<std::string> texts_of(const Handle& type, const Handle& space, const std::string& what,
                                  const Read& read) {
  const std::size_t count = count_of(space);
  std::vector<std::string> texts;
  if (count == 0) return texts;
  if (H5Tis_variable_str(type.get()) > 0) {
    check_memory(count, sizeof(char*), what);
    std::vector<char*> pointers(count, nullptr);
    if (read(type.get(), static_cast<void*>(pointers.data())) < 0) fail("read " + what);
    for (const char* text : pointers) texts.push_back(trimmed(text == nullptr ? "" : text));
    H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, static_cast<void*>(pointers.data()));
    return texts;
  }
  const std::size_t size = H5Tget_size(type.get());
  check_memory(count, size, what);
  std::string all(size * count, '\0');
  if (read(type.get(), static_cast<void*>(all.data())) < 0) fail("read " + what);
  for (std::size_t i = 0; i < count; ++i) texts.push_back(trimmed(all.substr(i * size, size)));
  return texts;
}

Value attribute_of(const Handle& object, const std::string& name) {
  const std::string what = "the attribute " + name;
  const Handle attribute(H5Aopen(object.get(), name.c_str(), H5P_DEFAULT), H5Aclose,
                         "open " + what);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose, look_at(what));
  const Handle space(H5Aget_space(attribute.get()), H5Sclose, look_at(what));
  const std::size_t count = count_of(space);
  if (count > kMostInAttribute) throw Error(fmt::format("{} has {} elements", what, count));
  const auto read = [&](hid_t memory, void* to) { return H5Aread(attribute.get(), memory, to); };
  Value value;
  if (kind_of(type) == Kind::text) value.texts = texts_of(type, space, what, read);
  if (kind_of(type) == Kind::numbers) {
    value.numbers.resize(count);
    if (count > 0 && read(H5T_NATIVE_DOUBLE, value.numbers.data()) < 0) fail("read " + what);
  }
  return value;
}

herr_t collect_name(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return static_cast<std::vector<std::string>*>(names)->size() > kMostAttributes ? 1 : 0;
}

herr_t collect_link(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return static_cast<std::vector<std::string>*>(names)->size() > kMostChildren ? 1 : 0;
}

// What was never written reads as zeros that were not measured, unless the writer says what it
// reads as. Of contiguous and chunked data in the file itself; others have no place of their own.
bool is_unwritten(const Handle& dataset, const Handle& created) {
  const H5D_layout_t layout = H5Pget_layout(created.get());
  if (layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) return false;
  if (layout == H5D_CONTIGUOUS && H5Pget_external_count(created.get()) > 0) return false;
  H5D_fill_value_t fill = H5D_FILL_VALUE_DEFAULT;
  if (H5Pfill_value_defined(created.get(), &fill) < 0) fail("look at a dataset");
  return fill != H5D_FILL_VALUE_USER_DEFINED && H5Dget_storage_size(dataset.get()) == 0;
}

Handle creation_of(const Handle& dataset, const std::string& path) {
  return {H5Dget_create_plist(dataset.get()), H5Pclose, look_at(path)};
}

void describe_dataset(const Handle& dataset, const std::string& path, Object& out) {
  const Handle type(H5Dget_type(dataset.get()), H5Tclose, look_at(path));
  const Handle space(H5Dget_space(dataset.get()), H5Sclose, look_at(path));
  for (const Size size : extent_of(space)) out.shape.push_back(size);
  out.kind = kind_of(type);
  if (out.kind == Kind::numbers) {
    out.type = name_of(type);
    const bool is_lost = out.count() > 0 && is_unwritten(dataset, creation_of(dataset, path));
    if (is_lost) out.obstacle = "never written";
  }
  if (out.kind == Kind::text && out.count() <= kMostInAttribute) {
    out.texts = texts_of(type, space, path, [&](hid_t memory, void* to) {
      return H5Dread(dataset.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
    });
  }
}

// As many bytes as one of a dataset can stand for, by the filters that it is written through.
double largest_ratio(const Handle& created) {
  constexpr H5Z_filter_t kLzf = 32000, kLz4 = 32004, kBitshuffle = 32008, kZstd = 32015;
  double ratio = 1.0;
  for (int i = 0; i < H5Pget_nfilters(created.get()); ++i) {
    unsigned flags = 0;
    unsigned configuration = 0;
    std::size_t values = 0;
    switch (H5Pget_filter2(created.get(), static_cast<unsigned>(i), &flags, &values, nullptr, 0,
                           nullptr, &configuration)) {
      case H5Z_FILTER_SHUFFLE:
      case H5Z_FILTER_FLETCHER32:
        break;
      case H5Z_FILTER_DEFLATE:
        ratio *= kDeflateRatio;
        break;
      case kLzf:  // three bytes repeat up to 264 (lzf_d.c of liblzf)
        ratio *= 88.0;
        break;
      case kLz4:  // a byte lengthens what is repeated by up to 255 (LZ4 block format)
        ratio *= 255.0;
        break;
      case kBitshuffle:  // LZ4 or Zstandard
      case kZstd:
        ratio *= kZstdRatio;
        break;
      default:  // some store equal numbers in no bits at all
        return std::numeric_limits<double>::infinity();
    }
  }
  return ratio;
}

// Throws Error where so many elements cannot be in what the file has of a dataset. Its writer may
// say what is read where nothing was written, and virtual datasets lie elsewhere.
void check_held(const Handle& dataset, const Handle& created, std::size_t count,
                const std::string& path) {
  const H5D_layout_t layout = H5Pget_layout(created.get());
  H5D_fill_value_t fill = H5D_FILL_VALUE_DEFAULT;
  if (H5Pfill_value_defined(created.get(), &fill) < 0) fail(look_at(path));
  if (fill == H5D_FILL_VALUE_USER_DEFINED || layout == H5D_VIRTUAL) return;
  if (layout == H5D_CONTIGUOUS && H5Pget_external_count(created.get()) > 0) return;
  const Handle file(H5Iget_file_id(dataset.get()), H5Fclose, look_at(path));
  hsize_t in_file = 0;
  if (H5Fget_filesize(file.get(), &in_file) < 0) fail(look_at(path));
  const Handle type(H5Dget_type(dataset.get()), H5Tclose, look_at(path));
  const hsize_t stored = std::min(H5Dget_storage_size(dataset.get()), in_file);
  const double claimed = static_cast<double>(count) * static_cast<double>(H5Tget_size(type.get()));
  if (claimed <= static_cast<double>(stored) * largest_ratio(created)) return;
  throw Error(fmt::format("{} cannot be read (its {} numbers do not fit in {} bytes)", path, count,
                          stored));
}

// The part that begins at `first`.
void check_written(const Handle& dataset, const Shape& first, std::size_t count,
                   const std::string& path) {
  const Handle created = creation_of(dataset, path);
  if (is_unwritten(dataset, created)) throw Error(path + " cannot be read (never written)");
  check_held(dataset, created, count, path);
  if (H5Pget_layout(created.get()) != H5D_CHUNKED || first.empty()) return;
  Shape chunk(first.size());
  if (H5Pget_chunk(created.get(), static_cast<int>(chunk.size()), chunk.data()) < 0) {
    fail(look_at(path));
  }
  const Handle type(H5Dget_type(dataset.get()), H5Tclose, look_at(path));
  double bytes = static_cast<double>(H5Tget_size(type.get()));
  for (const Size size : chunk) bytes *= static_cast<double>(size);
  check_fits_in_memory(bytes, "a chunk of " + path, "the file may be damaged");
  haddr_t address = HADDR_UNDEF;
  Size stored = 0;
  unsigned filters = 0;
  Shape corner = first;
  for (std::size_t d = 0; d < corner.size(); ++d) corner[d] -= corner[d] % chunk[d];
  if (H5Dget_chunk_info_by_coord(dataset.get(), corner.data(), &filters, &address, &stored) < 0) {
    fail(look_at(path));
  }
  H5D_fill_value_t fill = H5D_FILL_VALUE_DEFAULT;
  if (H5Pfill_value_defined(created.get(), &fill) < 0) fail(look_at(path));
  if (address == HADDR_UNDEF && fill != H5D_FILL_VALUE_USER_DEFINED) {
    throw Error(path + " cannot be read (this part of it was never written)");
  }
}

}  // namespace

Object describe(const Handle& object, const std::string& path) {
  Object out;
  std::vector<std::string> names;
  if (H5Aiterate2(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names) < 0) {
    fail("read the attributes of " + path);
  }
  if (names.size() > kMostAttributes) {
    throw Error(fmt::format("{} has more than {} attributes", path, kMostAttributes));
  }
  for (const std::string& name : names) out.attributes[name] = attribute_of(object, name);
  switch (H5Iget_type(object.get())) {
    case H5I_DATASET:
      describe_dataset(object, path, out);
      break;
    case H5I_GROUP:
      out.kind = Kind::group;
      if (H5Literate(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_link,
                     &out.children) < 0) {
        fail("look into " + path);
      }
      if (out.children.size() > kMostChildren) {
        throw Error(fmt::format("{} has more than {} members", path, kMostChildren));
      }
      break;
    default:
      break;
  }
  return out;
}

std::vector<double> read_numbers(const Handle& dataset, const std::string& path,
                                 std::optional<Rows> rows) {
  const Handle type(H5Dget_type(dataset.get()), H5Tclose, look_at(path));
  if (kind_of(type) != Kind::numbers) throw Error(path + " is not a number");
  const Handle space(H5Dget_space(dataset.get()), H5Sclose, look_at(path));
  const Shape whole = extent_of(space);
  Shape first(whole.size(), 0);
  Shape taken = whole;
  if (rows) {
    if (whole.empty() || rows->first > whole[0] || rows->count > whole[0] - rows->first) {
      throw Error(
          fmt::format("{} has no rows {} to {}", path, rows->first, rows->first + rows->count));
    }
    first[0] = rows->first;
    taken[0] = rows->count;
  }
  Object counted;
  for (const Size size : taken) counted.shape.push_back(size);
  const std::size_t count = counted.count();
  if (count == 0) return {};
  check_memory(count, sizeof(double), path);
  check_written(dataset, first, count, path);
  std::vector<double> values(count);
  if (rows && H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, first.data(), nullptr, taken.data(),
                                  nullptr) < 0) {
    fail("choose rows of " + path);
  }
  const Handle memory(H5Screate_simple(static_cast<int>(taken.size()), taken.data(), nullptr),
                      H5Sclose, "read " + path);
  if (H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, rows ? memory.get() : H5S_ALL,
              rows ? space.get() : H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    fail("read " + path);
  }
  return values;
}

}  // namespace nanobragg::io::hdf5
