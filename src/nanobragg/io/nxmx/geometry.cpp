// Puts the parts of an NXmx file together.
#include "nanobragg/io/nxmx/geometry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/io/nxmx/beam.hpp"
#include "nanobragg/io/nxmx/detector.hpp"
#include "nanobragg/io/nxmx/fields.hpp"
#include "nanobragg/io/nxmx/sample.hpp"

namespace nanobragg::io {

GeometryFile read_nxmx_geometry(const nxmx::Fields& fields) {
  const std::string entry = fields.first_of_class("/", "NXentry");
  for (const std::string& other : fields.of_class("/", "NXentry")) {
    if (other != entry) fields.warn(fmt::format("{} is read, {} left out", entry, other));
  }
  const std::string instrument = fields.first_of_class(entry, "NXinstrument");
  GeometryFile out;
  out.format = "NXmx file";
  const auto parts = nxmx::read_detectors(fields, entry, instrument);
  std::size_t images = 0;
  for (const nxmx::DetectorPart& part : parts) {
    for (const nxmx::Module& module : part.modules) out.panels.push_back(module.panel);
    // How many a dataset holds that cannot be read is not known.
    const bool is_known = std::ranges::count(part.images.images, std::size_t{0}) == 0;
    images = std::max(images, is_known ? part.images.count() : 0);
  }
  out.mask = nxmx::read_mask(fields, parts);
  out.sensor_m = nxmx::read_sensor(fields, parts.front());
  const std::vector<std::string> samples = fields.of_class(entry, "NXsample");
  std::vector<std::string> groups{instrument, entry};
  groups.insert(groups.end(), samples.begin(), samples.end());
  nxmx::read_beam(fields, groups, images, out);
  if (!samples.empty()) nxmx::read_sample(fields, samples.front(), out);
  for (const std::string& group : groups) {
    for (const std::string& sentence : fields.unreadable(group)) fields.warn(sentence);
  }
  const std::size_t exposures = std::max(fields.exposures(), images);
  if (fields.exposure() >= exposures) fields.refuse_exposure(exposures, entry);
  out.warnings = fields.take_warnings();
  return out;
}

GeometryFile read_nxmx_geometry(const std::filesystem::path& path, std::size_t exposure,
                                ExternalFiles external) {
  return read_nxmx_geometry(nxmx::Fields(hdf5::open_tree(path, external), path.string(), exposure));
}

}  // namespace nanobragg::io
