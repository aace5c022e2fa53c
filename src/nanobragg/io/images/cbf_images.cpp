// Finds the array of each panel by the tables of imgCIF.
#include "nanobragg/io/images/cbf_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <gemmi/cifdoc.hpp>
#include <gemmi/numb.hpp>
#include <map>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/cif_document.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/cbf_sections.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

constexpr std::string_view kFormat = "CBF";

// A rectangle of an array.
struct Part {
  std::size_t section = 0;  // of the file
  std::size_t slice = 0;    // third dimension
  PixelIndex first;
  ImageShape shape;
};

// What _array_intensities says of an array.
struct Intensities {
  ValidityRules rules;
  std::optional<double> gain, pedestal;
};

struct Panel {
  std::vector<Part> parts;
  Intensities intensities;
};

// A number of a table; unset for ".", "?" and what is missing.
std::optional<double> value_in(const cif::Table::Row& row, std::size_t column) {
  if (!row.has2(column)) return std::nullopt;
  const double value = cif::as_number(row[column]);
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// −1 marks gaps and −2 what is bad, as PILATUS and EIGER detectors write them.
ValidityRules pilatus_rules(std::string_view text) {
  ValidityRules rules{{-1.0, -2.0}, {}, {}};
  constexpr std::string_view kCutoff = "# Count_cutoff";
  const std::size_t at = text.find(kCutoff);
  if (at == std::string_view::npos) return rules;
  const auto cutoff = number_prefix(skip_space(text.substr(at + kCutoff.size())));
  if (cutoff && cutoff->value > 0.0) rules.overloaded_from = cutoff->value;
  return rules;
}

Intensities intensities_of(cif::Block& block, const std::string& array, const std::string& name) {
  Intensities out;
  bool is_given = false;
  for (const auto& row : block.find(
           "_array_intensities.",
           {"array_id", "?linearity", "?gain", "?overload", "?undefined_value", "?offset"})) {
    if (row.str(0) != array) continue;
    is_given = true;
    const std::string linearity = row.has2(1) ? row.str(1) : "linear";
    if (linearity != "linear" && linearity != "raw" && linearity != "offset") {
      throw Error(
          fmt::format("CBF image whose intensities are {} (they cannot be read)", linearity), name,
          "linear, raw and offset are known");
    }
    if (linearity != "raw") out.gain = value_in(row, 2);
    out.rules.overloaded_from = value_in(row, 3);
    if (const auto undefined = value_in(row, 4)) out.rules.reserved = {*undefined};
    // What is added to a reading to have counts.
    const auto offset = value_in(row, 5);
    if (linearity == "offset" && offset) out.pedestal = -*offset;
  }
  if (out.gain && !(*out.gain > 0.0)) out.gain.reset();
  if (!is_given || out.rules.reserved.empty()) out.rules.reserved = {-1.0, -2.0};
  return out;
}

// The section of a file with this number; the first where there is no number.
std::size_t section_numbered(const CbfFile& file, std::optional<long> id, std::size_t frame,
                             const std::string& name) {
  if (!id) {
    if (frame < file.sections.size()) return frame;
    throw Error(fmt::format("CBF image without an array for panel {}", frame + 1), name);
  }
  for (std::size_t i = 0; i < file.sections.size(); ++i) {
    if (file.sections[i].binary_id.value_or(1) == *id) return i;
  }
  throw Error(fmt::format("CBF image without array {}", *id), name);
}

Part whole(const CbfFile& file, std::size_t section, std::size_t slice) {
  const CbfSection& array = file.sections[section];
  return {section, slice, {0, 0}, {array.slow, array.fast}};
}

// First and last pixel, from 1, along one axis of an array.
struct Range {
  std::size_t first, last;
};

// The rectangles that a table cuts out of an array, in its order.
std::vector<Part> cut(cif::Block& block, const CbfFile& file, std::size_t section,
                      const std::string& array, const std::string& name) {
  std::vector<std::string> order;
  std::map<std::string, std::map<int, Range>> ranges;
  for (const auto& row :
       block.find("_array_structure_list_section.", {"array_id", "id", "index", "start", "end"})) {
    if (row.str(0) != array) continue;
    const auto start = value_in(row, 3);
    const auto end = value_in(row, 4);
    constexpr double kMost = 1e6;
    if (!start || !end || !(*start >= 1.0 && *end >= *start && *end <= kMost)) {
      throw Error("section " + row.str(1) + " of an array begins or ends nowhere", name);
    }
    if (!ranges.contains(row.str(1))) order.push_back(row.str(1));
    ranges[row.str(1)][cif::as_int(row[2], 0)] = {static_cast<std::size_t>(*start),
                                                  static_cast<std::size_t>(*end)};
  }
  const CbfSection& own = file.sections[section];
  std::vector<Part> parts;
  for (const std::string& id : order) {
    const auto range = [&](int index, std::size_t size) {
      const auto found = ranges[id].find(index);
      const Range out = found == ranges[id].end() ? Range{1, size} : found->second;
      if (out.last > size) throw Error("section " + id + " is larger than its array", name);
      return out;
    };
    const Range fast = range(1, own.fast);
    const Range slow = range(2, own.slow);
    const Range slices = range(3, own.sections);
    for (std::size_t slice = slices.first; slice <= slices.last; ++slice) {
      parts.push_back({section,
                       slice - 1,
                       {slow.first - 1, fast.first - 1},
                       {slow.last - slow.first + 1, fast.last - fast.first + 1}});
    }
  }
  if (!parts.empty()) return parts;
  for (std::size_t slice = 0; slice < own.sections; ++slice) {
    parts.push_back(whole(file, section, slice));
  }
  return parts;
}

std::vector<Panel> panels_by_frames(cif::Block& block, const CbfFile& file,
                                    const std::string& name) {
  std::vector<Panel> panels;
  for (const auto& row : block.find("_diffrn_data_frame.", {"array_id", "?binary_id"})) {
    const auto id = value_in(row, 1);
    const auto number = id ? std::optional(std::lround(*id)) : std::nullopt;
    const std::size_t section = section_numbered(file, number, panels.size(), name);
    panels.push_back(
        {cut(block, file, section, row.str(0), name), intensities_of(block, row.str(0), name)});
  }
  return panels;
}

void check_one_block(const CbfFile& file, const std::string& name) {
  const std::string_view first = file.sections.front().block;
  const auto other = std::ranges::find_if(
      file.sections, [&](const CbfSection& section) { return section.block != first; });
  if (other == file.sections.end()) return;
  throw Error(fmt::format("a CBF file with images in several data blocks (data_{} and data_{})",
                          first, other->block),
              name, "write a file for each image");
}

std::vector<Panel> panels_of(const CbfFile& file, const std::string& name) {
  try {
    cif::Document document = parse_cif(file.text, name);
    for (cif::Block& block : document.blocks) {
      auto panels = panels_by_frames(block, file, name);
      if (!panels.empty()) return panels;
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    // A PILATUS header is read as the comments that it is.
  }
  Panel panel{{}, {pilatus_rules(file.text), {}, {}}};
  for (std::size_t i = 0; i < file.sections.size(); ++i) {
    for (std::size_t slice = 0; slice < file.sections[i].sections; ++slice) {
      panel.parts.push_back(whole(file, i, slice));
    }
  }
  return {panel};
}

// Panels are parts of arrays that do not overlap: a short table cannot ask for more pixels than
// there are.
void check_parts(const CbfFile& file, const std::vector<ImageShape>& parts,
                 const std::string& name) {
  double held = 0.0;
  for (const CbfSection& section : file.sections) held += static_cast<double>(section.size());
  double asked = 0.0;
  for (const ImageShape shape : parts) asked += static_cast<double>(shape.size());
  if (asked <= held) return;
  throw Error(
      fmt::format("panels of {:.0f} pixels in arrays of {:.0f} (they overlap)", asked, held), name);
}

// One value for all panels; unset where they differ or say nothing.
template <class Member>
std::optional<double> common(const std::vector<Panel>& panels, Member member) {
  const std::optional<double> first = panels.front().intensities.*member;
  const bool is_common = std::ranges::all_of(
      panels, [&](const Panel& panel) { return panel.intensities.*member == first; });
  return is_common ? first : std::nullopt;
}

}  // namespace

ObservedImage parse_cbf_image(std::string_view bytes, const std::string& name) {
  const CbfFile file = parse_cbf_file(bytes, name);
  check_one_block(file, name);
  const std::vector<Panel> panels = panels_of(file, name);
  std::vector<ImageShape> shapes;
  for (const Panel& panel : panels) {
    for (const Part& part : panel.parts) shapes.push_back(part.shape);
  }
  check_parts(file, shapes, name);
  const PanelStack stack = checked_stack(shapes, name);
  ObservedImage out{kFormat, Image<double>(stack.shape), Image<Validity>(stack.shape),
                    common(panels, &Intensities::pedestal), common(panels, &Intensities::gain)};
  std::ranges::fill(out.validity.pixels(), Validity::not_measured);
  std::vector<double> values;
  std::optional<std::size_t> expanded;
  std::size_t place = 0;
  for (const Panel& panel : panels) {
    for (const Part& part : panel.parts) {
      const CbfSection& array = file.sections[part.section];
      if (expanded != part.section) values = expand_section(array, name);
      expanded = part.section;
      for (std::size_t slow = 0; slow < part.shape.slow; ++slow) {
        const std::size_t row =
            ((part.slice * array.slow + part.first.slow + slow) * array.fast) + part.first.fast;
        for (std::size_t fast = 0; fast < part.shape.fast; ++fast) {
          const PixelIndex at{stack.first_row[place] + slow, fast};
          out.values[at] = values[row + fast];
          out.validity[at] = validity_of(values[row + fast], panel.intensities.rules);
        }
      }
      ++place;
    }
  }
  return out;
}

std::unique_ptr<ImageFile> open_cbf_images(const std::filesystem::path& path) {
  return single_exposure(parse_cbf_image(read_input(path), path.string()));
}

}  // namespace nanobragg::io
