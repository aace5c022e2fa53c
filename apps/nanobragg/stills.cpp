// nanobragg stills: crystals in many orientations, a pulse each.
#include "nanobragg/commands/series/stills.hpp"

#include "commands.hpp"
#include "series.hpp"

namespace nanobragg::app {

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
  std::vector<std::string> flags;
  if (const auto code = parse_series(app, words, flags)) return *code;
  options.out = series.out;
  options.images = series.images;
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
