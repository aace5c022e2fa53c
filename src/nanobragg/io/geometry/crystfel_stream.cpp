// Goes through the lines of a stream, which may be longer than memory.
#include "nanobragg/io/geometry/crystfel_stream.hpp"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/files_read.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

constexpr std::string_view kStart = "CrystFEL stream format";

// What stands behind "key =" or "key:", without spaces; nothing for another line.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  const std::string_view rest = skip_space(line.substr(key.size()));
  if (rest.empty() || (rest.front() != '=' && rest.front() != ':')) return std::nullopt;
  return trim(rest.substr(1));
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : name_(file.string()), in_(file) {
    if (!in_) throw Error("cannot read '" + name_ + "'");
    note_read(file);
  }

  CrystfelStream read() {
    if (!next() || !line_.starts_with(kStart)) {
      throw Error("no stream of CrystFEL (it begins with \"CrystFEL stream format\")", name_);
    }
    while (next()) {
      if (line_.starts_with("----- Begin geometry file")) read_geometry();
      if (line_.starts_with("----- Begin chunk")) read_chunk();
    }
    return std::move(stream_);
  }

 private:
  bool next() {
    if (!std::getline(in_, line_)) return false;
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    ++number_;
    return true;
  }
  // The next line of something that began at line `from`.
  void next_of(const char* what, std::size_t from) {
    if (next()) return;
    throw Error(fmt::format("the file ends in a {}", what), place(name_, from),
                "it was cut short: indexamajig ends each chunk");
  }
  Error error(const std::string& problem) const { return Error(problem, place(name_, number_)); }

  double number(std::string_view text) const {
    const auto found = number_prefix(skip_space(text));
    if (!found) throw error(fmt::format("expected a number, found {}", quoted_word(text)));
    return found->value;
  }
  std::vector<double> numbers(std::string_view text, std::size_t count) const {
    std::vector<double> out;
    while (out.size() < count) {
      text = skip_space(text);
      const auto found = number_prefix(text);
      if (!found) {
        throw error(fmt::format("expected {} numbers, found {}", count, out.size()));
      }
      out.push_back(found->value);
      text.remove_prefix(found->length);
    }
    return out;
  }

  void read_geometry() {
    const std::size_t from = number_;
    stream_.geometry.clear();
    for (next_of("geometry file", from); !line_.starts_with("----- End geometry file");
         next_of("geometry file", from)) {
      stream_.geometry += line_ + '\n';
    }
  }

  void read_chunk() {
    ++stream_.chunks;
    auto chunk = std::make_shared<StreamChunk>();
    chunk->line = number_;
    const std::size_t first = stream_.crystals.size();
    for (next_of("chunk", chunk->line); !line_.starts_with("----- End chunk");
         next_of("chunk", chunk->line)) {
      if (line_.starts_with("--- Begin crystal")) {
        read_crystal(chunk->line);
      } else if (line_.starts_with("Peaks from peak search")) {
        read_peaks(*chunk);
      } else {
        read_line(*chunk);
      }
    }
    for (std::size_t i = first; i < stream_.crystals.size(); ++i) {
      stream_.crystals[i].chunk = chunk;
      stream_.crystals[i].number = i - first;
    }
    if (first == stream_.crystals.size()) return;
    if (chunk->image.empty()) throw Error("a chunk without image", place(name_, chunk->line));
    if (!(chunk->energy_eV > 0.0)) {
      throw Error("a chunk without photon energy", place(name_, chunk->line));
    }
  }

  void read_line(StreamChunk& chunk) const {
    const std::string_view line = line_;
    if (const auto image = value_of(line, "Image filename")) chunk.image = *image;
    if (const auto event = value_of(line, "Event")) chunk.event = *event;
    if (const auto serial = value_of(line, "Image serial number")) {
      constexpr double kMost = 1e15;
      const double value = number(*serial);
      if (!(value >= 0.0 && value <= kMost)) throw error("a serial number that no image has");
      chunk.serial = static_cast<std::size_t>(value);
    }
    if (const auto energy = value_of(line, "photon_energy_eV")) chunk.energy_eV = number(*energy);
    if (const auto length = value_of(line, "average_camera_length")) {
      chunk.camera_length_m = number(*length);
    }
  }

  // A head of columns, then a line a peak: fs, ss, 1/d, intensity, and in newer streams the panel.
  void read_peaks(StreamChunk& chunk) {
    const std::size_t from = number_;
    next_of("list of peaks", from);
    for (next_of("list of peaks", from); !line_.starts_with("End of peak list");
         next_of("list of peaks", from)) {
      const std::vector<double> values = numbers(line_, 4);
      const std::string_view line = trim(line_);
      const std::string_view last = line.substr(line.find_last_of(" \t") + 1);
      const bool is_name = !number_prefix(last) || number_prefix(last)->length != last.size();
      chunk.peaks.push_back({values[0], values[1], is_name ? std::string(last) : ""});
    }
  }

  void read_crystal(std::size_t chunk) {
    StreamCrystal crystal;
    const std::size_t from = number_;
    std::array<bool, 3> has{};
    for (next_of("chunk", chunk); !line_.starts_with("--- End crystal"); next_of("chunk", chunk)) {
      // Behind this nothing is said of the crystal.
      if (line_.starts_with("Reflections measured after indexing")) {
        while (!line_.starts_with("End of reflections")) next_of("chunk", chunk);
        continue;
      }
      read_axis("astar", crystal.reciprocal_per_A.a, has[0]);
      read_axis("bstar", crystal.reciprocal_per_A.b, has[1]);
      read_axis("cstar", crystal.reciprocal_per_A.c, has[2]);
      read_line(crystal);
    }
    if (!has[0] || !has[1] || !has[2]) {
      throw Error("a crystal without astar, bstar and cstar", place(name_, from));
    }
    const auto& [a, b, c] = crystal.reciprocal_per_A;
    if (!(std::abs(dot(a, cross(b, c))) > 0.0)) {
      throw Error("a crystal whose axes span no cell", place(name_, from));
    }
    stream_.crystals.push_back(std::move(crystal));
  }

  void read_axis(std::string_view key, Vec3<double>& to, bool& has) const {
    const auto value = value_of(line_, key);
    if (!value) return;
    constexpr double kPerNanometre = 0.1;
    const std::vector<double> v = numbers(*value, 3);
    to = {kPerNanometre * v[0], kPerNanometre * v[1], kPerNanometre * v[2]};
    has = true;
  }

  // "predict_refine/det_shift x = 0.010 y = -0.020 mm".
  void read_line(StreamCrystal& crystal) const {
    const std::string_view line = line_;
    if (const auto type = value_of(line, "lattice_type")) crystal.lattice_type = *type;
    const auto letter = [&](const char* key, char& to) {
      const auto value = value_of(line, key);
      if (value && !value->empty()) to = value->front();
    };
    letter("centering", crystal.centering);
    letter("unique_axis", crystal.unique_axis);
    constexpr std::string_view kShift = "predict_refine/det_shift";
    if (!line.starts_with(kShift)) return;
    constexpr double kMillimetre = 1e-3;
    const auto along = [&](const char* axis) {
      const std::size_t at = line.find(axis, kShift.size());
      if (at == std::string_view::npos) throw error("a shift of the detector without x and y");
      return kMillimetre * number(line.substr(line.find('=', at) + 1));
    };
    crystal.shift_m = {along(" x"), along(" y")};
  }

  std::string name_;
  std::ifstream in_;
  std::string line_;
  std::size_t number_ = 0;
  CrystfelStream stream_;
};

}  // namespace

bool is_crystfel_stream(std::string_view start) { return start.starts_with(kStart); }

CrystfelStream read_crystfel_stream(const std::filesystem::path& file) {
  return Reader(file).read();
}

}  // namespace nanobragg::io
