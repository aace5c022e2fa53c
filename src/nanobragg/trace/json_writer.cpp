// Writes records as nested objects: pixel, point of the sensor, source, step.
#include "nanobragg/trace/json_writer.hpp"

#include <nlohmann/json.hpp>

namespace nanobragg::trace {
namespace {

using Json = nlohmann::ordered_json;
using kernel::PixelRecord;
using kernel::PointRecord;
using kernel::SourceRecord;
using kernel::StepRecord;

Json json_of(const Vec3<double>& v) { return Json::array({v.x, v.y, v.z}); }

Json json_of(const Field& field) {
  return std::visit([](const auto& value) { return Json(value); }, field.value);
}

// A value, a list of values, or values by name.
Json values_of(const Line& line) {
  if (line.fields.size() == 1 && line.fields[0].name.empty()) return json_of(line.fields[0]);
  Json values = line.fields[0].name.empty() ? Json::array() : Json::object();
  for (const Field& field : line.fields) {
    if (field.name.empty()) {
      values.push_back(json_of(field));
    } else {
      values[field.name] = json_of(field);
    }
  }
  return values;
}

Json json_of(const std::vector<Line>& lines) {
  Json list = Json::array();
  for (const Line& line : lines) {
    Json entry{{"key", line.key}, {"value", values_of(line)}};
    if (line.form == Form::second_source) entry["source"] = 2;
    if (!line.unit.empty()) entry["unit"] = line.unit;
    list.push_back(entry);
  }
  return list;
}

Json json_of(const StepRecord& step) {
  Json out{{"spindle_step", step.spindle_step},
           {"domain", step.domain},
           {"phi", step.phi_rad},
           {"a", json_of(step.axes_m.a)},
           {"b", json_of(step.axes_m.b)},
           {"c", json_of(step.axes_m.c)},
           {"hkl", json_of(step.hkl)},
           {"nearest_hkl", json_of(step.nearest)}};
  if (step.lattice_along_axes) out["F_latt_along_axes"] = json_of(*step.lattice_along_axes);
  out["F_latt"] = step.lattice;
  out["F_cell"] = step.cell ? Json(*step.cell) : Json(nullptr);
  out["contribution"] = step.contribution;
  out["sum"] = step.sum;
  return out;
}

Json json_of(const SourceRecord& source) {
  Json out{{"source", source.index},
           {"computed", source.use == kernel::SourceUse::computed},
           {"incident", json_of(source.incident)},
           {"wavelength", source.wavelength_m},
           {"weight", source.weight},
           {"scattering_vector", json_of(source.scattering_per_m)},
           {"cos_2theta", source.cos_2theta},
           {"polarisation", source.polarisation},
           {"steps", Json::array()}};
  for (const StepRecord& step : source.steps) out["steps"].push_back(json_of(step));
  return out;
}

Json json_of(const PointRecord& point) {
  Json out{{"layer", point.layer},
           {"sub_slow", point.sub.slow},
           {"sub_fast", point.sub.fast},
           {"position", json_of(point.position_m)},
           {"distance", point.distance_m},
           {"obliquity", point.obliquity},
           {"solid_angle", point.solid_angle},
           {"capture", point.capture},
           {"diffracted", json_of(point.diffracted)},
           {"sources", Json::array()}};
  for (const SourceRecord& source : point.sources) out["sources"].push_back(json_of(source));
  return out;
}

Json json_of(const TracedPixel& pixel) {
  const PixelRecord& record = pixel.record;
  Json out{{"slow", record.pixel.slow},
           {"fast", record.pixel.fast},
           {"panel", record.panel},
           {"dtype", record.precision == kernel::Precision::float32 ? "float32" : "float64"},
           {"lines", json_of(pixel.lines)},
           {"points", Json::array()}};
  for (const PointRecord& point : record.points) out["points"].push_back(json_of(point));
  out["background"] = record.background;
  out["water"] = record.diffuse.water;
  out["haloes"] = record.diffuse.haloes;
  out["amorphous"] = record.diffuse.slabs;
  out["measured_profiles"] = record.diffuse.profiles;
  out["measured_images"] = record.diffuse.images;
  out["transmission"] = record.transmission;
  out["sum"] = record.sum;
  out["solid_angle"] = record.solid_angle;
  out["capture"] = record.capture;
  out["polarisation"] = record.polarisation;
  out["photons"] = record.photons;
  return out;
}

// Of the numbers in "points" and beside them; what is not named is a pure number or a direction.
Json units() {
  return {{"position", "m"},
          {"distance", "m"},
          {"solid_angle", "sr"},
          {"wavelength", "m"},
          {"scattering_vector", "1/m"},
          {"phi", "rad"},
          {"a", "m"},
          {"b", "m"},
          {"c", "m"},
          {"F_cell", "electrons"},
          {"contribution", "electrons²"},
          {"sum", "electrons²"},
          {"background", "electrons²"},
          {"water", "photons"},
          {"photons", "photons"}};
}

}  // namespace

std::string to_json(const Trace& trace) {
  Json out{{"format", "nanobragg trace"},
           {"version", 1},
           {"kernel", trace.kernel},
           {"steps", trace.steps == kernel::StepSelection::all ? "all" : "first_of_each"},
           {"units", units()},
           {"geometry", json_of(trace.geometry)},
           {"pixels", Json::array()}};
  for (const TracedPixel& pixel : trace.pixels) out["pixels"].push_back(json_of(pixel));
  return out.dump(1) + "\n";
}

}  // namespace nanobragg::trace
