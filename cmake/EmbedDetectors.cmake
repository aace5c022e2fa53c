# The description files of detectors as a source file: a new one needs no line here.
file(GLOB detector_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/nanobragg/config/detectors/catalogue/*.toml)
list(SORT detector_files)
set(code "// The description files of detectors.\n#include <array>\n\n"
         "#include \"nanobragg/config/detectors/catalogue.hpp\"\n\n"
         "namespace nanobragg::config {\n\nstd::span<const CatalogueEntry> detector_catalogue() {\n"
         "  static constexpr auto kEntries = std::to_array<CatalogueEntry>({\n")
string(JOIN "" code ${code})
foreach(file IN LISTS detector_files)
  get_filename_component(name ${file} NAME_WLE)
  file(READ ${file} text)
  # What stands between two of these would be taken for a variable below.
  string(REPLACE "@" "@AT@" text "${text}")
  string(APPEND code "{\"${name}\", R\"detector(${text})detector\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endforeach()
string(APPEND code "});\n  return kEntries;\n}\n\n}  // namespace nanobragg::config\n")
set(AT "@")
set(NANOBRAGG_EMBEDDED_DETECTORS ${PROJECT_BINARY_DIR}/generated/nanobragg/detector_catalogue.cpp)
# A file that stays as it was is not compiled again.
file(CONFIGURE OUTPUT ${NANOBRAGG_EMBEDDED_DETECTORS} CONTENT "${code}" @ONLY)
