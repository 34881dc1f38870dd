// precompiled.h and the test libraries, for test executables.
#pragma once

#include "precompiled.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <gmock/gmock.h>
