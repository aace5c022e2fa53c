// Python classes of immutable values: properties, and replace() with some of them changed.
#pragma once

#include <pybind11/pybind11.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "nanobragg/base/checked.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"

namespace nanobragg::python {

// Adds to the class of Checked<Values> what its members are called. The names live as long as the
// module.
template <class Values>
class Fields {
 public:
  using Value = Checked<Values>;
  using Setter = std::function<void(Values&, pybind11::handle)>;

  explicit Fields(pybind11::class_<Value>& of) : class_(of) {}

  // `set` takes what Python code hands over as the type Get returns.
  template <class Get, class Set>
  Fields& add(const char* name, Get get, Set set, const char* doc) {
    using Type = decltype(get(std::declval<const Values&>()));
    setters()[name] = [set, name](Values& values, pybind11::handle to) {
      set(values, cast_argument<Type>(to, name));
    };
    if (!pybind11::hasattr(class_, "_fields")) class_.attr("_fields") = pybind11::list();
    class_.attr("_fields").attr("append")(name);  // what stubs say can be replaced
    return add(name, get, doc);
  }
  template <class Get>
  Fields& add(const char* name, Get get, const char* doc) {
    class_.def_property_readonly(
        name, [get](const Value& value) { return get(*value); }, doc);
    return *this;
  }

  static Value replaced(Values values, const pybind11::kwargs& changes) {
    for (const auto& [key, to] : changes) set_one(values, pybind11::str(key), to);
    return Value(std::move(values));
  }

 private:
  static std::map<std::string, Setter>& setters() {
    static std::map<std::string, Setter> table;
    return table;
  }
  static void set_one(Values& values, const std::string& name, pybind11::handle to) {
    const auto found = setters().find(name);
    if (found == setters().end()) {
      std::vector<std::string> known;
      for (const auto& [key, setter] : setters()) known.push_back(key);
      const auto likely = nearest(name, known);
      throw UsageError("no field '" + name + "' that can be replaced", "",
                       likely ? "did you mean '" + *likely + "'?" : "help() lists them");
    }
    found->second(values, to);
  }

  pybind11::class_<Value>& class_;
};

// The words of an enumeration, in its order.
template <class E>
E from_word(const std::string& word, const std::string& what,
            const std::vector<std::string>& words) {
  std::string known;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return static_cast<E>(i);
    known.append(known.empty() ? "" : ", ").append(words[i]);
  }
  throw UsageError("unknown " + what + " '" + word + "'", "", "choose from " + known);
}
template <class E>
const std::string& to_word(E value, const std::vector<std::string>& words) {
  return words.at(static_cast<std::size_t>(value));
}

}  // namespace nanobragg::python
