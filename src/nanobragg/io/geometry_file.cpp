// Tells the formats of geometry files apart.
#include "nanobragg/io/geometry_file.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/crystfel_geometry.hpp"
#include "nanobragg/io/dials_experiment.hpp"
#include "nanobragg/io/file.hpp"
#include "nanobragg/io/imgcif_geometry.hpp"
#include "nanobragg/io/text.hpp"

namespace nanobragg::io {

PanelAxes checked_axes(const Vec3<double>& fast, const Vec3<double>& slow,
                       const std::string& where) {
  constexpr double kRight = 1e-4;
  const double lengths = length(fast) * length(slow);
  if (!(lengths > 0.0) || !std::isfinite(lengths)) {
    throw Error("a panel axis without direction", where);
  }
  if (std::abs(dot(fast, slow)) > kRight * lengths) {
    throw Error("the axes of a panel are not at right angles (pixels are square here)", where);
  }
  return {unit(fast), unit(slow)};
}

bool is_json(std::string_view text) { return skip_space(text).starts_with('{'); }

GeometryFile parse_geometry_file(std::string_view bytes, const std::string& name,
                                 std::optional<std::size_t> experiment) {
  if (is_json(bytes)) return parse_dials_experiment(bytes, name, experiment);
  if (experiment) {
    throw UsageError(fmt::format("-experiment with '{}' (it holds one)", name), "",
                     "DIALS .expt files hold several");
  }
  return is_imgcif(bytes) ? parse_imgcif_geometry(bytes, name)
                          : parse_crystfel_geometry(bytes, name);
}

GeometryFile read_geometry_file(const std::filesystem::path& path,
                                std::optional<std::size_t> experiment) {
  return parse_geometry_file(read_file(path), path.string(), experiment);
}

}  // namespace nanobragg::io
