// nanobragg noisify: the read-out of a detector, on an image of photons.
#include "nanobragg/commands/images/noisify.hpp"

#include <cstdio>

#include "commands.hpp"
#include "image_words.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "options.hpp"

namespace nanobragg::app {

int noisify(const std::vector<std::string>& words) {
  commands::NoisifyRequest request;
  request.image.scale.usual_offset = commands::kSmvOffset;
  bool external = false;
  Options app("Makes the counts of a detector of the photons that an image expects.",
              "nanobragg noisify");
  app.footer(
      "Flags of the program with one dash stand between these or behind them: -gain, -readout,\n"
      "-flicker, -calibration, -calib_seed, -adc, -bits, -seed, -scale (a factor on the photons),\n"
      "-psf and all others of a read-out (nanobragg --help); those of beam, spindle and detector\n"
      "where the image does not say its geometry (-detpixels for raw floats).");
  app.add_option("IMAGE", request.image.file,
                 "raw floats (.bin), SMV, CBF, TIFF, PNG or NXmx, of expected photons")
      .required();
  app.add_option("--out", request.out, "the image to write; the end of its name is its format")
      .required()
      .type_name("FILE");
  app.add_option("--frame", request.image.frame, "of several exposures, counted from 1")
      .type_name("N");
  app.add_option("--offset", request.image.scale.offset,
                 "reading of no photon in IMAGE [as the file says, or 40 for SMV, 0 for others]");
  app.add_option("--divide", request.image.scale.gain,
                 "readings a photon in IMAGE [as the file says, or 1]")
      .check(above_zero());
  app.add_flag("--external-files", external,
               "follow what in the image leads to files outside its folder (HDF5)");
  const MixedWords mixed = split_words(words);
  if (const auto code = parse_options(app, mixed.own)) return *code;
  if (external) request.image.external = io::ExternalFiles::anywhere;
  request.flags = config::parse_arguments_and_config(
      mixed.flags, [](const std::string& file) { return io::read_input(file); });
  std::fputs(commands::noisify(request, warn_of_image).c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
