// Opens the file.
#include "nanobragg/commands/series/one_file.hpp"

#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::commands {

OneFile::OneFile(const SeriesRequest& request, const Shots& shots) : request_(request) {
  const io::ImageDescription first = shots.description(0);
  file_ = io::format_of(request.out)
              .series->open(request.out, {.first = first,
                                          .frames = request.images,
                                          .settings = request.settings,
                                          .identity = request.identity,
                                          .kind = request.kind});
}

}  // namespace nanobragg::commands
