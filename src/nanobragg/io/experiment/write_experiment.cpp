// Writes an experiment as text that people can read and compare.
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "nanobragg/build_info.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/experiment/stored_parts.hpp"
#include "nanobragg/io/files/digest.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {
namespace {

// What members() lists the members of.
template <class Archive, class T>
concept Structure = requires(Archive& archive, T& value) {
  members(archive, value);
};

// An archive of members that writes them as the members of a JSON object.
class JsonWriter {
 public:
  template <class T>
  void field(const char* key, T& value) {
    begin_item();
    text_ += fmt::format("\"{}\": ", key);
    put(value);
  }
  // What is unset has no key.
  template <class T>
  void field(const char* key, std::optional<T>& value) {
    if (value) field(key, *value);
  }
  template <class F>
  void object(const F& write_members) {
    open('{');
    write_members();
    close('}');
  }
  std::string take() { return std::move(text_); }

 private:
  void open(char bracket) {
    text_ += bracket;
    ++depth_;
    is_first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!is_first_) begin_line();
    text_ += bracket;
    is_first_ = false;
  }
  void begin_item() {
    if (!is_first_) text_ += ',';
    is_first_ = false;
    begin_line();
  }
  void begin_line() {
    text_ += '\n';
    line_ = text_.size();
    text_.append(depth_, ' ');
  }

  // As few digits as read back the same. A whole number keeps its point, and −0 its sign.
  void put(double number) {
    if (!std::isfinite(number)) {
      text_ += std::isnan(number) ? "\"NaN\"" : number > 0.0 ? "\"Infinity\"" : "\"-Infinity\"";
      return;
    }
    const std::size_t begin = text_.size();
    fmt::format_to(std::back_inserter(text_), "{}", number);
    if (text_.find_first_of(".e", begin) == std::string::npos) text_ += ".0";
  }
  template <class T>
  requires(std::is_integral_v<T>) void put(T number) {
    fmt::format_to(std::back_inserter(text_), "{}", number);
  }
  template <class E>
  requires(std::is_enum_v<E>) void put(E value) {
    put(std::string(words_of<E>().at(static_cast<std::size_t>(value))));
  }
  // Bytes that are no ASCII are taken for UTF-8.
  void put(const std::string& name) {
    text_ += '"';
    for (const char c : name) {
      if (c == '"' || c == '\\') text_ += '\\';
      if (static_cast<unsigned char>(c) < 0x20) {
        text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }
  template <class Unit>
  void put(Quantity<Unit> quantity) {
    put(quantity.value());
  }
  void put(const Vec3<double>& v) { put_list(std::array{v.x, v.y, v.z}); }
  void put(const MillerIndex& i) { put_list(std::array{i.h, i.k, i.l}); }
  template <std::size_t n>
  void put(const std::array<double, n>& numbers) {
    put_list(numbers);
  }
  template <class T>
  void put(std::vector<T>& values) {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return put_list(values);
    } else {
      open('[');
      for (T& value : values) {
        begin_item();
        put(value);
      }
      close(']');
    }
  }
  template <class T>
  requires Structure<JsonWriter, T>
  void put(T& value) {
    object([&] { members(*this, value); });
  }

  // In lines of about a page's width.
  template <class List>
  void put_list(const List& values) {
    constexpr std::size_t kWidth = 100;
    text_ += '[';
    bool is_first = true;
    for (const auto& value : values) {
      if (!is_first) text_ += ", ";
      is_first = false;
      if (text_.size() - line_ > kWidth) begin_line();
      put(value);
    }
    text_ += ']';
  }

  std::string text_;
  std::size_t line_ = 0;  // where the last one begins
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

}  // namespace

std::string experiment_json(const StoredExperiment& stored) {
  StoredParts parts = parts_of(stored);
  parts.head.format = kExperimentFormat;
  parts.head.version = kExperimentVersion;
  parts.head.program = std::string("nanobragg ") + build_info::kVersion;
  JsonWriter writer;
  writer.object([&] {
    head(writer, parts);
    members(writer, parts);
  });
  return writer.take() + "\n";
}

std::string experiment_digest(const StoredExperiment& stored) {
  StoredParts parts = parts_of(stored);
  JsonWriter writer;
  writer.object([&] { members(writer, parts); });
  Digest digest;
  digest.add(std::string_view(writer.take()));
  return digest.text();
}

void write_experiment(const std::filesystem::path& file, const StoredExperiment& stored) {
  write_file_atomically(file, experiment_json(stored));
}

}  // namespace nanobragg::io
