// nanobragg add: images added photon by photon.
#include <cstdio>

#include "commands.hpp"
#include "image_words.hpp"
#include "nanobragg/commands/images/add_images.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "options.hpp"

namespace nanobragg::app {

int add(const std::vector<std::string>& words) {
  commands::AddRequest request;
  Options app("Adds images photon by photon.", "nanobragg add");
  app.footer(
      "The geometry that is written is that of the first image, or of the program's flags with "
      "one\n"
      "dash, which stand between these or behind them (-detpixels for raw floats). A pixel that\n"
      "one image does not measure is not measured.");
  app.add_option("IMAGES", request.images, "raw floats (.bin), SMV, CBF, TIFF, PNG or NXmx")
      .required();
  app.add_option("--out", request.out, "the image to write; the end of its name is its format")
      .required()
      .type_name("FILE");
  app.add_option("--scale", request.scales,
                 "factor on the photons of all images, or given again for each of them [1]")
      .one_each_time();
  app.add_option("--offset", request.offset,
                 "reading of no photon [as the file says, or 40 for SMV, 0 for others]");
  app.add_option("--divide", request.gain, "readings a photon [as the file says, or 1]")
      .check(above_zero());
  const MixedWords mixed = split_words(words);
  if (const auto code = parse_options(app, mixed.own)) return *code;
  request.flags = config::parse_arguments_and_config(
      mixed.flags, [](const std::string& file) { return io::read_input(file); });
  std::fputs(commands::add_images(request, warn_of_image).c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
