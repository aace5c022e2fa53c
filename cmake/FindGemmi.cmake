# Finds gemmi, which comes as headers alone, with the parser that its CIF reader needs.
find_path(GEMMI_INCLUDE_DIR gemmi/mtz.hpp)
find_path(PEGTL_INCLUDE_DIR tao/pegtl.hpp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Gemmi REQUIRED_VARS GEMMI_INCLUDE_DIR PEGTL_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Debian has it as gemmi-dev, tao-pegtl-dev and libstb-dev")
if(Gemmi_FOUND AND NOT TARGET Gemmi::gemmi)
  add_library(Gemmi::gemmi INTERFACE IMPORTED)
  target_include_directories(Gemmi::gemmi SYSTEM INTERFACE ${GEMMI_INCLUDE_DIR} ${PEGTL_INCLUDE_DIR})
endif()
mark_as_advanced(GEMMI_INCLUDE_DIR PEGTL_INCLUDE_DIR)
