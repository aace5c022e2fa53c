// Reads and rewrites the JSON of experiment lists.
#include "nanobragg/io/geometry/dials_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/digest.hpp"
#include "nanobragg/io/files/json_node.hpp"
#include "nanobragg/io/geometry/dials_models.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::io {
namespace {

using Json = nlohmann::json;
using Node = JsonNode;

double number_or(const Node& node, const char* key, double otherwise) {
  const auto value = node.find(key);
  return value && value->is_number() ? value->number() : otherwise;
}

std::optional<double> positive(const Node& node, const char* key) {
  const double value = number_or(node, key, 0.0);
  return value > 0.0 ? std::optional(value) : std::nullopt;
}

void read_readings(const Node& detector, ListedExperiment& to) {
  const Node panels = detector["panels"];
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const Node panel = panels.at(i);
    const double gain = number_or(panel, "gain", 1.0);
    const double pedestal = number_or(panel, "pedestal", 0.0);
    if (!(gain > 0.0)) throw Error(fmt::format("a gain of {:g}", gain), panel.where());
    if (i > 0 && (gain != to.readings.gain || pedestal != to.readings.pedestal)) {
      throw Error(fmt::format("panels with other gains or pedestals ({:g} and {:g} here, {:g} and "
                              "{:g} of the first)",
                              gain, pedestal, to.readings.gain, to.readings.pedestal),
                  panel.where(), "--gain and --offset give one for all");
    }
    to.readings.gain = gain;
    to.readings.pedestal = pedestal;
  }
  const Node first = panels.at(0);
  const auto thickness = positive(first, "thickness");
  const auto attenuation = positive(first, "mu");
  if (thickness && attenuation) to.sensor = {1e-3 * *thickness, 1e3 * *attenuation};
}

// Offsets of panels into the array of an image. Where panels would overlap, they are none.
void read_corners(const Node& detector, ListedExperiment& to) {
  struct Corner {
    std::array<std::size_t, 2> first, size;
  };
  std::vector<Corner> all;
  const Node panels = detector["panels"];
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const auto offset = panels.at(i).find("raw_image_offset");
    const auto size = panels.at(i).find("image_size");
    if (!offset || !size) return;
    const std::vector<double> at = offset->numbers(2), pixels = size->numbers(2);
    if (std::ranges::any_of(at, [](double x) { return x < 0.0; })) return;
    const auto whole = [](double x) { return static_cast<std::size_t>(x); };
    const Corner corner{{whole(at[0]), whole(at[1])}, {whole(pixels[0]), whole(pixels[1])}};
    const auto overlaps = [&](const Corner& other) {
      const auto apart = [&](std::size_t k) {
        return corner.first[k] >= other.first[k] + other.size[k] ||
               other.first[k] >= corner.first[k] + corner.size[k];
      };
      return !apart(0) && !apart(1);
    };
    if (std::ranges::any_of(all, overlaps)) return;
    all.push_back(corner);
  }
  for (const Corner& corner : all) to.readings.corners.push_back(corner.first);
}

void read_imageset(const Node& set, ListedExperiment& to) {
  const auto mask = set.find("mask");
  if (mask && !mask->text().empty()) to.mask = mask->text();
  const auto images = set.find("images");
  const auto pattern = set.find("template");
  if (images && images->size() > 0) {
    to.image = images->at(0).text();
    to.exposures = images->size();
  } else if (pattern) {
    to.image = pattern->text();
  }
  const auto indices = set.find("single_file_indices");
  if (indices && indices->size() > 0) {
    to.exposure = indices->at(0).index();
    to.exposures = indices->size();
  }
}

// The file of a template's first image.
std::string numbered(const std::string& pattern, std::size_t number) {
  const std::size_t first = pattern.find('#');
  if (first == std::string::npos) return pattern;
  const std::size_t last = pattern.find_first_not_of('#', first);
  const std::size_t digits = (last == std::string::npos ? pattern.size() : last) - first;
  return pattern.substr(0, first) + fmt::format("{:0{}}", number, digits) +
         pattern.substr(first + digits);
}

void read_scan(const Node& scan, ListedExperiment& to) {
  const auto range = scan.find("image_range");
  if (!range) return;
  const std::vector<double> ends = range->numbers(2);
  to.exposures = static_cast<std::size_t>(std::max(ends[1] - ends[0] + 1.0, 1.0));
  if (to.image) to.image = numbered(*to.image, static_cast<std::size_t>(std::max(ends[0], 0.0)));
}

void read_crystal(const Node& crystal, ListedExperiment& to) {
  to.has_crystal = true;
  const auto symbol = crystal.find("space_group_hall_symbol");
  if (symbol) {
    const auto operations = group_of_hall_symbol(symbol->text());
    if (!operations) {
      throw Error(fmt::format("the space group '{}' is none", symbol->text()), symbol->where());
    }
    to.group = SpaceGroup{name_of_group(*operations), *operations};
  }
  if (const auto degrees = positive(crystal, "ML_half_mosaicity_deg")) {
    to.mosaicity.half_width_rad = *degrees / constants::kDegreesPerRadian;
  }
  to.mosaicity.domain_size_A = positive(crystal, "ML_domain_size_ang");
}

Json in_imgcif(const Vec3<double>& v) {
  const Vec3<double> turned = to_imgcif(v);
  return Json::array({turned.x, turned.y, turned.z});
}

// Panels in the frame of the laboratory, in no groups.
void place_panels(Json& detector, const Experiment& refined) {
  for (std::size_t i = 0; i < detector["panels"].size(); ++i) {
    const PanelValues& panel = *refined.detector.panels.at(i);
    Json& to = detector["panels"][i];
    to["fast_axis"] = in_imgcif(panel.fast);
    to["slow_axis"] = in_imgcif(panel.slow);
    to["origin"] = in_imgcif(1e3 * panel.corner_m);
    const double pixel = 1e3 * panel.pixel_size.value();
    to["pixel_size"] = {pixel, pixel};
  }
  detector.erase("hierarchy");
}

// Only what this program refines of a beam.
void set_beam(Json& beam, const Experiment& refined) {
  beam["direction"] = in_imgcif(-refined.beam->direction);
  beam["wavelength"] = 1e10 * refined.beam->wavelength.value();
}

// The crystal as one of its lattices, whatever the sizes of its blocks.
Crystal crystal_of_lattice(const Experiment& experiment, std::size_t lattice) {
  const std::vector<LatticeShare> singles = single_lattices(experiment);
  const std::size_t sizes = singles.size() / std::max<std::size_t>(experiment.lattices.size(), 1);
  return singles[lattice * sizes].experiment.crystal;
}

void set_crystal(Json& to, const Crystal& crystal) {
  const Axes<double> direct = lattice_of(*crystal).direct;
  to["real_space_a"] = in_imgcif(direct.a);
  to["real_space_b"] = in_imgcif(direct.b);
  to["real_space_c"] = in_imgcif(direct.c);
  // Of the crystal that was.
  for (const char* key : {"B_covariance", "A_at_scan_points", "recalculated_unit_cell"}) {
    to.erase(key);
  }
}

// The crystal's axes are those at angle 0 on the spindle where it stands.
void set_goniometer(Json& goniometer, const Experiment& refined) {
  const Json identity = {1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0};
  goniometer = {{"rotation_axis", in_imgcif(refined.spindle.axis)},
                {"fixed_rotation", identity},
                {"setting_rotation", identity}};
}

constexpr std::array kKinds{"imageset", "beam",    "detector", "goniometer",
                            "scan",     "crystal", "profile",  "scaling_model"};

Json empty_list() {
  Json list = {{"__id__", "ExperimentList"}, {"experiment", Json::array()}};
  for (const char* kind : kKinds) list[kind] = Json::array();
  return list;
}

// NaN and infinities, which standard_json() makes texts, as Python writes them.
std::string as_python(std::string text) {
  for (const std::string word : {"NaN", "Infinity", "-Infinity"}) {
    const std::string quoted = '"' + word + '"';
    for (std::size_t at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at)) {
      text.replace(at, quoted.size(), word);
    }
  }
  return text;
}

const Json& of(const std::shared_ptr<const void>& json) {
  return *static_cast<const Json*>(json.get());
}

// Adds one experiment of a list to another, with models of its own. Throws Error for a model that
// is not there; `name` is that of the file.
void add_experiment(const Json& from, const std::string& name, std::size_t number, Json& to) {
  const Node root(&from, name + ":");
  const Node experiment = root["experiment"].at(number);
  Json own = from["experiment"].at(number);
  for (const char* kind : kKinds) {
    const auto named = experiment.find(kind);
    if (!named) continue;
    const std::size_t index = named->index();
    static_cast<void>(root[kind].at(index));
    own[kind] = to[kind].size();
    to[kind].push_back(from[kind].at(index));
  }
  to["experiment"].push_back(std::move(own));
}

void add_panels(const Node& group, std::vector<std::size_t>& to) {
  if (const auto panel = group.find("panel")) {
    to.push_back(panel->index());
    return;
  }
  const Node children = group["children"];
  for (std::size_t i = 0; i < children.size(); ++i) add_panels(children.at(i), to);
}

void add_groups(const Node& group, std::size_t level, std::vector<ListedGroup>& to) {
  if (level == 0 || group.find("panel")) {
    const auto name = group.find("name");
    to.push_back({name ? name->text() : "", {}});
    add_panels(group, to.back().panels);
    return;
  }
  const Node children = group["children"];
  for (std::size_t i = 0; i < children.size(); ++i) add_groups(children.at(i), level - 1, to);
}

}  // namespace

DialsList::DialsList(std::string_view text, std::string name) : name_(std::move(name)) {
  json_ = parse_json(text, name_);
  const Node root(json_.get(), name_ + ":");
  if (!root.find("experiment")) {
    throw Error("JSON without experiments (DIALS calls them \"experiment\")", name_);
  }
  if (size() == 0) throw Error("a list without experiments", name_);
}

std::size_t DialsList::size() const { return of(json_)["experiment"].size(); }

ListedExperiment DialsList::at(std::size_t number) const {
  const Node root(json_.get(), fmt::format("{}: experiment {}:", name_, number));
  const Node experiment = root["experiment"].at(number);
  ListedExperiment one;
  if (const auto identifier = experiment.find("identifier")) one.identifier = identifier->text();
  const auto detector = model_of(root, experiment, "detector");
  if (!detector || !experiment.find("beam")) {
    throw Error("an experiment without detector or beam",
                fmt::format("{}: experiment {}", name_, number));
  }
  read_readings(*detector, one);
  read_corners(*detector, one);
  if (const auto set = model_of(root, experiment, "imageset")) read_imageset(*set, one);
  if (const auto scan = model_of(root, experiment, "scan")) read_scan(*scan, one);
  if (const auto crystal = model_of(root, experiment, "crystal")) read_crystal(*crystal, one);
  return one;
}

std::vector<ListedGroup> DialsList::groups(std::size_t number, std::size_t level) const {
  const Node root(json_.get(), fmt::format("{}: experiment {}:", name_, number));
  const auto known = model_of(root, root["experiment"].at(number), "detector");
  if (!known)
    throw Error("an experiment without detector or beam",
                fmt::format("{}: experiment {}", name_, number));
  const Node detector = *known;
  std::vector<ListedGroup> out;
  if (const auto hierarchy = detector.find("hierarchy")) {
    add_groups(*hierarchy, level, out);
  } else {
    out.push_back({"", {}});
    for (std::size_t i = 0; i < detector["panels"].size(); ++i) out.back().panels.push_back(i);
  }
  return out;
}

std::string DialsList::alone(std::size_t number) const {
  Json list = empty_list();
  add_experiment(of(json_), name_, number, list);
  return as_python(list.dump());
}

// The texts of models, each once.
struct RefinedList::Models {
  std::vector<std::string> experiments;
  std::vector<std::string> of_further_lattices;           // of the same images, after all others
  std::map<std::string, std::vector<std::string>> texts;  // of each kind
  std::map<std::string, std::map<std::string, std::size_t>> known;  // of each kind, by its digest

  std::size_t place_of(const std::string& kind, const Json& model) {
    std::string text = as_python(model.dump());
    Digest digest;
    digest.add(std::string_view(text));
    const auto [at, is_new] = known[kind].emplace(digest.text(), texts[kind].size());
    if (is_new) texts[kind].push_back(std::move(text));
    return at->second;
  }
};

RefinedList::RefinedList(const ShotList& from) : from_(from), models_(std::make_unique<Models>()) {}
RefinedList::~RefinedList() = default;

void RefinedList::add(std::size_t number, const Experiment& refined, const std::string& image) {
  const auto parsed = parse_json(from_.alone(number), fmt::format("experiment {}", number));
  Json list = of(parsed);
  Json& experiment = list["experiment"].back();
  for (const std::string kind : kKinds) {
    if (!experiment.contains(kind) || experiment[kind].is_null()) continue;
    Json& model = list[kind].back();
    if (kind == "beam") set_beam(model, refined);
    if (kind == "detector") place_panels(model, refined);
    if (kind == "crystal") set_crystal(model, crystal_of_lattice(refined, 0));
    if (kind == "goniometer") set_goniometer(model, refined);
    if (kind == "imageset" && model.contains("images")) model["images"] = {image};
    experiment[kind] = models_->place_of(kind, model);
  }
  models_->experiments.push_back(as_python(experiment.dump()));
  for (std::size_t i = 1; i < refined.lattices.size(); ++i) {
    Json crystal = list["crystal"].back();
    set_crystal(crystal, crystal_of_lattice(refined, i));
    experiment["crystal"] = models_->place_of("crystal", crystal);
    experiment["identifier"] = "";
    models_->of_further_lattices.push_back(as_python(experiment.dump()));
  }
}

std::string RefinedList::text() const {
  const auto list = [](const std::string& name, const std::vector<std::string>& texts) {
    return fmt::format("  \"{}\": [{}{}]", name, texts.empty() ? "" : "\n    ",
                       fmt::join(texts, ",\n    "));
  };
  std::string out = "{\n  \"__id__\": \"ExperimentList\",\n";
  std::vector<std::string> experiments = models_->experiments;
  const auto& further = models_->of_further_lattices;
  experiments.insert(experiments.end(), further.begin(), further.end());
  out += list("experiment", experiments);
  for (const std::string kind : kKinds) out += ",\n" + list(kind, models_->texts[kind]);
  return out + "\n}\n";
}

}  // namespace nanobragg::io
