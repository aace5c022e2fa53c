// A thin layer over the C interface of HDF5: handles that close themselves, errors that throw.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io::hdf5 {

// The integers of HDF5 under names of ours: its own header is for .cpp files.
using Id = std::int64_t;
using Size = unsigned long long;
using Shape = std::vector<Size>;

// What HDF5 said last, as an Error about `action`.
[[noreturn]] void fail(const std::string& action);

// Runs `f`; an Error of it that does not say where gets the name of the file.
template <class F>
auto naming(const std::filesystem::path& file, const F& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (!error.where().empty()) throw;
    throw Error(error.problem(), file.string(), error.hint());
  }
}

// An identifier of HDF5 with the function that gives it back. Throws Error where HDF5 gave none.
class Handle {
 public:
  using Close = int (*)(Id);
  Handle(Id id, Close close, const std::string& action);
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, kNone)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  Id get() const { return id_; }

 private:
  static constexpr Id kNone = -1;
  void reset();
  Id id_;
  Close close_;
};

enum class Access : std::uint8_t { create, read, append };

Handle open_file(const std::filesystem::path& place, Access access);
// Everything goes to the disk. Throws Error where it does not.
void flush(const Handle& file);

// A group of NeXus: what it is stands in an attribute.
Handle make_group(const Handle& parent, const std::string& name, const std::string& nx_class);
Handle open_dataset(const Handle& file, const std::string& path);
bool exists(const Handle& file, const std::string& path);

// Datasets that do not grow. An empty shape is a single number.
Handle write_text(const Handle& parent, const std::string& name, const std::string& text);
Handle write_texts(const Handle& parent, const std::string& name,
                   std::span<const std::string> texts);
Handle write_numbers(const Handle& parent, const std::string& name, std::span<const double> values,
                     const Shape& shape);
Handle write_number(const Handle& parent, const std::string& name, double value);
Handle write_integers(const Handle& parent, const std::string& name,
                      std::span<const std::int64_t> values, const Shape& shape);
std::string read_text(const Handle& file, const std::string& path);

void set_attribute(const Handle& object, const std::string& name, const std::string& text);
void set_attribute(const Handle& object, const std::string& name, std::span<const double> values);
void set_attribute(const Handle& object, const std::string& name, std::int64_t value);

// What a series is made of: numbers of a type, so many in each direction.
struct Element {
  Id type;
  Shape shape;
};
// The first `length` elements of a series in another file, which is named relative to the folder of
// this one.
struct VirtualPart {
  std::string file;
  std::string path;
  std::size_t length;
};
// A series of elements that stand in other files. What is not there reads as the largest number of
// an integer type, which is no measurement, or as NaN.
void make_virtual_series(const Handle& parent, const std::string& name, const Element& element,
                         const std::vector<VirtualPart>& parts);

// A dataset that takes elements of shape `element` one after the other, along its first axis.
// `compression` is a list of dataset creation properties, chunked an element at a time; images
// larger than those of any detector that is read a chunk at a time are chunked by rows.
enum class Compression : std::uint8_t { none, best };
Handle make_series(const Handle& parent, const std::string& name, Id type, const Shape& element,
                   Compression compression);
std::size_t series_length(const Handle& dataset);
// Adds one element, which stands in memory as numbers of `memory_type`.
void append(const Handle& dataset, Id memory_type, const void* element);
// The same for an image, in blocks of the rows that stand in one chunk: rows(first, count) gives
// those from `first` on, valid until it is called again.
void append_rows(const Handle& dataset, Id memory_type,
                 const std::function<const void*(std::size_t first, std::size_t count)>& rows);
// Shortens the dataset to its first `length` elements.
void cut_series(const Handle& dataset, std::size_t length);

// Name of the filter that Compression::best takes here: "bitshuffle-LZ4" or "gzip".
std::string best_compression();

}  // namespace nanobragg::io::hdf5
