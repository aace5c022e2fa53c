# The files of the viewer's page as a source file: a new one needs no line here.
set(page_folder ${PROJECT_SOURCE_DIR}/src/nanobragg/view/page)
file(GLOB_RECURSE page_files CONFIGURE_DEPENDS RELATIVE ${page_folder} ${page_folder}/*)
list(SORT page_files)
set(page_type_html "text/html; charset=utf-8")
set(page_type_css "text/css; charset=utf-8")
set(page_type_js "text/javascript; charset=utf-8")
set(page_type_svg "image/svg+xml")
set(code "// The files of the viewer's page.\n#include <array>\n\n"
         "#include \"nanobragg/view/assets.hpp\"\n\n"
         "namespace nanobragg::view {\n\nstd::span<const Asset> assets() {\n"
         "  static constexpr auto kAssets = std::to_array<Asset>({\n")
string(JOIN "" code ${code})
set(all_text "")
foreach(name IN LISTS page_files)
  get_filename_component(end ${name} LAST_EXT)
  string(SUBSTRING ${end} 1 -1 end)
  if(NOT DEFINED page_type_${end})
    message(FATAL_ERROR "${page_folder}/${name}: no type is known for .${end} (cmake/EmbedPage.cmake)")
  endif()
  file(READ ${page_folder}/${name} text)
  string(APPEND all_text "${text}")
  # What stands between two of these would be taken for a variable below.
  string(REPLACE "@" "@AT@" text "${text}")
  string(APPEND code "{\"${name}\", \"${page_type_${end}}\", R\"page(${text})page\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_folder}/${name})
endforeach()
string(SHA256 page_version "${all_text}")
string(SUBSTRING ${page_version} 0 12 page_version)
string(APPEND code "});\n  return kAssets;\n}\n\nstd::string_view page_version() { return \"${page_version}\"; }\n\n"
                   "}  // namespace nanobragg::view\n")
set(AT "@")
set(NANOBRAGG_EMBEDDED_PAGE ${PROJECT_BINARY_DIR}/generated/nanobragg/view_page.cpp)
# A file that stays as it was is not compiled again.
file(CONFIGURE OUTPUT ${NANOBRAGG_EMBEDDED_PAGE} CONTENT "${code}" @ONLY)
