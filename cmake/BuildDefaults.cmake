# What every target is built with: C++20, warnings as errors, no fast-math, ccache where there is one.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The module is a shared library, and holds the static one.
if(NANOBRAGG_PYTHON)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

option(NANOBRAGG_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

# The usage requirements shared by all targets of this project; linked privately by each.
add_library(nanobragg_build INTERFACE)
target_compile_options(nanobragg_build INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(NANOBRAGG_SANITIZE)
  target_compile_options(nanobragg_build INTERFACE -fsanitize=address,undefined
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(nanobragg_build INTERFACE -fsanitize=address,undefined)
endif()
