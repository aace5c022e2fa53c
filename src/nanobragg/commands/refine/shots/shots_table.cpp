// Columns are made once, and written in two ways.
#include "nanobragg/commands/refine/shots/shots_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <variant>
#include <vector>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/nxmx/hdf5.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/refine/report.hpp"

namespace nanobragg::commands {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Whole numbers are not negative; what a shot does not have is unset, or NaN.
using Texts = std::vector<std::string>;
using Counts = std::vector<std::optional<std::int64_t>>;
struct Numbers {
  std::vector<double> values;
  const char* format;  // in the CSV file
};

struct Column {
  std::string name, unit;  // no unit: a pure number, or a text
  std::variant<Texts, Counts, Numbers> cells;
};

using Rows = std::span<const ShotRow>;

template <class Of>
Column texts(const char* name, Rows rows, const Of& of) {
  Texts cells;
  for (const ShotRow& row : rows) cells.push_back(of(row));
  return {name, "", std::move(cells)};
}

template <class Of>
Column counts(const char* name, Rows rows, const Of& of) {
  Counts cells;
  for (const ShotRow& row : rows) {
    cells.push_back(row.is_refined() ? std::optional(static_cast<std::int64_t>(of(row)))
                                     : std::nullopt);
  }
  return {name, "", std::move(cells)};
}

struct Described {
  const char* name;
  const char* unit;
  const char* format;
};
template <class Of>
Column numbers(const Described& what, Rows rows, const Of& of) {
  Numbers cells{{}, what.format};
  for (const ShotRow& row : rows) cells.values.push_back(row.is_refined() ? of(row) : kNone);
  return {what.name, what.unit, std::move(cells)};
}

void add_figures(Rows rows, std::vector<Column>& to) {
  const auto add = [&](const Described& what, const auto& of) {
    to.push_back(numbers(what, rows, of));
  };
  using R = const ShotRow&;
  add({"chi_squared_before", "", "{:.5g}"}, [](R r) { return r.fit_before.chi_squared; });
  add({"chi_squared", "", "{:.5g}"}, [](R r) { return r.fit.chi_squared; });
  add({"correlation_before", "", "{:.4f}"}, [](R r) { return r.fit_before.correlation; });
  add({"correlation", "", "{:.4f}"}, [](R r) { return r.fit.correlation; });
  // Spots whose places nobody measured are not off.
  const auto place = [](R r, double value) { return r.places.spots > 0 ? value : kNone; };
  add({"fast_rms_before_px", "px", "{:.4f}"}, [&](R r) { return place(r, r.places_before.fast); });
  add({"slow_rms_before_px", "px", "{:.4f}"}, [&](R r) { return place(r, r.places_before.slow); });
  add({"fast_rms_px", "px", "{:.4f}"}, [&](R r) { return place(r, r.places.fast); });
  add({"slow_rms_px", "px", "{:.4f}"}, [&](R r) { return place(r, r.places.slow); });
  add({"read_noise", "photons", "{:.4g}"}, [](R r) { return r.errors.read_noise; });
  add({"spot_error", "", "{:.4g}"}, [](R r) { return r.errors.of_spots; });
}

// Shots that ended early have fewer parameters than others.
std::vector<refine::RefinedParameter> parameters_of(Rows rows) {
  std::vector<refine::RefinedParameter> out;
  for (const ShotRow& row : rows) {
    for (const refine::RefinedParameter& p : row.parameters) {
      const auto has_name = [&](const auto& known) {
        return known.parameter.name == p.parameter.name;
      };
      if (std::ranges::none_of(out, has_name)) out.push_back(p);
    }
  }
  return out;
}

void add_parameter(const refine::FreeParameter& parameter, Rows rows, std::vector<Column>& to) {
  const plan::Parameter& about = plan::info(parameter.ids.front());
  Numbers values{{}, "{:.10g}"}, sigmas{{}, "{:.4g}"};
  for (const ShotRow& row : rows) {
    const auto p = std::ranges::find(row.parameters, parameter.name,
                                     [](const auto& one) { return one.parameter.name; });
    const bool has_it = p != row.parameters.end();
    values.values.push_back(has_it ? about.per_internal * p->value : kNone);
    // Of what is held at a bound it is 0.
    sigmas.values.push_back(has_it ? about.per_internal * p->uncertainty.value_or(0.0) : kNone);
  }
  const std::string unit(about.unit);
  to.push_back({parameter.name, unit, std::move(values)});
  to.push_back({parameter.name + "_sigma", unit, std::move(sigmas)});
}

std::vector<Column> columns_of(Rows rows) {
  std::vector<Column> out;
  Counts shots;
  for (const ShotRow& row : rows) shots.push_back(static_cast<std::int64_t>(row.number));
  out.push_back({"shot", "", std::move(shots)});
  out.push_back(texts("image", rows, [](const ShotRow& r) { return r.image; }));
  out.push_back(texts("outcome", rows, [](const ShotRow& r) {
    return r.is_refined() ? std::string(refine::word_of(r.outcome)) : "failed";
  }));
  out.push_back(
      texts("why", rows, [](const ShotRow& r) { return r.is_refined() ? r.why : r.failure; }));
  out.push_back(counts("spots", rows, [](const ShotRow& r) { return r.counts.spots; }));
  out.push_back(counts("boxes", rows, [](const ShotRow& r) { return r.counts.boxes; }));
  out.push_back(counts("pixels", rows, [](const ShotRow& r) { return r.counts.pixels; }));
  add_figures(rows, out);
  for (const refine::RefinedParameter& p : parameters_of(rows)) {
    add_parameter(p.parameter, rows, out);
  }
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string cell(const Column& column, std::size_t row) {
  if (const auto* const text = std::get_if<Texts>(&column.cells)) {
    return column.name == "outcome" ? (*text)[row] : quoted((*text)[row]);
  }
  if (const auto* const count = std::get_if<Counts>(&column.cells)) {
    return (*count)[row] ? fmt::format("{}", *(*count)[row]) : "";
  }
  const auto& [values, format] = std::get<Numbers>(column.cells);
  return std::isnan(values[row]) ? "" : fmt::format(fmt::runtime(format), values[row]);
}

void write(const io::hdf5::Handle& file, const Column& column) {
  const auto dataset = [&] {
    if (const auto* const text = std::get_if<Texts>(&column.cells)) {
      return io::hdf5::write_texts(file, column.name, *text);
    }
    if (const auto* const count = std::get_if<Counts>(&column.cells)) {
      std::vector<std::int64_t> values;
      for (const auto& value : *count) values.push_back(value.value_or(-1));
      return io::hdf5::write_integers(file, column.name, values, {values.size()});
    }
    const auto& values = std::get<Numbers>(column.cells).values;
    return io::hdf5::write_numbers(file, column.name, values, {values.size()});
  }();
  if (!column.unit.empty()) io::hdf5::set_attribute(dataset, "units", column.unit);
}

}  // namespace

std::string shots_csv(std::span<const ShotRow> rows) {
  const std::vector<Column> columns = columns_of(rows);
  std::string text;
  for (const Column& column : columns) {
    if (!text.empty()) text += ',';
    text += column.name;
  }
  text += '\n';
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const Column& column : columns) {
      if (&column != &columns.front()) text += ',';
      text += cell(column, row);
    }
    text += '\n';
  }
  return text;
}

void write_shots_h5(const std::filesystem::path& file, std::span<const ShotRow> rows) {
  io::AtomicFile whole(file);
  io::hdf5::naming(file, [&] {
    const io::hdf5::Handle handle = io::hdf5::open_file(whole.place(), io::hdf5::Access::create);
    for (const Column& column : columns_of(rows)) write(handle, column);
    io::hdf5::flush(handle);
  });
  whole.commit();
}

}  // namespace nanobragg::commands
