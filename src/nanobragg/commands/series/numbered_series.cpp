// Keeps files and note together.
#include "nanobragg/commands/series/numbered_series.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/digest.hpp"
#include "nanobragg/io/series/series_files.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// A folder beside the images for one that is only to be compared. It goes with what is in it.
class ScratchFolder {
 public:
  explicit ScratchFolder(const fs::path& beside)
      : path_(beside / fmt::format(".nanobragg-{}-check", ::getpid())) {
    fs::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

NumberedSeries::NumberedSeries(const SeriesRequest& request, const io::ImageFormat& format,
                               const std::string& writer)
    : pattern_(io::numbered_pattern(request.out)),
      images_(request.images),
      format_(format),
      note_(io::companion(request.out, io::kSeriesNote), request.settings, request.identity,
            writer) {
  io::numbered_name(pattern_, request.images);
}

std::string NumberedSeries::file_name(std::size_t i) const {
  return fs::path(name(i)).filename().string();
}

std::string NumberedSeries::name(std::size_t i) const { return io::numbered_name(pattern_, i + 1); }

std::size_t NumberedSeries::begin(std::size_t piece) {
  const std::string noted = note_.digest(file_name(piece));
  if (noted.empty() || !fs::exists(name(piece))) return 0;
  if (io::digest_of_file(name(piece)) == noted) return 1;
  throw Error("the image is not as this series wrote it (its bytes have changed)", name(piece),
              "remove it to have it rendered again, or give the series another name");
}

std::size_t NumberedSeries::missing() {
  note_.refresh();
  std::size_t count = 0;
  for (std::size_t i = 0; i < images_; ++i) {
    if (note_.digest(file_name(i)).empty() || !fs::exists(name(i))) ++count;
  }
  return count;
}

void NumberedSeries::name_files(io::SeriesRecord& record) const {
  record.pattern = pattern_;
  for (std::size_t i = 0; i < images_; ++i) record.files.push_back(name(i));
}

void NumberedSeries::write(std::size_t i, const io::DetectorImage& image) {
  // The note is written first: a series of images without it could not be continued.
  note_.begin();
  note_.add(file_name(i), fs::exists(name(i)) ? digest_of(i, image) : written(i, image));
}

std::string NumberedSeries::written(std::size_t i, const io::DetectorImage& image) const {
  format_.write(name(i), image);
  return io::digest_of_file(name(i));
}

std::string NumberedSeries::digest_of(std::size_t i, const io::DetectorImage& image) const {
  const fs::path file = name(i);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const ScratchFolder scratch(folder);
  format_.write(scratch.path() / file.filename(), image);
  std::string digest = io::digest_of_file(scratch.path() / file.filename());
  if (io::digest_of_file(file) == digest) return digest;
  throw Error("the file is not of this series (it is another image, or none)", file.string(),
              "remove it, or give the series another name");
}

}  // namespace nanobragg::commands
