// Puts the numbers into the writer's words.
#include "support/mtz_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <optional>

#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::test {

void write_mtz(const std::filesystem::path& path, const MtzContent& content) {
  io::MtzContent of_io{.group = {content.space_group,
                                 io::find_space_group(content.space_group, std::nullopt).value()},
                       .cell = std::nullopt,
                       .wavelength_A = content.wavelength_A > 0.0
                                           ? std::optional(content.wavelength_A)
                                           : std::nullopt,
                       .indices = content.indices,
                       .columns = content.columns};
  const auto& [a, b, c, alpha, beta, gamma] = content.cell;
  if (a > 0.0) of_io.cell = io::cell_in_degrees(a, b, c, alpha, beta, gamma);
  std::string bytes = io::mtz_bytes(of_io);
  if (content.batches > 0) {
    // The last number of the record.
    constexpr std::size_t kAt = 5 + 8 + 1 + 12 + 1;
    bytes.replace(bytes.find("NCOL") + kAt, 8, fmt::format("{:8}", content.batches));
  }
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace nanobragg::test
