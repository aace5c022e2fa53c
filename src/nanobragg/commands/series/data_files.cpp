// Writes files of pixels, and what leads to them.
#include "nanobragg/commands/series/data_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <system_error>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_files.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kData = "_data_";

// Files that are put together in the end are small enough to be shared out, whoever writes them.
std::size_t images_of_a_part(std::size_t images) {
  return std::clamp<std::size_t>(images / 100, 1, 100);
}

// "x" for "x.nxs", and for "x_master.nxs" too.
std::string stem_of(const std::string& out) {
  constexpr std::string_view kMaster = "_master";
  std::string stem = fs::path(out).stem().string();
  if (stem.ends_with(kMaster) && stem.size() > kMaster.size()) {
    stem.resize(stem.size() - kMaster.size());
  }
  return stem;
}

// One image of a file of pixels, as it was written.
struct StoredImage {
  Image<float> photons;
  Image<std::int32_t> counts;
};

// A number of a file as a count. A float may be rounded to one more than any count.
std::int32_t count_of(double number, io::PixelType type) {
  if (type == io::PixelType::standard) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(number));
  }
  if (type == io::PixelType::float32) {
    return std::isnan(number) ? image::kNotMeasured
                              : static_cast<std::int32_t>(std::min(number, kLargestReading));
  }
  return number <= io::largest_of(type) ? static_cast<std::int32_t>(number) : image::kNotMeasured;
}

StoredImage stored(const io::ObservedImage& image, io::PixelValues values, io::PixelType type) {
  const ImageShape shape = image.values.shape();
  const bool is_counts = values == io::PixelValues::counts;
  StoredImage out{Image<float>(is_counts ? ImageShape{} : shape),
                  Image<std::int32_t>(is_counts ? shape : ImageShape{})};
  if (is_counts) {
    std::ranges::transform(image.values.pixels(), out.counts.pixels().begin(),
                           [type](double value) { return count_of(value, type); });
  } else {
    std::ranges::transform(image.values.pixels(), out.photons.pixels().begin(),
                           [](double value) { return static_cast<float>(value); });
  }
  return out;
}

Image<std::int32_t> rows_of(const Image<std::int32_t>& counts, std::size_t first,
                            std::size_t rows) {
  Image<std::int32_t> out({rows, counts.shape().fast});
  const auto from = counts.pixels().subspan(first * counts.shape().fast, out.shape().size());
  std::ranges::copy(from, out.pixels().begin());
  return out;
}

}  // namespace

fs::path master_name(const std::string& out) {
  const fs::path path(out);
  return path.parent_path() / (stem_of(out) + "_master" + path.extension().string());
}

fs::path data_name(const std::string& out, std::size_t piece) {
  return fs::path(out).parent_path() / fmt::format("{}{}{:06}.h5", stem_of(out), kData, piece + 1);
}

bool has_data_files(const std::string& out) {
  const fs::path path(out);
  const std::string start = stem_of(out) + std::string(kData);
  std::error_code none;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", none)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(start) && name.ends_with(".h5")) return true;
  }
  return false;
}

DataFiles::DataFiles(const SeriesRequest& request, const Shots& shots, Last last)
    : request_(request),
      shots_(shots),
      last_(last),
      path_(last == Last::master ? master_name(request.out) : fs::path(request.out)),
      images_a_file_(last == Last::master ? request.images_per_file
                                          : images_of_a_part(request.images)),
      format_(*io::format_of(request.out).series),
      first_(shots.description(0)) {
  missing();
}

std::size_t DataFiles::pieces() const {
  return (request_.images + images_a_file_ - 1) / images_a_file_;
}

distribute::Range DataFiles::exposures(std::size_t piece) const {
  const std::size_t first = piece * images_a_file_;
  return {first, std::min(first + images_a_file_, request_.images)};
}

fs::path DataFiles::data_file(std::size_t piece) const { return data_name(request_.out, piece); }

bool DataFiles::is_in_last_file(std::size_t piece) const {
  return exposures(piece).last <= in_one_;
}

std::string DataFiles::identity(std::size_t piece) const {
  const auto [first, last] = exposures(piece);
  return fmt::format("{}, exposures {} to {}{}", request_.identity, first + 1, last,
                     last_ == Last::one_file ? ", to be put into one file" : "");
}

io::SeriesPlan DataFiles::plan_of(std::size_t piece) const {
  return {.first = first_,
          .frames = exposures(piece).size(),
          .settings = request_.settings,
          .identity = identity(piece),
          .kind = request_.kind,
          .before = exposures(piece).first};
}

io::SeriesPlan DataFiles::whole_plan() const {
  return {.first = first_,
          .frames = request_.images,
          .settings = request_.settings,
          .identity = request_.identity,
          .kind = request_.kind};
}

std::size_t DataFiles::begin(std::size_t piece) {
  const std::size_t all = exposures(piece).size();
  if (is_in_last_file(piece)) return all;
  open_ = format_.open_data(data_file(piece), plan_of(piece));
  return std::min(open_->complete(), all);
}

void DataFiles::write(std::size_t /*exposure*/, const io::DetectorImage& image) {
  open_->append(image);
}

void DataFiles::end() {
  if (open_) open_->finish();
  open_.reset();
}

std::size_t DataFiles::missing() {
  if (last_ == Last::one_file) {
    for (const fs::path& file : {path_, io::partial_name(path_)}) {
      if (!fs::exists(file)) continue;
      in_one_ = format_.exposures_in(file, whole_plan());
      break;
    }
  }
  std::size_t count = 0;
  for (std::size_t piece = 0; piece < pieces(); ++piece) {
    if (!is_in_last_file(piece) && !fs::exists(data_file(piece))) count += exposures(piece).size();
  }
  return count;
}

void DataFiles::finish() {
  for (std::size_t piece = 0; piece < pieces(); ++piece) {
    if (is_in_last_file(piece)) continue;
    const std::size_t found = format_.exposures_in(data_file(piece), plan_of(piece));
    if (found == exposures(piece).size()) continue;
    throw Error(
        fmt::format("the file holds {} of its {} exposures", found, exposures(piece).size()),
        data_file(piece).string(), "remove it to have it rendered again");
  }
  last_ == Last::master ? write_master() : put_into_one();
}

void DataFiles::write_master() {
  std::vector<io::DataFile> files;
  for (std::size_t piece = 0; piece < pieces(); ++piece) {
    files.push_back({data_file(piece), exposures(piece).size()});
  }
  shots_.blank([&](const io::DetectorImage& blank) {
    format_.write_master(path_, {whole_plan(), files, blank.counts,
                                 [&](std::size_t i) { return shots_.description(i); }});
  });
}

void DataFiles::put_into_one() {
  const io::PixelValues values = request_.run.response.values;
  const auto one = format_.open(path_, whole_plan());
  shots_.blank([&](const io::DetectorImage& blank) {
    for (std::size_t piece = one->complete() / images_a_file_; piece < pieces(); ++piece) {
      const auto images =
          io::find_format(data_file(piece))->open(data_file(piece), io::ExternalFiles::beside);
      const auto [first, last] = exposures(piece);
      for (std::size_t i = std::max(first, one->complete()); i < last; ++i) {
        const StoredImage image = stored(images->read(i - first), values, request_.written.type);
        const io::ImageDescription about = shots_.description(i);
        const io::CountRows counts(image.counts.shape(), [&](std::size_t row, std::size_t rows) {
          return rows_of(image.counts, row, rows);
        });
        one->append({about, image.photons.view(),
                     values == io::PixelValues::counts ? counts : blank.counts});
      }
    }
  });
  one->finish();
  for (std::size_t piece = 0; piece < pieces(); ++piece) fs::remove(data_file(piece));
}

void DataFiles::name_files(io::SeriesRecord& record) const { record.files = {path_.string()}; }

}  // namespace nanobragg::commands
