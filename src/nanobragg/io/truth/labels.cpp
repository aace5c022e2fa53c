// Writes parameters as columns.
#include "nanobragg/io/truth/labels.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::io {
namespace {

constexpr std::array kAxes{"a*_x", "a*_y", "a*_z", "b*_x", "b*_y", "b*_z", "c*_x", "c*_y", "c*_z"};

// Those that all images of a series have: the numbers of their lattices differ.
std::vector<plan::ParameterId> labelled(const Experiment& experiment) {
  std::vector<plan::ParameterId> ids = plan::parameters_of(experiment);
  std::erase_if(ids, plan::is_of_lattice);
  return ids;
}

}  // namespace

std::vector<LabelColumn> label_columns(const ImageDescription& image) {
  std::vector<LabelColumn> columns{{"lattices", ""}};
  if (image.lattice) {
    for (const char* name : kAxes) columns.push_back({name, "1/Å"});
  }
  for (const plan::ParameterId id : labelled(image.experiment)) {
    columns.push_back({plan::name_of(id), std::string(plan::info(id).unit)});
  }
  return columns;
}

std::vector<double> labels_of(const ImageDescription& image) {
  std::vector<double> labels{
      static_cast<double>(image.lattice ? 1 + image.further_lattices.size() : 0)};
  if (image.lattice) {
    const auto [a, b, c] = exposed_lattice(image).reciprocal;
    for (const Vec3<double>& v : {a, b, c}) labels.insert(labels.end(), {v.x, v.y, v.z});
  }
  const plan::ParameterValues<double> values = plan::values_of(image.experiment);
  for (const plan::ParameterId id : labelled(image.experiment)) {
    labels.push_back(values[id] * plan::per_internal(id));
  }
  return labels;
}

std::string label_table(const SeriesRecord& record) {
  std::string text = "image,file";
  for (const auto& [name, unit] : label_columns(record.exposures.front())) {
    text += unit.empty() ? fmt::format(",{}", name) : fmt::format(",{} ({})", name, unit);
  }
  text += '\n';
  for (std::size_t i = 0; i < record.exposures.size(); ++i) {
    const std::string& file = record.files[record.in_one_file() ? 0 : i];
    text += fmt::format("{},{}", i, std::filesystem::path(file).filename().string());
    for (const double label : labels_of(record.exposures[i])) text += fmt::format(",{}", label);
    text += '\n';
  }
  return text;
}

}  // namespace nanobragg::io
