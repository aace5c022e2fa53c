// What a file of HDF5 holds, for those who read it: groups, attributes, numbers and texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/io/files/external_files.hpp"

namespace nanobragg::io::hdf5 {

enum class Kind : std::uint8_t {
  group,
  numbers,
  text,
  other,       // a type that no geometry is made of
  unreadable,  // a link to what is not there or may not be read: see Object::obstacle
};

// Of an attribute: one of the two, or neither for other types.
struct Value {
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

struct Object {
  Kind kind = Kind::other;
  std::map<std::string, Value> attributes;
  std::vector<std::string> children;  // names, of a group; in their order
  std::vector<std::size_t> shape;     // of a dataset; empty for a single one
  std::string type;                   // of numbers: "uint32", "int16", "float32" …
  std::vector<std::string> texts;     // of a dataset of texts
  std::string obstacle;               // why it cannot be read; empty where it can
  std::string file;                   // where it stands, which a link may lead to

  std::size_t count() const;  // elements of a dataset; the largest number where there are more
};

// Rows of a dataset along its first direction.
struct Rows {
  std::size_t first, count;
};

// An open file. What is asked for is named by full paths, "/entry/sample".
class Tree {
 public:
  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  virtual ~Tree() = default;

  // Nothing where there is no such object. Throws Error where the file is damaged.
  virtual std::optional<Object> look(const std::string& path) const = 0;
  // All numbers of a dataset or those of some rows, one row after the other. Throws Error where
  // there is none, where it holds no numbers, and where they do not fit into memory.
  virtual std::vector<double> numbers(const std::string& path, std::optional<Rows> rows) const = 0;
};

// Opens a file of any program. Its bytes are read in a separate process: damaged ones can
// crash the library, which then becomes an Error. Throws Error, naming the file.
std::unique_ptr<Tree> open_tree(const std::filesystem::path& path, ExternalFiles external);

// The same without a separate process.
std::unique_ptr<Tree> open_tree_here(const std::filesystem::path& path, ExternalFiles external);

// The first text of an attribute; nothing where there is none.
std::optional<std::string> attribute_text(const Object& object, const std::string& name);
// The numbers of an attribute; empty where there are none.
std::vector<double> attribute_numbers(const Object& object, const std::string& name);

// The names on the way of a path; "." and ".." are followed.
std::vector<std::string> parts_of(std::string_view path);
// "/a" and "b" make "/a/b". A path that begins with a slash stands for itself.
std::string joined(const std::string& group, const std::string& path);

}  // namespace nanobragg::io::hdf5
