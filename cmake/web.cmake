# The console and the widget, built into the binary. Needs Node; without it (SERVERY_WEB=OFF) the
# binary serves everything else and says so under /console/.
option(SERVERY_WEB "Build the console and the widget into the binary" OFF)

set(web_source ${CMAKE_BINARY_DIR}/web_files.cpp)
set(embed ${CMAKE_COMMAND} -E env python3 ${PROJECT_SOURCE_DIR}/tools/embed_web.py)
if(SERVERY_WEB)
    file(GLOB_RECURSE web_inputs CONFIGURE_DEPENDS
        ${PROJECT_SOURCE_DIR}/web/console/src/* ${PROJECT_SOURCE_DIR}/web/widget/src/*)
    list(FILTER web_inputs EXCLUDE REGEX "(\\.gen\\.d\\.ts|\\.test\\.tsx?)$")
    file(GLOB web_settings CONFIGURE_DEPENDS
        ${PROJECT_SOURCE_DIR}/web/*/package-lock.json ${PROJECT_SOURCE_DIR}/web/*/*.html
        ${PROJECT_SOURCE_DIR}/web/*/vite.config.ts ${PROJECT_SOURCE_DIR}/web/*/build.mjs)
    add_custom_command(OUTPUT ${web_source}
        COMMAND ${PROJECT_SOURCE_DIR}/tools/web.sh ${CMAKE_BINARY_DIR}/web
        COMMAND ${embed} ${CMAKE_BINARY_DIR}/web ${web_source}
        DEPENDS ${web_inputs} ${web_settings} ${PROJECT_SOURCE_DIR}/tools/web.sh
            ${PROJECT_SOURCE_DIR}/tools/embed_web.py
        COMMENT "Building the console and the widget" VERBATIM)
else()
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/no_web)
    add_custom_command(OUTPUT ${web_source}
        COMMAND ${embed} ${CMAKE_BINARY_DIR}/no_web ${web_source}
        DEPENDS ${PROJECT_SOURCE_DIR}/tools/embed_web.py VERBATIM)
endif()
target_sources(servery_app PRIVATE ${web_source})
