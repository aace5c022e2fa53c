// Reads an experiment, and refuses what it cannot use.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/experiment/stored_parts.hpp"
#include "nanobragg/io/files/compressed.hpp"

namespace nanobragg::io {
namespace {

using Json = nlohmann::json;

// "crystal.cell.a_A" of an object and a key.
std::string path_of(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

[[noreturn]] void refuse(const Json& json, const std::string& path, const std::string& wanted) {
  throw Error(fmt::format("expected {}, found {}", wanted, json.type_name()), path);
}

// An archive of members that reads them from a JSON object. Errors name the way to the value.
class JsonReader {
 public:
  JsonReader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) refuse(json, path_, "an object");
  }
  template <class T>
  void field(const char* key, T& value) {
    keys_.emplace_back(key);
    const auto found = json_.find(key);
    if (found == json_.end()) throw Error(fmt::format("no key '{}'", key), path_);
    read(*found, path_of(path_, key), value);
  }
  template <class T>
  void field(const char* key, std::optional<T>& value) {
    value.reset();
    if (json_.contains(key)) {
      field(key, value.emplace());
    } else {
      keys_.emplace_back(key);
    }
  }
  // Throws Error where the object has keys that nothing asked for.
  void check_all_read() const {
    for (const auto& [key, value] : json_.items()) {
      if (std::ranges::find(keys_, key) != keys_.end()) continue;
      const auto meant = nearest(key, keys_);
      throw Error(fmt::format("unknown key '{}' (the format has no such key)", key), path_,
                  meant ? fmt::format("did you mean '{}'?", *meant) : "");
    }
  }

 private:
  static void read(const Json& json, const std::string& path, double& number) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (json.is_number()) {
      number = json.get<double>();
    } else if (json == "Infinity") {
      number = kInfinity;
    } else if (json == "-Infinity") {
      number = -kInfinity;
    } else if (json == "NaN") {
      number = std::numeric_limits<double>::quiet_NaN();
    } else {
      refuse(json, path, "a number");
    }
  }
  template <class T>
  requires(std::is_integral_v<T>) static void read(const Json& json, const std::string& path,
                                                   T& number) {
    const bool fits = json.is_number_unsigned()
                          ? std::in_range<T>(json.get<std::uint64_t>())
                          : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
    if (!fits) {
      throw Error(fmt::format("expected a whole number from {} to {}, found {}",
                              std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                              json.is_number() ? json.dump() : json.type_name()),
                  path);
    }
    number = json.get<T>();
  }
  template <class E>
  requires(std::is_enum_v<E>) static void read(const Json& json, const std::string& path,
                                               E& value) {
    const auto words = words_of<E>();
    const auto found = json.is_string()
                           ? std::ranges::find(words, json.get_ref<const std::string&>())
                           : words.end();
    if (found == words.end()) {
      std::string known;
      for (const std::string_view word : words)
        known.append(known.empty() ? "" : ", ").append(word);
      throw Error(fmt::format("expected one of {}, found {}", known, json.dump()), path);
    }
    value = static_cast<E>(found - words.begin());
  }
  static void read(const Json& json, const std::string& path, std::string& text) {
    if (!json.is_string()) refuse(json, path, "a text");
    text = json.get<std::string>();
  }
  template <class Unit>
  static void read(const Json& json, const std::string& path, Quantity<Unit>& quantity) {
    double number = 0.0;
    read(json, path, number);
    quantity = Quantity<Unit>(number);
  }
  static void read(const Json& json, const std::string& path, Vec3<double>& v) {
    std::array<double, 3> numbers{};
    read(json, path, numbers);
    v = {numbers[0], numbers[1], numbers[2]};
  }
  static void read(const Json& json, const std::string& path, MillerIndex& index) {
    std::array<std::int32_t, 3> numbers{};
    read(json, path, numbers);
    index = {numbers[0], numbers[1], numbers[2]};
  }
  template <class T, std::size_t n>
  static void read(const Json& json, const std::string& path, std::array<T, n>& values) {
    if (!json.is_array() || json.size() != n) refuse(json, path, fmt::format("a list of {}", n));
    for (std::size_t i = 0; i < values.size(); ++i) {
      read(json[i], fmt::format("{}[{}]", path, i), values.at(i));
    }
  }
  template <class T>
  static void read(const Json& json, const std::string& path, std::vector<T>& values) {
    if (!json.is_array()) refuse(json, path, "a list");
    values.resize(json.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      // Most numbers need no name.
      if constexpr (std::is_same_v<T, double>) {
        if (json[i].is_number()) {
          values[i] = json[i].template get<double>();
          continue;
        }
      }
      read(json[i], fmt::format("{}[{}]", path, i), values[i]);
    }
  }
  template <class T>
  requires(std::is_class_v<T>) static void read(const Json& json, const std::string& path,
                                                T& value) {
    JsonReader reader(json, path);
    members(reader, value);
    reader.check_all_read();
  }

  const Json& json_;
  const std::string path_;
  std::vector<std::string> keys_;
};

// Checks that no key stands twice in an object, of which JSON would take the last, and that
// nothing is nested deeper than any experiment.
class KeyCheck {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    constexpr int kDeepest = 20;
    if (depth > kDeepest) throw Error(fmt::format("nested more than {} times", kDeepest));
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key &&
        !keys_.back().insert(parsed.get_ref<const std::string&>()).second) {
      throw Error(fmt::format("key '{}' stands twice in one object", parsed.get<std::string>()));
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;
};

Json parse_json(std::string_view text) {
  try {
    auto check = std::make_shared<KeyCheck>();
    return Json::parse(text, [check](int depth, Json::parse_event_t event, Json& parsed) {
      return (*check)(depth, event, parsed);
    });
  } catch (const Json::parse_error& error) {
    throw Error(fmt::format("not valid JSON (near byte {})", error.byte));
  } catch (const Json::out_of_range&) {
    throw Error("not valid JSON (a number is too large)");
  }
}

void check_format(const StoredParts& parts) {
  if (parts.head.format != kExperimentFormat) {
    throw Error(
        fmt::format("a file of the format '{}' (not '{}')", parts.head.format, kExperimentFormat));
  }
  if (parts.head.version == kExperimentVersion) return;
  if (parts.head.version < kExperimentVersion) {
    throw Error(fmt::format("impossible version {} (versions count from 1)", parts.head.version));
  }
  throw Error(fmt::format("version {} of the format (this program reads version {})",
                          parts.head.version, kExperimentVersion),
              "",
              fmt::format("it was written by {}: read it with that version or a newer one",
                          parts.head.program));
}

StoredExperiment parsed(std::string_view text) {
  const Json json = parse_json(text);
  StoredParts parts;
  JsonReader reader(json, "");
  if (!json.contains("format")) {
    throw Error(fmt::format("no key 'format' (not a file of '{}')", kExperimentFormat));
  }
  head(reader, parts);
  check_format(parts);
  members(reader, parts);
  reader.check_all_read();
  return experiment_of(std::move(parts));
}

}  // namespace

StoredExperiment parse_experiment(std::string_view text, const std::string& name) {
  try {
    return parsed(text);
  } catch (const Error& error) {
    throw Error(error.problem(), error.where().empty() ? name : name + ": " + error.where(),
                error.hint());
  }
}

StoredExperiment read_experiment(const std::filesystem::path& file) {
  return parse_experiment(read_input(file), file.string());
}

}  // namespace nanobragg::io
