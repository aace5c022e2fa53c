// Questions and answers about a file between two processes, as bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/nxmx/hdf5_tree.hpp"

namespace nanobragg::io::hdf5 {

// Puts values behind each other; both ends are this program on this machine.
class Packer {
 public:
  void put(std::size_t number);
  void put(std::string_view text);
  void put(const std::vector<double>& numbers);
  void put(const Object& object);
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Takes them out again in the same order. Throws Error where there are too few.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  std::size_t number();
  std::string text();
  std::vector<double> numbers();
  Object object();

 private:
  std::string_view next(std::size_t size);
  std::string_view bytes_;
};

// What is asked: the numbers of a dataset, or (without rows) what an object is.
enum class Verb : std::uint8_t { look, numbers, rows };
enum class Answer : std::uint8_t { nothing, object, numbers, error, usage_error };

// Many numbers go behind the message, as they are.
struct Reply {
  std::string message;
  std::vector<double> numbers;
};

// Answers a request by the tree; what is thrown becomes an answer too.
Reply answer(const Tree& tree, std::string_view request);

// An answer that says what `work` threw; empty where it threw nothing.
std::string thrown_by(const std::function<void()>& work);

// Throws what an answer of these kinds holds.
[[noreturn]] void throw_error(Unpacker& answer, Answer kind);

}  // namespace nanobragg::io::hdf5
