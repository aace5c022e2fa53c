// Values as bytes, from one process of this program to another, or to a later one: numbers keep
// every bit.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "nanobragg/base/error.hpp"

namespace nanobragg {

// What has members(value): a tuple of references to all that the value consists of.
template <class T>
concept HasMembers = requires(T& value) {
  members(value);
};

// Bytes in the order of this machine. What has neither members nor a length is copied as it stands
// in memory: numbers, enumerations, and structures of those.
class Packer {
 public:
  template <class T>
  void add(const T& value) {
    if constexpr (HasMembers<const T>) {
      std::apply([&](const auto&... member) { (add(member), ...); }, members(value));
    } else {
      static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  }
  void add(const std::string& text) {
    add(std::uint64_t{text.size()});
    bytes_ += text;
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    add(std::uint64_t{values.size()});
    for (const T& value : values) add(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what a Packer has written, in the same order. Throws Error where bytes are missing.
class Unpacker {
 public:
  // The bytes outlive it; `name` is for messages.
  Unpacker(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  template <class T>
  T take() {
    T value{};
    read(value);
    return value;
  }
  template <class T>
  void read(T& value) {
    if constexpr (HasMembers<T>) {
      std::apply([&](auto&... member) { (read(member), ...); }, members(value));
    } else {
      static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
      std::memcpy(&value, next(sizeof value).data(), sizeof value);
    }
  }
  void read(std::string& text) { text = next(length(1)); }
  template <class T>
  void read(std::optional<T>& value) {
    value.reset();
    if (take<bool>()) value = take<T>();
  }
  template <class T>
  void read(std::vector<T>& values) {
    values.resize(length(1));
    for (T& value : values) read(value);
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  // Of what takes so many bytes at least, each.
  std::size_t length(std::size_t each) {
    const auto count = take<std::uint64_t>();
    if (count > bytes_.size() / each) throw cut_short();
    return count;
  }
  std::string_view next(std::size_t count) {
    if (count > bytes_.size()) throw cut_short();
    const std::string_view out = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return out;
  }
  Error cut_short() const { return Error("the file ends before its end", name_); }

  std::string_view bytes_;
  std::string name_;
};

}  // namespace nanobragg
