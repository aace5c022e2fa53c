# Finds xraylib, whose headers stand in a folder of their own.
find_path(XRAYLIB_INCLUDE_DIR xraylib.h PATH_SUFFIXES xraylib)
find_library(XRAYLIB_LIBRARY xrl)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Xraylib REQUIRED_VARS XRAYLIB_LIBRARY XRAYLIB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Debian has it as libxrl-dev")
if(Xraylib_FOUND AND NOT TARGET Xraylib::xraylib)
  add_library(Xraylib::xraylib UNKNOWN IMPORTED)
  set_target_properties(Xraylib::xraylib PROPERTIES IMPORTED_LOCATION ${XRAYLIB_LIBRARY}
                        INTERFACE_INCLUDE_DIRECTORIES ${XRAYLIB_INCLUDE_DIR}
                        INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${XRAYLIB_INCLUDE_DIR})
endif()
mark_as_advanced(XRAYLIB_INCLUDE_DIR XRAYLIB_LIBRARY)
