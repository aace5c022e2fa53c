// All images of a series in one file, which a single run writes.
#pragma once

#include <memory>

#include "nanobragg/commands/series/destination.hpp"

namespace nanobragg::commands {

class OneFile : public Destination {
 public:
  OneFile(const SeriesRequest& request, const Shots& shots);
  std::size_t pieces() const override { return 1; }
  distribute::Range exposures(std::size_t /*piece*/) const override { return {0, request_.images}; }
  std::size_t begin(std::size_t /*piece*/) override { return file_->complete(); }
  void write(std::size_t /*exposure*/, const io::DetectorImage& image) override {
    file_->append(image);
  }
  void end() override {}
  std::size_t missing() override { return request_.images - file_->complete(); }
  void finish() override { file_->finish(); }
  void name_files(io::SeriesRecord& record) const override { record.files = {request_.out}; }

 private:
  const SeriesRequest& request_;
  std::unique_ptr<io::FrameSeries> file_;
};

}  // namespace nanobragg::commands
