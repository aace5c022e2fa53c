// The images of a series in several files of pixels, each written by one run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "nanobragg/commands/series/destination.hpp"

namespace nanobragg::commands {

// "x_data_000001.h5" and so on, and in the end the master that leads to them, "x_master.nxs"; or
// all of them put into one file, "x.nxs", which takes their place.
class DataFiles : public Destination {
 public:
  enum class Last : std::uint8_t { master, one_file };
  DataFiles(const SeriesRequest& request, const Shots& shots, Last last);

  std::size_t pieces() const override;
  distribute::Range exposures(std::size_t piece) const override;
  std::size_t begin(std::size_t piece) override;
  void write(std::size_t exposure, const io::DetectorImage& image) override;
  void end() override;
  std::size_t missing() override;
  void finish() override;
  void name_files(io::SeriesRecord& record) const override;

 private:
  std::filesystem::path data_file(std::size_t piece) const;
  bool is_in_last_file(std::size_t piece) const;
  std::string identity(std::size_t piece) const;
  io::SeriesPlan plan_of(std::size_t piece) const;
  io::SeriesPlan whole_plan() const;
  void write_master();
  void put_into_one();

  const SeriesRequest& request_;
  const Shots& shots_;
  Last last_;
  std::filesystem::path path_;  // of the master or of the one file
  std::size_t images_a_file_;
  const io::SeriesFormat& format_;
  io::ImageDescription first_;
  std::size_t in_one_ = 0;  // exposures that the one file has
  std::unique_ptr<io::FrameSeries> open_;
};

// The master's name for a series called `out`: "x_master.nxs" for "x.nxs".
std::filesystem::path master_name(const std::string& out);
// The name of a file of pixels, from 0.
std::filesystem::path data_name(const std::string& out, std::size_t piece);

// Whether a file of pixels of the series is there, complete or not.
bool has_data_files(const std::string& out);

}  // namespace nanobragg::commands
