// Puts the columns into gemmi's table.
#include "support/mtz_writer.hpp"

#define GEMMI_WRITE_IMPLEMENTATION
#include <gemmi/mtz.hpp>

namespace nanobragg::test {

void write_mtz(const std::filesystem::path& path, const MtzContent& content) {
  gemmi::Mtz mtz(true);
  mtz.spacegroup = gemmi::find_spacegroup_by_name(content.space_group);
  const auto& [a, b, c, alpha, beta, gamma] = content.cell;
  gemmi::UnitCell cell;
  if (a > 0.0) cell.set(a, b, c, alpha, beta, gamma);
  mtz.set_cell_for_all(cell);
  mtz.add_dataset("data").wavelength = content.wavelength_A;
  for (const MtzColumn& column : content.columns) {
    mtz.add_column(column.label, column.type, -1, -1, false);
  }
  mtz.nreflections = static_cast<int>(content.indices.size());
  for (std::size_t i = 0; i < content.indices.size(); ++i) {
    const auto& [h, k, l] = content.indices[i];
    for (const int index : {h, k, l}) mtz.data.push_back(static_cast<float>(index));
    for (const MtzColumn& column : content.columns) {
      mtz.data.push_back(static_cast<float>(column.values[i]));
    }
  }
  mtz.batches.resize(static_cast<std::size_t>(content.batches));
  mtz.write_to_file(path.string());
}

}  // namespace nanobragg::test
