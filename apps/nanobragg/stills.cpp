// nanobragg stills: crystals in many orientations, a pulse each.
#include "nanobragg/commands/series/stills.hpp"

#include <array>
#include <charconv>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "series.hpp"

namespace nanobragg::app {
namespace {

// "100,200,512,512" as the first pixel and the pixels along slow and fast.
PixelBox parse_crop(const std::string& text) {
  std::array<std::size_t, 4> numbers{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [next, code] = std::from_chars(at, end, numbers[i]);
    const bool is_last = i + 1 == numbers.size();
    if (code != std::errc() || (is_last ? next != end : next == end || *next != ',')) {
      throw UsageError("--crop does not take '" + text + "'", "",
                       "first slow, first fast, pixels along slow, along fast: 100,200,512,512");
    }
    at = next + 1;
  }
  return {{numbers[0], numbers[1]}, {numbers[2], numbers[3]}};
}

struct PixelWords {
  std::string crop;
  std::string type = "standard";
};

void describe_pixels(Options& app, PixelWords& words, commands::WrittenPart& part) {
  app.add_option("--crop", words.crop,
                 "writes, and computes, this part of the one panel alone: its first pixel along "
                 "slow and fast (from 0), and how many there are along each")
      .type_name("SLOW,FAST,ROWS,COLUMNS");
  app.add_option("--bin", part.pixels.bin, "adds up N × N pixels (of what --crop leaves) [1]")
      .check(count_up_to(1000))
      .type_name("N");
  app.add_option(
         "--type", words.type,
         "of the numbers in .nxs, .h5 and .tif files: uint8 (counts as they are, those above "
         "254 read 254, and 255 is not measured), uint16 (the same at 65534 and 65535), "
         "float32 (nan is not measured) [standard: that of the format]")
      .type_name("TYPE");
}

}  // namespace

int stills_series(const std::vector<std::string>& words, SeriesJob job) {
  SeriesArguments series;
  commands::StillsOptions options;
  std::string fluence = "none";
  std::string mosaic = "none";
  std::string wavelength = "none";
  Options app("Renders a series of stills.", "nanobragg stills");
  app.footer(
      "DIST is none, uniform:W, normal:W, lognormal:W or exponential: a factor about 1 on what "
      "the\n"
      "simulation flags, the words after --, say. --vary takes these, too: offset:W, "
      "range:LOW,HIGH,\n"
      "logrange:LOW,HIGH and list:A,B,…, in the number's own unit. Beside the images stand labels\n"
      "(_labels.csv) and the truth for DIALS (.expt) and CrystFEL (.geom, .cell, .lst, .sol). A\n"
      "series that was interrupted goes on where it ended.");
  describe_series(app, series);
  app.add_option("--orientations", options.orientations,
                 "random:SEED, or a file with three angles as -misset takes them, or a rotation "
                 "matrix, a line [random:1]")
      .type_name("random:SEED|FILE");
  app.add_option("--fluence", fluence, "scatters the fluence [none]").type_name("DIST");
  app.add_option("--mosaic", mosaic, "scatters the mosaic spread [none]").type_name("DIST");
  app.add_option("--wavelength", wavelength, "scatters the wavelength [none]").type_name("DIST");
  app.add_option("--spectra", options.spectra,
                 "lines of a wavelength (below 100) or an energy in eV, and a weight an image")
      .type_name("FILE");
  app.add_option("--vary", options.vary,
                 "scatters any number that refinement knows (distance=offset:0.5, N=range:20,60, "
                 "background[0].thickness=uniform:0.5); may be repeated")
      .one_each_time()
      .type_name("NAME=DIST");
  app.add_option("--lattices", options.lattices,
                 "lattices in an image, a number or a range, each turned at random")
      .type_name("N|LOW-HIGH");
  PixelWords pixels;
  describe_pixels(app, pixels, options.written);
  std::vector<std::string> flags;
  if (const auto code = parse_series(app, words, flags)) return *code;
  options.out = series.out;
  options.images = series.images;
  if (!pixels.crop.empty()) options.written.pixels.crop = parse_crop(pixels.crop);
  options.written.type = io::parse_pixel_type(pixels.type, "--type");
  options.fluence = parse_spread(fluence, "--fluence");
  options.mosaic = parse_spread(mosaic, "--mosaic");
  options.wavelength = parse_spread(wavelength, "--wavelength");
  return run_series(flags, series, job, [&](const config::Settings& settings) {
    return commands::make_stills(settings, options);
  });
}

int stills(const std::vector<std::string>& words) {
  return stills_series(words, SeriesJob::render);
}

}  // namespace nanobragg::app
