# servery_module(<folder under src> [DEPS <modules>] [LIBS <libraries>])
#
# One static library a module: every .cpp below the folder except tests and micro-benchmarks.
#   *_test.cpp   -> servery_<module>_test, registered with ctest
#   *_bench.cpp  -> servery_<module>_bench, with -DSERVERY_BENCH=ON
# The library's name is the last folder: foundation/base -> servery_base.
function(servery_module folder)
    cmake_parse_arguments(arg "" "" "DEPS;LIBS" ${ARGN})
    get_filename_component(module ${folder} NAME)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
    set(tests ${sources})
    set(benches ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$")
    list(TRANSFORM arg_DEPS PREPEND servery_)

    if(sources)
        add_library(servery_${module} STATIC ${sources})
        set(scope PUBLIC)
    else()
        add_library(servery_${module} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_link_libraries(servery_${module} ${scope} ${arg_DEPS} ${arg_LIBS})

    if(SERVERY_TESTS AND tests)
        add_executable(servery_${module}_test ${tests})
        target_link_libraries(servery_${module}_test
            PRIVATE servery_${module} GTest::gmock_main rapidcheck)
        target_compile_definitions(servery_${module}_test
            PRIVATE SERVERY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
        add_test(NAME ${module} COMMAND servery_${module}_test)
        set_tests_properties(${module} PROPERTIES TIMEOUT 600)
    endif()
    if(SERVERY_BENCH AND benches)
        add_executable(servery_${module}_bench ${benches})
        target_link_libraries(servery_${module}_bench
            PRIVATE servery_${module} benchmark::benchmark_main)
    endif()
endfunction()
