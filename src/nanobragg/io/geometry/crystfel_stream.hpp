// Streams of CrystFEL: what indexamajig found in many images, as text.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/model/lattice.hpp"

namespace nanobragg::io {

// A spot that was found: pixels in the array of the file, the first of which has its centre at ½,
// ½.
struct StreamPeak {
  double fast = 0.0, slow = 0.0;
  std::string panel;  // empty: not said
};

// What a chunk says of its image.
struct StreamChunk {
  std::size_t line = 0;  // where it begins
  std::string image;
  std::string event;  // "//12"; empty: none
  std::size_t serial = 0;
  double energy_eV = 0.0;
  std::optional<double> camera_length_m;  // mean of the panels
  std::vector<StreamPeak> peaks;
};

struct StreamCrystal {
  std::shared_ptr<const StreamChunk> chunk;
  std::size_t number = 0;           // in its chunk, from 0
  Axes<double> reciprocal_per_A;    // in CrystFEL's frame
  std::array<double, 2> shift_m{};  // of the detector, along x and y of that frame
  std::string lattice_type;         // "tetragonal"; empty: not said
  char centering = 'P', unique_axis = '*';
};

struct CrystfelStream {
  std::string geometry;  // the .geom file that the head holds; empty: none
  std::size_t chunks = 0;
  std::vector<StreamCrystal> crystals;  // in the order of the file
};

// Whether a text begins as a stream does.
bool is_crystfel_stream(std::string_view start);

// Reads it line by line. Reflections are passed over. Throws Error, with the line, for another
// file, for a chunk without image or energy, for a crystal without its three axes, and for one that
// ends in the middle of a chunk.
CrystfelStream read_crystfel_stream(const std::filesystem::path& file);

}  // namespace nanobragg::io
