// Splits lines at '=' and '/', and reads numbers, units and directions.
#include "nanobragg/io/geometry/crystfel_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

bool is_bad(std::string_view name) { return name.starts_with("bad"); }

// Groups of panels are not panels.
bool is_group(std::string_view key) {
  return key.starts_with("rigid_group") || key.starts_with("group_");
}

std::string_view without_comment(std::string_view line) {
  line = line.substr(0, line.find(';'));
  for (std::size_t i = line.find('#'); i != std::string_view::npos; i = line.find('#', i + 1)) {
    if (i == 0 || is_space(line[i - 1])) return line.substr(0, i);
  }
  return line;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

bool is_of_whole_file(std::string_view key) {
  constexpr std::array<std::string_view, 10> kKeys{
      "clen",           "wavelength",        "photon_energy",    "electron_voltage",
      "bandwidth",      "peak_list",         "detector_shift_x", "detector_shift_y",
      "peak_list_type", "peak_info_location"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

CrystfelText::CrystfelText(std::string_view text, const std::string& name) : name_(name) {
  LineReader lines(text);
  while (const auto line = lines.next()) read(line->text, line->number);
}

void CrystfelText::read(std::string_view line, std::size_t number) {
  const std::string_view text = trim(without_comment(line));
  if (text.empty()) return;
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    throw Error(fmt::format("expected key = value, found {}", quoted_word(text)),
                place(name_, number), "-geometry reads .expt, .geom, NXmx, CBF and SMV files");
  }
  const std::string key(trim(text.substr(0, equals)));
  const CrystfelValue value{std::string(trim(text.substr(equals + 1))), number};
  if (is_group(key)) return;
  const std::size_t slash = key.find('/');
  if (slash != std::string::npos) {
    section(std::string_view(key).substr(0, slash)).values[key.substr(slash + 1)] = value;
    return;
  }
  const auto before = globals_.find(key);
  if (is_of_whole_file(key) && before != globals_.end() && before->second.text != value.text) {
    repeated_.push_back(fmt::format("{} = {} (line {}) takes the place of {} (line {})", key,
                                    value.text, number, before->second.text, before->second.line));
  }
  globals_[key] = value;
  if (!is_of_whole_file(key)) unused_[key] = value;
}

CrystfelSection& CrystfelText::section(std::string_view name) {
  const bool bad = is_bad(name);
  auto& sections = bad ? bad_regions_ : panels_;
  const auto found = std::ranges::find(sections, name, &CrystfelSection::name);
  if (found != sections.end()) return *found;
  if (bad) return sections.emplace_back(CrystfelSection{std::string(name), {}});
  unused_.clear();
  CrystfelValues inherited = globals_;
  std::erase_if(inherited, [](const auto& item) { return is_of_whole_file(item.first); });
  return sections.emplace_back(CrystfelSection{std::string(name), std::move(inherited)});
}

std::vector<std::string> CrystfelText::without_effect() const {
  std::vector<std::string> out;
  for (const auto& [key, value] : unused_) {
    out.push_back(fmt::format("{} = {} (line {})", key, value.text, value.line));
  }
  return out;
}

std::vector<std::string> CrystfelText::repeated() const { return repeated_; }

std::string CrystfelFields::where(std::string_view key) const {
  const CrystfelValue* value = find(key);
  return value == nullptr ? file_ : place(file_, value->line);
}

const CrystfelValue* CrystfelFields::find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

bool CrystfelFields::is_in_data(std::string_view key) const {
  const CrystfelValue* value = find(key);
  if (value == nullptr || value->text.empty()) return false;
  // Numbers begin otherwise; older files name a header key instead of a path.
  const unsigned char first = static_cast<unsigned char>(value->text.front());
  return first == '/' || std::isalpha(first) != 0;
}

std::optional<NumberWithUnit> CrystfelFields::with_unit(std::string_view key) const {
  const CrystfelValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = number_prefix(value->text);
  if (!number || !std::isfinite(number->value)) {
    throw Error(fmt::format("{} is not a number: '{}'", key, value->text), where(key),
                is_in_data(key) ? "its value is in the data file: write the number here" : "");
  }
  return NumberWithUnit{number->value,
                        std::string(trim(std::string_view(value->text).substr(number->length)))};
}

std::optional<double> CrystfelFields::maybe(std::string_view key) const {
  const auto value = with_unit(key);
  if (!value) return std::nullopt;
  if (!value->unit.empty()) {
    throw Error(fmt::format("'{}' after the number of {}", value->unit, key), where(key),
                "it takes a number alone");
  }
  return value->number;
}

double CrystfelFields::number(std::string_view key) const {
  const auto value = maybe(key);
  if (!value) throw Error(fmt::format("{} has no {}", section_, key), file_);
  return *value;
}

std::optional<double> CrystfelFields::metres(std::string_view key) const {
  const auto value = with_unit(key);
  if (!value) return std::nullopt;
  if (value->unit.empty() || value->unit == "m") return value->number;
  if (value->unit == "mm") return 1e-3 * value->number;
  throw Error(fmt::format("{} in '{}' (m and mm are units of it)", key, value->unit), where(key));
}

std::size_t CrystfelFields::index(std::string_view key) const {
  const double value = number(key);
  constexpr double kMost = 1e6;
  if (!(value >= 0.0 && value <= kMost) || value != std::floor(value)) {
    throw Error(fmt::format("{} of {} is not a pixel index (pixels count from 0)", key, section_),
                where(key));
  }
  return static_cast<std::size_t>(value);
}

bool CrystfelFields::flag(std::string_view key) const {
  const CrystfelValue* value = find(key);
  if (value == nullptr) return false;
  const std::string word = lower_case(value->text);
  if (word == "true" || word == "false") return word == "true";
  const auto number = number_prefix(word);
  if (!number || number->length != word.size()) {
    throw Error(
        fmt::format("{} of {} is '{}' (true, false or a number)", key, section_, value->text),
        where(key));
  }
  return number->value != 0.0;
}

Vec3<double> CrystfelFields::direction(std::string_view key) const {
  const CrystfelValue* value = find(key);
  if (value == nullptr) throw Error(fmt::format("{} has no {}", section_, key), file_);
  std::string text = value->text;
  std::erase_if(text, is_space);
  Vec3<double> sum;
  std::string_view rest = text;
  while (!rest.empty()) {
    const bool has_sign = rest.front() == '+' || rest.front() == '-';
    const auto number = number_prefix(rest);
    const std::size_t length = number ? number->length : (has_sign ? 1 : 0);
    const double factor = number ? number->value : (rest.front() == '-' ? -1.0 : 1.0);
    const char axis = length < rest.size() ? rest[length] : ' ';
    double* const component = axis == 'x'   ? &sum.x
                              : axis == 'y' ? &sum.y
                              : axis == 'z' ? &sum.z
                                            : nullptr;
    if (component == nullptr || !std::isfinite(factor)) {
      throw Error(
          fmt::format("{} of {} is not a direction: {}", key, section_, quoted_word(value->text)),
          where(key), "write +0.9x -0.1y");
    }
    *component += factor;
    rest.remove_prefix(length + 1);
  }
  return sum;
}

}  // namespace nanobragg::io
