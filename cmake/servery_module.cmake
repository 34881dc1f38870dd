# servery_module(<folder under src> [DEPS <modules>] [LIBS <libraries>])
#
# One static library a module: every .cpp below the folder except tests and micro-benchmarks.
#   *_test.cpp   -> servery_<module>_test, registered with ctest
#   *_bench.cpp  -> servery_<module>_bench, with -DSERVERY_BENCH=ON
# The library's name is the last folder: foundation/base -> servery_base.

# One precompiled header for all modules and one for all tests, each built by a library of its own
# with the flags of the units that reuse it.
if(SERVERY_PCH)
    file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
    add_library(servery_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
    target_precompile_headers(servery_precompiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)
    if(SERVERY_TESTS)
        add_library(servery_precompiled_tests OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
        target_link_libraries(servery_precompiled_tests PRIVATE GTest::gmock rapidcheck)
        target_compile_definitions(servery_precompiled_tests
            PRIVATE SERVERY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
        # As for the test executables: the compiler's default, not the flag of libraries.
        set_target_properties(servery_precompiled_tests PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_precompile_headers(servery_precompiled_tests
            PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled_tests.h)
    endif()
endif()

function(servery_reuse_precompiled target library)
    if(SERVERY_PCH)
        target_precompile_headers(${target} REUSE_FROM ${library})
    endif()
endfunction()

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
        servery_reuse_precompiled(servery_${module} servery_precompiled)
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
        set_target_properties(servery_${module}_test PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        servery_reuse_precompiled(servery_${module}_test servery_precompiled_tests)
        add_test(NAME ${module} COMMAND servery_${module}_test)
        set_tests_properties(${module} PROPERTIES TIMEOUT 600)
    endif()
    if(SERVERY_BENCH AND benches)
        add_executable(servery_${module}_bench ${benches})
        target_link_libraries(servery_${module}_bench
            PRIVATE servery_${module} benchmark::benchmark_main)
    endif()
endfunction()
