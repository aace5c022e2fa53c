// Asks one recogniser after the other.
#include "nanobragg/io/reflections/reflection_formats.hpp"

#include "nanobragg/io/reflections/crystfel_reflections.hpp"
#include "nanobragg/io/reflections/foreign_lists.hpp"
#include "nanobragg/io/reflections/mtz.hpp"
#include "nanobragg/io/reflections/reflection_cif.hpp"
#include "nanobragg/io/reflections/scalepack.hpp"
#include "nanobragg/io/reflections/xds_reflections.hpp"

namespace nanobragg::io {

std::optional<ReflectionTable> parse_reflection_table(std::string_view bytes,
                                                      const std::string& name) {
  struct Format {
    bool (*is)(std::string_view);
    ReflectionTable (*parse)(std::string_view, const std::string&);
  };
  constexpr Format kFormats[] = {{is_mtz, parse_mtz},
                                 {is_cif, parse_reflection_cif},
                                 {is_xds_list, parse_xds_list},
                                 {is_crystfel_list, parse_crystfel_list},
                                 {is_scalepack, parse_scalepack}};
  for (const auto& [is, parse] : kFormats) {
    if (is(bytes)) return parse(bytes, name);
  }
  refuse_foreign_list(bytes, name);
  return std::nullopt;
}

}  // namespace nanobragg::io
