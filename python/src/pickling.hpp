// Values as bytes, for pickle: another process of the same version reads back the same bits.
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "members.hpp"
#include "nanobragg/base/checked.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/build_info.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/model/equivalents.hpp"

namespace nanobragg::python {

template <class T>
concept HasMembers = requires(const T& value) {
  members(value);
};

// Numbers, enumerations, and structures of nothing else: their bytes say all.
template <class T>
concept Plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !HasMembers<T>;

class ByteWriter {
 public:
  template <Plain T>
  void put(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void put(const std::string& text) {
    put(text.size());
    bytes_ += text;
  }
  void put(const std::filesystem::path& path) { put(path.string()); }
  void put(const config::Settings& settings) { put(config::to_toml(settings)); }
  void put(const kernel::Kernel* kernel) { put(std::string(kernel->name)); }
  void put(const StructureFactors& factors) {
    put(factors.default_amplitude());
    put(factors.box());
    put(std::vector<double>(factors.table().begin(), factors.table().end()));
    put(factors.equivalents());
  }
  void put(const Equivalents& equivalents) {
    const auto& [group, mates] = equivalents.symmetry();
    put(equivalents.box());
    put(group.name);
    put(group.operations);
    put(mates);
    put(std::vector<std::uint32_t>(equivalents.reflections().begin(),
                                   equivalents.reflections().end()));
    put(equivalents.listed());
  }
  // The library packs it, so that its elements are not references.
  void put(const std::vector<bool>& values) {
    put(values.size());
    for (const bool value : values) put(value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    for (const T& value : values) put(value);
  }
  template <class T>
  requires(!Plain<std::optional<T>>) void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::shared_ptr<const T>& value) {
    put(value != nullptr);
    if (value) put(*value);
  }
  template <class T>
  void put(const Image<T>& image) {
    put(image.shape());
    for (const T& pixel : image.pixels()) put(pixel);
  }
  template <class T>
  requires(!Plain<Checked<T>>) void put(const Checked<T>& value) { put(*value); }
  template <HasMembers T>
  void put(const T& value) {
    std::apply([this](const auto&... member) { (put(member), ...); }, members(value));
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. Throws Error where the bytes end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  bool is_at_end() const { return bytes_.empty(); }

  template <class T>
  T take() {
    return take(std::type_identity<T>());
  }

 private:
  template <class T>
  using Type = std::type_identity<T>;

  std::string_view next(std::size_t count) {
    if (count > bytes_.size()) throw Error("pickled value that is cut off");
    const std::string_view first = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return first;
  }
  template <Plain T>
  T take(Type<T>) {
    // Not every T can be made from nothing.
    alignas(T) std::array<std::byte, sizeof(T)> place;
    std::memcpy(place.data(), next(sizeof(T)).data(), sizeof(T));
    return std::bit_cast<T>(place);
  }
  std::string take(Type<std::string>) { return std::string(next(take<std::size_t>())); }
  std::filesystem::path take(Type<std::filesystem::path>) { return take<std::string>(); }
  config::Settings take(Type<config::Settings>) {
    return config::parse_toml(take<std::string>(), "pickled settings");
  }
  const kernel::Kernel* take(Type<const kernel::Kernel*>) {
    return &kernel::find_kernel(take<std::string>());
  }
  StructureFactors take(Type<StructureFactors>) {
    const auto otherwise = take<double>();
    const auto box = take<MillerBox>();
    auto table = take<std::vector<double>>();
    auto equivalents = take<std::shared_ptr<const Equivalents>>();
    if (table.empty()) return StructureFactors(otherwise);
    return StructureFactors::from_table(box, std::move(table), otherwise, std::move(equivalents));
  }
  Equivalents take(Type<Equivalents>) {
    const auto box = take<MillerBox>();
    auto name = take<std::string>();
    auto operations = take<std::vector<SymmetryOperation>>();
    const auto mates = take<FriedelMates>();
    auto reflections = take<std::vector<std::uint32_t>>();
    return {box,
            {{std::move(name), std::move(operations)}, mates},
            std::move(reflections),
            take<std::vector<bool>>()};
  }
  template <class T>
  std::vector<T> take(Type<std::vector<T>>) {
    std::vector<T> values;
    for (auto left = take<std::size_t>(); left > 0; --left) values.push_back(take<T>());
    return values;
  }
  template <class T>
  requires(!Plain<std::optional<T>>) std::optional<T> take(Type<std::optional<T>>) {
    return take<bool>() ? std::optional<T>(take<T>()) : std::nullopt;
  }
  template <class T>
  std::shared_ptr<const T> take(Type<std::shared_ptr<const T>>) {
    return take<bool>() ? std::make_shared<const T>(take<T>()) : nullptr;
  }
  template <class T>
  Image<T> take(Type<Image<T>>) {
    const auto shape = take<ImageShape>();
    if (shape.slow != 0 && shape.fast > bytes_.size() / shape.slow) {
      throw Error("pickled image that is cut off");
    }
    Image<T> image(shape);
    for (T& pixel : image.pixels()) pixel = take<T>();
    return image;
  }
  template <class T>
  requires(!Plain<Checked<T>>) Checked<T> take(Type<Checked<T>>) { return Checked<T>(take<T>()); }
  template <HasMembers T>
  T take(Type<T>) {
    return take_members(Type<T>(), Type<decltype(members(std::declval<const T&>()))>());
  }
  // In braces, members are read in their order.
  template <class T, class... Member>
  T take_members(Type<T>, Type<std::tuple<Member&...>>) {
    return T{take<std::remove_cv_t<Member>>()...};
  }

  std::string_view bytes_;
};

inline std::string pickle_head() {
  return std::string("nanobragg ") + build_info::kVersion + " " + build_info::kGitCommit;
}

template <class T>
pybind11::bytes pickled(const T& value) {
  ByteWriter writer;
  writer.put(pickle_head());
  writer.put(value);
  return pybind11::bytes(writer.bytes());
}

template <class T>
T unpickled(const pybind11::bytes& state) {
  const std::string bytes = state;
  ByteReader reader(bytes);
  if (const auto head = reader.take<std::string>(); head != pickle_head()) {
    throw Error("a value pickled by " + head + " (this is " + pickle_head() + ")", "",
                "flags or a TOML file keep an experiment from one version to the next");
  }
  auto value = reader.take<T>();
  if (!reader.is_at_end()) throw Error("pickled value with more behind it");
  return value;
}

// copy, deepcopy and pickle for a class of immutable values, which are their own copies. Returns
// the class.
template <class T, class... Options>
pybind11::class_<T, Options...>& add_copies(pybind11::class_<T, Options...>& of) {
  namespace py = pybind11;
  return of.def("__copy__", [](py::object self) { return self; })
      .def(
          "__deepcopy__", [](py::object self, const py::dict&) { return self; }, py::arg("memo"))
      .def(py::pickle([](const T& value) { return pickled(value); },
                      [](const py::bytes& state) { return unpickled<T>(state); }));
}

}  // namespace nanobragg::python
