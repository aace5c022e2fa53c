// Who may ask the server.
#include "nanobragg/view/access.hpp"

#include <gtest/gtest.h>

namespace nanobragg::view {
namespace {

TEST(Access, IsForPagesOfThisServer) {
  const AccessRules rules{.loopback_alone = true, .token = "", .port = 80};
  const auto refused = [&](const RequestOrigin& request) {
    return refusal(request, rules).has_value();
  };
  EXPECT_FALSE(refused({.path = "/", .host = "127.0.0.1:80"}));
  EXPECT_FALSE(refused({.path = "/", .host = "[::1]:80"}));
  EXPECT_FALSE(
      refused({.path = "/api/set", .host = "localhost:7", .origin = "http://localhost:7"}));
  EXPECT_TRUE(refused({.path = "/", .host = ""}));
  EXPECT_TRUE(refused({.path = "/", .host = "127.0.0.1.example.org:80"}));
  EXPECT_TRUE(refused({.path = "/", .host = "example.org"}));
  EXPECT_TRUE(refused({.path = "/api/set", .host = "localhost:7", .origin = "http://localhost:8"}));
  EXPECT_TRUE(refused({.path = "/api/set", .host = "localhost:7", .fetch_site = "same-site"}));
  EXPECT_FALSE(refused({.path = "/", .host = "localhost:7", .fetch_site = "cross-site"}));
}

TEST(Access, NeedsTheTokenWhereThereIsOne) {
  const AccessRules rules{.loopback_alone = false, .token = "abc", .port = 80};
  const auto refused = [&](const RequestOrigin& request) {
    return refusal(request, rules).has_value();
  };
  EXPECT_TRUE(refused({.path = "/", .host = "beamline:80"}));
  EXPECT_TRUE(refused({.path = "/", .host = "beamline:80", .token = "ab"}));
  EXPECT_FALSE(refused({.path = "/", .host = "beamline:80", .token = "abc"}));
  EXPECT_FALSE(refused({.path = "/", .host = "beamline:80", .cookie = "x=1; nanobragg_80=abc"}));
  EXPECT_TRUE(refused({.path = "/", .host = "beamline:80", .cookie = "nanobragg_81=abc"}));
  EXPECT_NE(random_token(), random_token());
}

}  // namespace
}  // namespace nanobragg::view
