// Encodes pictures and writes the files of the evidence folder.
#include "nanobragg/batch/evidence.hpp"

#include <string>

#include "nanobragg/compare/html.hpp"
#include "nanobragg/compare/pictures.hpp"
#include "nanobragg/io/file.hpp"
#include "nanobragg/io/folder.hpp"
#include "nanobragg/io/png.hpp"
#include "nanobragg/io/raw_float.hpp"

namespace nanobragg::batch {
namespace {

// Of a picture inside the page, pixels: fills a column on a screen of any density, and keeps the
// page small enough to send.
constexpr std::size_t kPagePixels = 900;

// The three pictures of the whole region and the scales that they share.
struct Pictures {
  Image<float> reference, candidate, difference;
  PreviewLevels levels;
  double difference_scale;
};

Pictures pictures_of(const compare::ImagePair& pair, double percentile) {
  Image<float> delta = compare::difference(pair);
  const double scale =
      compare::difference_scale(static_cast<const Image<float>&>(delta).view(), percentile);
  return {compare::crop(pair.reference(), pair.region()),
          compare::crop(pair.candidate(), pair.region()), std::move(delta),
          compare::common_levels(pair, percentile), scale};
}

// What every picture of the same kind shares: its pixels become colours by this.
using Colouring = Preview (*)(ImageView<const float>, const Pictures&);

Preview as_photons(ImageView<const float> image, const Pictures& pictures) {
  return make_preview(image, {}, pictures.levels);
}

Preview as_difference(ImageView<const float> image, const Pictures& pictures) {
  return compare::difference_map(image, pictures.difference_scale);
}

struct Target {
  const Image<float>& image;
  Colouring colouring;
  std::string file;
};

void write_picture(const Target& target, const Pictures& pictures,
                   const std::filesystem::path& folder) {
  const Preview preview = target.colouring(target.image.view(), pictures);
  io::write_png(folder / target.file, preview.index.view(), preview.palette);
}

std::string page_picture(const Target& target, const Pictures& pictures) {
  const Image<float> small = compare::fit_for_screen(target.image.view(), kPagePixels);
  const Preview preview = target.colouring(small.view(), pictures);
  const auto bytes = io::encode_png(preview.index.view(), preview.palette);
  return {bytes.begin(), bytes.end()};
}

compare::ReportPictures write_pictures(const compare::ImagePair& pair,
                                       const CompareOptions& options) {
  const Pictures pictures = pictures_of(pair, options.png_percentile);
  const Target reference{pictures.reference, as_photons, "reference.png"};
  const Target candidate{pictures.candidate, as_photons, "candidate.png"};
  const Target difference{pictures.difference, as_difference, "difference.png"};
  for (const Target* target : {&reference, &candidate, &difference}) {
    write_picture(*target, pictures, options.folder);
  }
  if (options.difference_file == DifferenceFile::raw_float) {
    io::write_raw_float(options.folder / "difference.bin", pictures.difference.view());
  }
  return {page_picture(reference, pictures), page_picture(candidate, pictures),
          page_picture(difference, pictures), pictures.levels, pictures.difference_scale};
}

}  // namespace

void prepare_evidence(const CompareOptions& options) {
  io::make_folder(options.folder);
  io::remove_files(options.folder, {"summary.json", "report.html", "reference.png", "candidate.png",
                                    "difference.png", "difference.bin"});
}

void write_evidence(const compare::Report& report, const std::optional<compare::ImagePair>& pair,
                    const CompareOptions& options) {
  std::optional<compare::ReportPictures> pictures;
  if (pair) pictures = write_pictures(*pair, options);
  io::write_file_atomically(options.folder / "summary.json", compare::summary_json(report));
  io::write_file_atomically(options.folder / "report.html", compare::html_report(report, pictures));
}

}  // namespace nanobragg::batch
