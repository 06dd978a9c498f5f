# Language level, warnings, hardening and sanitizers: the same for every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(SEKISHO_SANITIZE "" CACHE STRING "Value of -fsanitize=, or empty")
option(SEKISHO_FUZZ "Build the libFuzzer targets (clang only) and nothing else that runs" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wcast-align -Wformat=2 -Wundef -Wvla -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Statement expressions are how SEKISHO_TRY returns early; both compilers have them.
  # libstdc++ 12 uses a function in stable_sort that it deprecates itself.
  add_compile_options(-Wno-gnu-statement-expression-from-macro-expansion -Wno-missing-designated-field-initializers
    -Wno-deprecated-declarations)
else()
  # -Wmaybe-uninitialized of g++ 12 sees ghosts in optimised standard containers.
  add_compile_options(-Wno-missing-field-initializers -Wno-maybe-uninitialized)
endif()
include_directories(${CMAKE_SOURCE_DIR})

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  include(CheckPIESupported)
  check_pie_supported()
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -ftree-vectorize -fvect-cost-model=dynamic -g1")  # asserts stay: a broken invariant must not go on with hostile bytes
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
    -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    add_compile_options(-fcf-protection=full)
  endif()
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -pie)
endif()
if(SEKISHO_SANITIZE)
  add_compile_options(-fsanitize=${SEKISHO_SANITIZE} -fno-omit-frame-pointer -O1 -g1)
  if(SEKISHO_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  add_link_options(-fsanitize=${SEKISHO_SANITIZE})
  add_compile_definitions(SEKISHO_SANITIZED=1)
endif()
if(SEKISHO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
