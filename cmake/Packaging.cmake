# Installing and the Debian package.
include(GNUInstallDirs)

install(TARGETS nanobragg RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# Scripts written for the C program find this one under its name.
file(CREATE_LINK nanobragg ${PROJECT_BINARY_DIR}/nanoBragg SYMBOLIC)
install(FILES ${PROJECT_BINARY_DIR}/nanoBragg DESTINATION ${CMAKE_INSTALL_BINDIR})

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "nanobragg developers")
set(CPACK_PACKAGE_CONTACT "nanobragg developers <nanobragg@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"nanobragg simulates the X-ray diffraction image of a crystal, pixel by pixel,
in photons: from the cell, orientation, size and mosaicity of the crystal, the
spectrum and divergence of the beam, and the geometry of the detector. It takes
the command line of nanoBragg.c and writes the same files.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
