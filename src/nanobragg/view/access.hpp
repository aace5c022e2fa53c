// Who may ask the server: pages that it served itself, and with a token those who have it.
#pragma once

#include <optional>
#include <string>

namespace nanobragg::view {

// What a request says of where it comes from. Empty: nothing.
struct RequestOrigin {
  std::string path;
  std::string host = {};        // Host
  std::string origin = {};      // Origin
  std::string fetch_site = {};  // Sec-Fetch-Site
  std::string cookie = {};      // Cookie
  std::string token = {};       // of the address
};

struct AccessRules {
  bool loopback_alone = true;  // else any name of the machine will do
  std::string token = {};      // empty: none is asked for
  int port = 0;
  std::string cookie_name() const { return "nanobragg_" + std::to_string(port); }
};

// Why a request is refused; nothing: it is not. A page of another origin, a name that is not this
// machine's (which a foreign page may have pointed here), and a missing token are.
std::optional<std::string> refusal(const RequestOrigin& request, const AccessRules& rules);

// 32 hexadecimal digits from the system's source of random numbers.
std::string random_token();

}  // namespace nanobragg::view
