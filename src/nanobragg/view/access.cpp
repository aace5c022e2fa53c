// Compares the headers of a request with the rules.
#include "nanobragg/view/access.hpp"

#include <fmt/format.h>

#include <random>
#include <string_view>

namespace nanobragg::view {
namespace {

// "name" of "name:80" and of "[::1]:80".
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_loopback(std::string_view host) {
  const std::string_view name = name_of(host);
  const bool is_number = name.find_first_not_of("0123456789.") == std::string_view::npos;
  return name == "localhost" || name == "[::1]" || (is_number && name.starts_with("127."));
}

// The same time for every text of one length, so that it tells nothing.
bool are_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

std::string_view cookie_of(std::string_view cookies, const std::string& name) {
  while (!cookies.empty()) {
    std::string_view one = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(name + "=")) return one.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

std::optional<std::string> refusal(const RequestOrigin& request, const AccessRules& rules) {
  if (rules.loopback_alone && !is_loopback(request.host)) {
    return "this server answers as 127.0.0.1 and localhost alone";
  }
  if (!request.origin.empty() && request.origin != "http://" + request.host) {
    return "a page of another origin asks";
  }
  // A link that leads here from elsewhere is none of these.
  const bool is_foreign = request.fetch_site == "cross-site" || request.fetch_site == "same-site";
  if (is_foreign && request.path != "/") return "a page of another site asks";
  if (rules.token.empty()) return std::nullopt;
  const bool has_token = are_equal(request.token, rules.token) ||
                         are_equal(cookie_of(request.cookie, rules.cookie_name()), rules.token);
  if (!has_token) return "the token of the address that the program printed is missing";
  return std::nullopt;
}

std::string random_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", device());
  return token;
}

}  // namespace nanobragg::view
