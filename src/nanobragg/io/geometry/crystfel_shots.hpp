// Crystals of a CrystFEL stream as experiments of a list.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/io/geometry/crystfel_geometry.hpp"
#include "nanobragg/io/geometry/crystfel_stream.hpp"
#include "nanobragg/io/geometry/shot_list.hpp"

namespace nanobragg::io {

// Each crystal is an experiment; several of one chunk are of one image. Its detector is that of the
// .geom file, moved as CrystFEL's refinement moved it for this crystal (predict_refine/det_shift),
// at the chunk's camera length where the .geom file leaves clen to the data. Its spots are the
// peaks of the chunk whose indices are within 0.25 of whole numbers along each axis, as CrystFEL
// counts them. It keeps peaks, not reflections. Not for several threads at a time.
class CrystfelShots : public ShotList {
 public:
  // `geometry` is a .geom file that takes the place of that in the stream; unset: none. Throws
  // Error for a stream without crystals or geometry, and as the readers of both.
  CrystfelShots(const std::filesystem::path& stream,
                const std::optional<std::filesystem::path>& geometry, std::string hall_symbol);
  ~CrystfelShots() override;

  std::size_t size() const override { return stream_.crystals.size(); }
  std::optional<std::string> image(std::size_t number) const override {
    return stream_.crystals.at(number).chunk->image;
  }
  std::optional<std::string> mask(std::size_t /*number*/) const override { return std::nullopt; }
  ListedExperiment at(std::size_t number) const override;
  std::vector<ListedGroup> groups(std::size_t number, std::size_t level) const override;
  std::string alone(std::size_t number) const override;
  std::vector<IndexedPeak> peaks(std::size_t number) const override;

  // Of the geometry: what it says and is not applied.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // How many images there are, and crystals in them, for people.
  std::string summary() const;

 private:
  const CrystfelDetector& detector_of(const StreamCrystal& crystal) const;

  std::string name_;
  CrystfelStream stream_;
  std::string hall_symbol_;
  std::string geometry_, geometry_name_;
  std::optional<double> mean_coffset_m_;                  // where clen is in the data
  mutable std::map<double, CrystfelDetector> detectors_;  // by camera length
  std::vector<std::string> warnings_;
};

}  // namespace nanobragg::io
