# The Debian package (`make package`): the binary, its service, settings and papers. Libraries it
# needs are found by dpkg-shlibdeps. Packing builds nothing but what is packed.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
install(TARGETS servery RUNTIME DESTINATION bin)
install(FILES packaging/servery.service DESTINATION lib/systemd/system)
install(FILES packaging/servery.yaml DESTINATION /etc/servery)
install(FILES README.md CHANGELOG.md SECURITY.md DESTINATION share/doc/servery)
install(FILES LICENSE DESTINATION share/doc/servery RENAME copyright)
install(DIRECTORY examples DESTINATION share/doc/servery)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME servery)
set(CPACK_PACKAGE_CONTACT "Servery <servery@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "releases a generative-AI assistant step by step")
set(CPACK_PACKAGE_DESCRIPTION
    "Plans, tests, gates, ramps and watches a small business's AI assistant,
with a person to fall back on. One process, one data folder.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, passwd")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/postinst;${PROJECT_SOURCE_DIR}/packaging/prerm"
    "${PROJECT_SOURCE_DIR}/packaging/postrm;${PROJECT_SOURCE_DIR}/packaging/conffiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
include(CPack)
