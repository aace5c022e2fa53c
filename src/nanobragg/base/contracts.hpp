// Contracts between functions of this program: checked in debug builds, free in release builds.
// User input is never checked by these; it throws Error in every build.
#pragma once

#include <cassert>

#define NANOBRAGG_EXPECTS(condition) assert(condition)
#define NANOBRAGG_ENSURES(condition) assert(condition)
