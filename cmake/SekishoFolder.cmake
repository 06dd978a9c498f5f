# sekisho_folder(NAME name [FOLDER dir] [DEPENDS targets...] [TEST_DEPENDS targets...])
#
# Makes the static library sekisho_<name> of all x.cpp of the folder, the test program <name>_test of all
# x_test.cpp, and with SEKISHO_FUZZ one libFuzzer program for each x_fuzz.cpp. `x_main.cpp` is left alone.
# Optional parts are chosen by DEPENDS, not by #ifdef.
function(sekisho_folder)
  cmake_parse_arguments(ARG "" "NAME" "DEPENDS;TEST_DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB all CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|_main)\\.cpp$|^main\\.cpp$")
  if(ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${ARG_EXCLUDE})
  endif()
  if(sources)
    add_library(sekisho_${ARG_NAME} STATIC ${sources})
    target_link_libraries(sekisho_${ARG_NAME} PUBLIC ${ARG_DEPENDS})
  else()
    add_library(sekisho_${ARG_NAME} INTERFACE)
    target_link_libraries(sekisho_${ARG_NAME} INTERFACE ${ARG_DEPENDS})
  endif()

  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(tests AND BUILD_TESTING AND NOT SEKISHO_FUZZ)
    add_executable(${ARG_NAME}_test ${tests})
    target_link_libraries(${ARG_NAME}_test PRIVATE sekisho_${ARG_NAME} ${ARG_TEST_DEPENDS} GTest::gmock
      GTest::gtest_main)
    target_compile_definitions(${ARG_NAME}_test PRIVATE SEKISHO_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
      SEKISHO_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME}_test)
    set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT 600)
  endif()

  if(SEKISHO_FUZZ)
    set(fuzzers ${all})
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
    foreach(source ${fuzzers})
      string(REPLACE ".cpp" "" target ${source})
      add_executable(${target} ${source})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${target} PRIVATE sekisho_${ARG_NAME} ${ARG_TEST_DEPENDS})
    endforeach()
  endif()
endfunction()
