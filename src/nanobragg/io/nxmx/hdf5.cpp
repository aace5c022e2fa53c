// Wraps the calls of HDF5 that NXmx files need.
#include "nanobragg/io/nxmx/hdf5.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cfenv>
#include <string_view>
#include <type_traits>

#include "nanobragg/io/files/files_read.hpp"

namespace nanobragg::io::hdf5 {
namespace {

static_assert(std::is_same_v<hid_t, Id> && std::is_same_v<hsize_t, Size>);

// Filter number of bitshuffle in the registry of the HDF Group, and its parameters: a block size
// that it chooses, LZ4.
constexpr H5Z_filter_t kBitshuffle = 32008;
constexpr std::array<unsigned, 2> kBitshuffleLz4{0, 2};
// Faster levels of gzip compress counts nearly as well as slower ones.
constexpr unsigned kGzipLevel = 2;

void check(herr_t result, const std::string& action) {
  if (result < 0) fail(action);
}

// Errors are thrown, not printed, and nothing is tidied up when the program ends: everything is
// closed by then, and what could not be closed (a full disk) would crash HDF5 1.10.
void set_up() {
  static const bool kDone = [] {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(kDone);
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  check(H5Tset_size(type.get(), H5T_VARIABLE), "make a text type");
  check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make a text type");
  return type;
}

Handle space_of(const Shape& shape) {
  return {shape.empty() ? H5Screate(H5S_SCALAR)
                        : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
          H5Sclose, "make a data space"};
}

// How datasets are created: times are not kept, so that the same run writes the same bytes.
Handle without_times(const std::string& action) {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, action);
  check(H5Pset_obj_track_times(properties.get(), false), action);
  return properties;
}

Handle write_dataset(const Handle& parent, const std::string& name, hid_t type, const Shape& shape,
                     const void* values) {
  const std::string action = "write " + name;
  const Handle space = space_of(shape);
  const Handle properties = without_times(action);
  Handle dataset(H5Dcreate2(parent.get(), name.c_str(), type, space.get(), H5P_DEFAULT,
                            properties.get(), H5P_DEFAULT),
                 H5Dclose, action);
  check(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), action);
  return dataset;
}

void write_attribute(const Handle& object, const std::string& name, hid_t type, const Shape& shape,
                     const void* values) {
  const std::string action = "write the attribute " + name;
  const Handle space = space_of(shape);
  const Handle attribute(
      H5Acreate2(object.get(), name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
      action);
  check(H5Awrite(attribute.get(), type, values), action);
}

// That a filter is missing says more than where it was not found.
bool lacks_filter(std::string_view reason) { return reason.starts_with("required filter"); }

// The system's reason where there is one in the text, "error message = 'No space left on device'".
herr_t keep_innermost(unsigned /*depth*/, const H5E_error2_t* error, void* text) {
  if (error->desc == nullptr) return 0;
  constexpr std::string_view kSystem = "error message = '";
  std::string_view reason = error->desc;
  if (const std::size_t at = reason.find(kSystem); at != std::string_view::npos) {
    reason.remove_prefix(at + kSystem.size());
    reason = reason.substr(0, reason.find('\''));
  }
  *static_cast<std::string*>(text) = reason;
  constexpr herr_t kStop = 1;
  return lacks_filter(reason) ? kStop : 0;
}

// Loads the plugin, once. Some builds of it change the arithmetic of the thread that loads them
// (numbers near 1e-310 become 0, from start-up code of -ffast-math), which would show in what is
// computed afterwards: the arithmetic is put back.
bool has_bitshuffle() {
  set_up();
  static const bool has = [] {
    std::fenv_t arithmetic;
    std::fegetenv(&arithmetic);
    const bool found = H5Zfilter_avail(kBitshuffle) > 0;
    std::fesetenv(&arithmetic);
    return found;
  }();
  return has;
}

// Programs for series look for whole images in chunks. The largest detectors that they know have 18
// million pixels; chunks of larger images keep the memory small that a chunk takes.
hsize_t rows_of_chunk(hsize_t slow, hsize_t fast) {
  constexpr hsize_t kMostPixels = 20'000'000;
  constexpr hsize_t kPixels = hsize_t{1} << 20;
  if (slow * fast <= kMostPixels) return slow;
  return std::clamp<hsize_t>(kPixels / std::max<hsize_t>(fast, 1), 1, slow);
}

Shape extent_of(const Handle& dataset) {
  const Handle space(H5Dget_space(dataset.get()), H5Sclose, "look at a dataset");
  Shape shape(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.get())));
  if (!shape.empty()) H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr);
  return shape;
}

}  // namespace

void fail(const std::string& action) {
  std::string reason = "unknown reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_innermost, &reason);
  throw Error(
      fmt::format("HDF5 cannot {} ({})", action, reason), "",
      lacks_filter(reason) ? "install its plugin (Debian: bitshuffle or hdf5-filter-plugin)" : "");
}

Handle::Handle(hid_t id, Close close, const std::string& action) : id_(id), close_(close) {
  if (id < 0) fail(action);
}

Handle& Handle::operator=(Handle&& other) noexcept {
  reset();
  id_ = std::exchange(other.id_, kNone);
  close_ = other.close_;
  return *this;
}

void Handle::reset() {
  if (id_ >= 0) close_(std::exchange(id_, kNone));
}

Handle open_file(const std::filesystem::path& place, Access access) {
  // HDF5 looks for a filter by itself when it makes a dataset or reads one, not when it goes on
  // with one; and loading it is to leave the arithmetic alone.
  has_bitshuffle();
  const std::string action = fmt::format("open '{}'", place.string());
  if (access == Access::create) {
    return {H5Fcreate(place.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, action};
  }
  if (access == Access::read) note_read(place);
  const unsigned flags = access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR;
  return {H5Fopen(place.c_str(), flags, H5P_DEFAULT), H5Fclose, action};
}

void flush(const Handle& file) {
  check(H5Fflush(file.get(), H5F_SCOPE_LOCAL), "write to the disk");
}

Handle make_group(const Handle& parent, const std::string& name, const std::string& nx_class) {
  Handle group(H5Gcreate2(parent.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
               H5Gclose, "make the group " + name);
  set_attribute(group, "NX_class", nx_class);
  return group;
}

Handle open_dataset(const Handle& file, const std::string& path) {
  return {H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT), H5Dclose, "open " + path};
}

bool exists(const Handle& file, const std::string& path) {
  for (std::size_t end = path.find('/', 1); end != std::string::npos;
       end = path.find('/', end + 1)) {
    if (H5Lexists(file.get(), path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  return H5Lexists(file.get(), path.c_str(), H5P_DEFAULT) > 0;
}

Handle write_text(const Handle& parent, const std::string& name, const std::string& text) {
  const char* const characters = text.c_str();
  return write_dataset(parent, name, text_type().get(), {}, &characters);
}

Handle write_texts(const Handle& parent, const std::string& name,
                   std::span<const std::string> texts) {
  std::vector<const char*> characters;
  for (const std::string& text : texts) characters.push_back(text.c_str());
  return write_dataset(parent, name, text_type().get(), {texts.size()}, characters.data());
}

Handle write_numbers(const Handle& parent, const std::string& name, std::span<const double> values,
                     const Shape& shape) {
  return write_dataset(parent, name, H5T_NATIVE_DOUBLE, shape, values.data());
}

Handle write_number(const Handle& parent, const std::string& name, double value) {
  return write_numbers(parent, name, std::span(&value, 1), {});
}

Handle write_integers(const Handle& parent, const std::string& name,
                      std::span<const std::int64_t> values, const Shape& shape) {
  return write_dataset(parent, name, H5T_NATIVE_INT64, shape, values.data());
}

std::string read_text(const Handle& file, const std::string& path) {
  const Handle dataset = open_dataset(file, path);
  char* characters = nullptr;
  check(H5Dread(dataset.get(), text_type().get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                static_cast<void*>(&characters)),
        "read " + path);
  std::string text(characters == nullptr ? "" : characters);
  H5free_memory(characters);
  return text;
}

void set_attribute(const Handle& object, const std::string& name, const std::string& text) {
  const char* const characters = text.c_str();
  write_attribute(object, name, text_type().get(), {}, &characters);
}

void set_attribute(const Handle& object, const std::string& name, std::span<const double> values) {
  write_attribute(object, name, H5T_NATIVE_DOUBLE, {values.size()}, values.data());
}

void set_attribute(const Handle& object, const std::string& name, std::int64_t value) {
  write_attribute(object, name, H5T_NATIVE_INT64, {}, &value);
}

Handle make_series(const Handle& parent, const std::string& name, hid_t type, const Shape& element,
                   Compression compression) {
  const std::string action = "make the dataset " + name;
  Shape start{0};
  Shape most{H5S_UNLIMITED};
  Shape chunk{1};
  for (const hsize_t size : element) {
    for (Shape* shape : {&start, &most, &chunk}) shape->push_back(size);
  }
  // Numbers are kept many to a chunk.
  constexpr hsize_t kNumbersInAChunk = 1024;
  if (element.empty()) chunk.front() = kNumbersInAChunk;
  if (element.size() == 2) chunk[1] = rows_of_chunk(element[0], element[1]);
  const auto rank = static_cast<int>(start.size());
  const Handle space(H5Screate_simple(rank, start.data(), most.data()), H5Sclose, action);
  const Handle properties = without_times(action);
  check(H5Pset_chunk(properties.get(), rank, chunk.data()), action);
  if (compression == Compression::best && has_bitshuffle()) {
    check(H5Pset_filter(properties.get(), kBitshuffle, H5Z_FLAG_MANDATORY, kBitshuffleLz4.size(),
                        kBitshuffleLz4.data()),
          action);
  } else if (compression == Compression::best) {
    check(H5Pset_shuffle(properties.get()), action);
    check(H5Pset_deflate(properties.get(), kGzipLevel), action);
  }
  return {H5Dcreate2(parent.get(), name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(),
                     H5P_DEFAULT),
          H5Dclose, action};
}

std::size_t series_length(const Handle& dataset) { return extent_of(dataset).front(); }

namespace {

// Room for one element more; returns the shape of the dataset with it.
Shape extend(const Handle& dataset, const std::string& action) {
  Shape shape = extent_of(dataset);
  ++shape.front();
  check(H5Dset_extent(dataset.get(), shape.data()), action);
  return shape;
}

struct Block {
  Shape first, count;
};

void write_block(const Handle& dataset, hid_t memory_type, const Block& block, const void* values) {
  const std::string action = "write an exposure";
  const Handle memory = space_of(block.count);
  const Handle file(H5Dget_space(dataset.get()), H5Sclose, action);
  check(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, block.first.data(), nullptr,
                            block.count.data(), nullptr),
        action);
  check(H5Dwrite(dataset.get(), memory_type, memory.get(), file.get(), H5P_DEFAULT, values),
        action);
}

hsize_t rows_in_a_chunk(const Handle& dataset) {
  const Handle properties(H5Dget_create_plist(dataset.get()), H5Pclose, "look at a dataset");
  std::array<hsize_t, 3> chunk{};
  if (H5Pget_chunk(properties.get(), chunk.size(), chunk.data()) < 0) fail("look at a dataset");
  return chunk[1];
}

}  // namespace

void append(const Handle& dataset, hid_t memory_type, const void* element) {
  Shape count = extend(dataset, "write an exposure");
  Shape first(count.size(), 0);
  first.front() = count.front() - 1;
  count.front() = 1;
  write_block(dataset, memory_type, {first, count}, element);
}

void append_rows(const Handle& dataset, hid_t memory_type,
                 const std::function<const void*(std::size_t first, std::size_t count)>& rows) {
  const Shape shape = extend(dataset, "write an exposure");
  const hsize_t most = rows_in_a_chunk(dataset);
  for (hsize_t row = 0; row < shape[1]; row += most) {
    const hsize_t count = std::min(most, shape[1] - row);
    write_block(dataset, memory_type, {{shape[0] - 1, row, 0}, {1, count, shape[2]}},
                rows(row, count));
  }
}

void cut_series(const Handle& dataset, std::size_t length) {
  Shape shape = extent_of(dataset);
  if (shape.front() <= length) return;
  shape.front() = length;
  check(H5Dset_extent(dataset.get(), shape.data()), "shorten a series");
}

std::string best_compression() { return has_bitshuffle() ? "bitshuffle-LZ4" : "gzip"; }

}  // namespace nanobragg::io::hdf5
