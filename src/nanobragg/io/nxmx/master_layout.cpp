// Writes masters and what they lead to.
#include "nanobragg/io/nxmx/master_layout.hpp"

#include <string>
#include <vector>

#include "nanobragg/io/nxmx/layout.hpp"

namespace nanobragg::io::nxmx {

using hdf5::Handle;

void write_data_layout(const Handle& file, const SeriesPlan& plan) {
  const Handle images = make_images(write_data_group(write_entry(file, plan)), plan);
  // From 1, as EIGER detectors count.
  hdf5::set_attribute(images, "image_nr_low", static_cast<std::int64_t>(plan.before + 1));
  hdf5::set_attribute(images, "image_nr_high",
                      static_cast<std::int64_t>(plan.before + plan.frames));
}

void write_master_layout(const Handle& master, const MasterContent& content) {
  const Handle data = write_all_but_images(master, content.plan);
  std::vector<hdf5::VirtualPart> parts;
  for (const io::DataFile& file : content.data) {
    parts.push_back({file.path.filename().string(), kData, file.frames});
  }
  const auto [type, shape] = images_of(content.plan);
  hdf5::make_virtual_series(data, "data", {type, shape}, parts);
  write_pixel_mask(master, content.blank);
  for (std::size_t i = 0; i < content.plan.frames; ++i) {
    append_description(master, i, content.description(i));
  }
}

}  // namespace nanobragg::io::nxmx
