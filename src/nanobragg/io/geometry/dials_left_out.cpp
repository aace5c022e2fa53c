// Compares the numbers of models with those that mean nothing.
#include "nanobragg/io/geometry/dials_left_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nanobragg::io {
namespace {

using Node = JsonNode;

// What panels say, once for those that say the same: the first of them, and how many more.
class PanelWarnings {
 public:
  void add(const Node& node, const std::string& text) {
    const auto known = std::ranges::find(list_, text, &One::text);
    if (known != list_.end()) {
      ++known->more;
    } else {
      list_.push_back({text, node.where(), 0});
    }
  }
  void add_to(std::vector<std::string>& warnings) const {
    for (const One& one : list_) {
      const std::string others = one.more > 0 ? fmt::format(" (and {} more)", one.more) : "";
      warnings.push_back(one.where + others + ": " + one.text);
    }
  }

 private:
  struct One {
    std::string text, where;
    std::size_t more;
  };
  std::vector<One> list_;
};

}  // namespace

// Exposures differ where a model has a state for each.
void warn_of_changes(const std::optional<Node>& model, const char* what, const char* key,
                     std::vector<std::string>& warnings) {
  if (!model || !model->find(key)) return;
  warnings.push_back(
      fmt::format("{} changes from image to image ({}): the one of the whole scan is taken",
                  model->where() + ": the " + what, key));
}

// Numbers other than those that mean nothing.
void warn_of_numbers(const Node& model, const std::vector<std::pair<const char*, double>>& keys,
                     const char* what, std::vector<std::string>& warnings) {
  for (const auto& [key, nothing] : keys) {
    const auto value = model.find(key);
    if (!value || !value->is_number()) continue;
    if (value->number() == nothing) continue;
    warnings.push_back(
        fmt::format("{}: {:g} is left out: {}", value->where(), value->number(), what));
  }
}

void warn_of_panels(const Node& detector, std::vector<std::string>& warnings) {
  PanelWarnings found;
  const auto left_out = [&](const Node& panel, const char* key, double nothing, const char* what) {
    const auto value = panel.find(key);
    if (!value || !value->is_number() || value->number() == nothing) return;
    found.add(*value, fmt::format("{:g} is left out: {}", value->number(), what));
  };
  for (std::size_t i = 0; i < detector["panels"].size(); ++i) {
    const Node panel = detector["panels"].at(i);
    constexpr const char* kReadings = "--gain and --offset of a refinement say what readings mean";
    left_out(panel, "gain", 1.0, kReadings);
    left_out(panel, "pedestal", 0.0, kReadings);
    left_out(panel, "thickness", 0.0, "of the sensor, with its mu; -detector_thick gives one");
    const auto range = panel.find("trusted_range");
    if (range && (std::isnan(range->at(0).number_or_infinity()) ||
                  std::isnan(range->at(1).number_or_infinity()))) {
      found.add(*range, "an end is NaN: every reading is trusted");
    }
    const auto masks = panel.find("mask");
    for (std::size_t r = 0; masks && r < masks->size(); ++r) {
      const auto edge = masks->at(r).numbers(4);
      if (edge[2] > edge[0] && edge[3] > edge[1]) continue;
      found.add(masks->at(r), "it ends before it begins, and masks nothing");
    }
  }
  found.add_to(warnings);
}

}  // namespace nanobragg::io
