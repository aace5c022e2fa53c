// Packs and unpacks columns.
#include "nanobragg/io/reflections/dials_table.hpp"

#define MSGPACK_NO_BOOST
#include <fmt/format.h>

#include <limits>
#include <msgpack.hpp>
#include <optional>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using Object = msgpack::object;

constexpr std::string_view kKind = "dials::af::reflection_table";

Error no_table(const std::string& file) {
  return Error("not a reflection table of DIALS (MessagePack)", file,
               "dials.find_spots, dials.index and dials.integrate write .refl files");
}

std::optional<std::string_view> text_of(const Object& object) {
  if (object.type != msgpack::type::STR) return std::nullopt;
  return std::string_view(object.via.str.ptr, object.via.str.size);
}

// Null where there is none.
const Object* value_of(const Object& map, std::string_view key) {
  if (map.type != msgpack::type::MAP) return nullptr;
  for (const auto& [name, value] : map.via.map) {
    if (text_of(name) == key) return &value;
  }
  return nullptr;
}

std::optional<std::uint64_t> count_of(const Object* object) {
  if (object == nullptr || object->type != msgpack::type::POSITIVE_INTEGER) return std::nullopt;
  return object->via.u64;
}

// The elements of an array of so many.
const Object* elements(const Object& object, std::size_t count) {
  if (object.type != msgpack::type::ARRAY || object.via.array.size != count) return nullptr;
  return object.via.array.ptr;
}

}  // namespace

std::string table_head(const std::map<int, std::string>& identifiers, std::size_t rows,
                       std::size_t columns) {
  msgpack::sbuffer buffer;
  msgpack::packer packer(buffer);
  packer.pack_array(3).pack(std::string(kKind)).pack(1).pack_map(3);
  packer.pack("identifiers").pack(identifiers);
  packer.pack("nrows").pack(rows);
  packer.pack("data").pack_map(static_cast<std::uint32_t>(columns));
  return {buffer.data(), buffer.size()};
}

std::string column_head(const std::string& name, const std::string& type, std::size_t rows,
                        std::size_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(fmt::format("the column '{}' of {} reflections is longer than MessagePack has them",
                            name, rows),
                "", "refine fewer shots at once (--shots)");
  }
  msgpack::sbuffer buffer;
  msgpack::packer packer(buffer);
  packer.pack(name).pack_array(2).pack(type).pack_array(2).pack(rows);
  packer.pack_bin(static_cast<std::uint32_t>(size));
  return {buffer.data(), buffer.size()};
}

std::string DialsTable::packed() const {
  std::string out = table_head(identifiers, rows_, columns_.size());
  for (const auto& [name, column] : columns_) {
    out += column_head(name, column.type, rows_, column.bytes.size()) + column.bytes;
  }
  return out;
}

DialsTable DialsTable::parsed(std::string_view bytes, const std::string& file) {
  msgpack::object_handle handle;
  try {
    // What is claimed beyond the bytes that are there is refused before memory is taken for it.
    const msgpack::unpack_limit limit(bytes.size(), bytes.size(), bytes.size(), bytes.size(),
                                      bytes.size(), 16);
    handle = msgpack::unpack(bytes.data(), bytes.size(), nullptr, nullptr, limit);
  } catch (const std::exception&) {
    throw no_table(file);
  }
  const Object* const parts = elements(handle.get(), 3);
  if (parts == nullptr || text_of(parts[0]) != kKind) throw no_table(file);
  const auto rows = count_of(value_of(parts[2], "nrows"));
  const Object* const data = value_of(parts[2], "data");
  // A row has at least a byte in some column.
  if (!rows || *rows > bytes.size() || data == nullptr || data->type != msgpack::type::MAP) {
    throw no_table(file);
  }
  DialsTable out(*rows);
  out.file_ = file;
  for (const auto& [name, column] : data->via.map) {
    const Object* const typed = elements(column, 2);
    const Object* const numbers = typed == nullptr ? nullptr : elements(typed[1], 2);
    // A column that is not bytes, as one of texts, is nothing that is read here.
    if (numbers == nullptr || !text_of(name) || !text_of(typed[0]) ||
        count_of(&numbers[0]) != rows || numbers[1].type != msgpack::type::BIN) {
      continue;
    }
    out.columns_[std::string(*text_of(name))] = {std::string(*text_of(typed[0])),
                                                 {numbers[1].via.bin.ptr, numbers[1].via.bin.size}};
  }
  const Object* const names = value_of(parts[2], "identifiers");
  if (names != nullptr && names->type == msgpack::type::MAP) {
    for (const auto& [id, text] : names->via.map) {
      const auto number = count_of(&id);
      if (number && text_of(text)) out.identifiers[static_cast<int>(*number)] = *text_of(text);
    }
  }
  return out;
}

void DialsTable::set_bytes(const std::string& name, const char* type, std::string_view bytes) {
  columns_[name] = {type, std::string(bytes)};
}

std::string_view DialsTable::get_bytes(const std::string& name, const char* type,
                                       std::size_t row) const {
  const auto column = columns_.find(name);
  if (column == columns_.end()) {
    throw Error(fmt::format("a reflection table without the column '{}'", name), file_);
  }
  const auto& [has_type, bytes] = column->second;
  if (has_type != type || bytes.size() != rows_ * row) {
    throw Error(fmt::format("the column '{}' holds {} bytes of {} (it should hold {} of {})", name,
                            bytes.size(), has_type, rows_ * row, type),
                file_);
  }
  return bytes;
}

}  // namespace nanobragg::io
