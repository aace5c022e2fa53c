// Values as they stand in memory, lists and texts behind their length.
#include "nanobragg/io/nxmx/hdf5_message.hpp"

#include <cstring>
#include <exception>

namespace nanobragg::io::hdf5 {

void Packer::put(std::size_t number) {
  bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void Packer::put(std::string_view text) {
  put(text.size());
  bytes_ += text;
}

void Packer::put(const std::vector<double>& numbers) {
  put(numbers.size());
  bytes_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double));
}

void Packer::put(const Object& object) {
  put(static_cast<std::size_t>(object.kind));
  put(object.attributes.size());
  for (const auto& [name, value] : object.attributes) {
    put(name);
    put(value.numbers);
    put(value.texts.size());
    for (const std::string& text : value.texts) put(text);
  }
  put(object.children.size());
  for (const std::string& name : object.children) put(name);
  put(object.shape.size());
  for (const std::size_t size : object.shape) put(size);
  put(object.type);
  put(object.texts.size());
  for (const std::string& text : object.texts) put(text);
  put(object.obstacle);
  put(object.file);
}

std::string_view Unpacker::next(std::size_t size) {
  if (size > bytes_.size()) throw Error("an answer that is cut short");
  const std::string_view part = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return part;
}

std::size_t Unpacker::number() {
  std::size_t number = 0;
  std::memcpy(&number, next(sizeof number).data(), sizeof number);
  return number;
}

std::string Unpacker::text() { return std::string(next(number())); }

std::vector<double> Unpacker::numbers() {
  const std::size_t count = number();
  if (count > bytes_.size() / sizeof(double)) throw Error("an answer that is cut short");
  std::vector<double> numbers(count);
  const std::string_view bytes = next(count * sizeof(double));
  if (count > 0) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

Object Unpacker::object() {
  Object out;
  out.kind = static_cast<Kind>(number());
  for (std::size_t left = number(); left > 0; --left) {
    Value& value = out.attributes[text()];
    value.numbers = numbers();
    for (std::size_t texts = number(); texts > 0; --texts) value.texts.push_back(text());
  }
  for (std::size_t left = number(); left > 0; --left) out.children.push_back(text());
  for (std::size_t left = number(); left > 0; --left) out.shape.push_back(number());
  out.type = text();
  for (std::size_t left = number(); left > 0; --left) out.texts.push_back(text());
  out.obstacle = text();
  out.file = text();
  return out;
}

std::string thrown_by(const std::function<void()>& work) {
  const auto packed = [](const Error& error, Answer kind) {
    Packer out;
    out.put(static_cast<std::size_t>(kind));
    for (const auto* part : {&error.problem(), &error.where(), &error.hint()}) out.put(*part);
    return out.take();
  };
  try {
    work();
    return "";
  } catch (const UsageError& error) {
    return packed(error, Answer::usage_error);
  } catch (const Error& error) {
    return packed(error, Answer::error);
  } catch (const std::exception& error) {
    return packed(Error(error.what()), Answer::error);
  }
}

void throw_error(Unpacker& answer, Answer kind) {
  const std::string problem = answer.text();
  const std::string where = answer.text();
  const std::string hint = answer.text();
  if (kind == Answer::usage_error) throw UsageError(problem, where, hint);
  throw Error(problem, where, hint);
}

Reply answer(const Tree& tree, std::string_view request) {
  Reply reply;
  const auto work = [&] {
    Unpacker in(request);
    Packer out;
    const auto verb = static_cast<Verb>(in.number());
    const std::string path = in.text();
    if (verb == Verb::look) {
      const auto object = tree.look(path);
      out.put(static_cast<std::size_t>(object ? Answer::object : Answer::nothing));
      if (object) out.put(*object);
    } else {
      std::optional<Rows> rows;
      if (verb == Verb::rows) {
        const std::size_t first = in.number();
        rows = Rows{first, in.number()};
      }
      reply.numbers = tree.numbers(path, rows);
      out.put(static_cast<std::size_t>(Answer::numbers));
      out.put(reply.numbers.size());
    }
    reply.message = out.take();
  };
  if (const std::string error = thrown_by(work); !error.empty()) return {error, {}};
  return reply;
}

}  // namespace nanobragg::io::hdf5
