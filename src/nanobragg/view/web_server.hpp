// An HTTP server: the one place that knows the library for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nanobragg/view/access.hpp"

namespace nanobragg::view {

struct WebRequest {
  std::string method;  // GET or POST
  RequestOrigin origin;
  std::map<std::string, std::string> query;
  std::string body;
};

struct WebReply {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Called from several threads at once; what it throws becomes status 500.
using WebHandler = std::function<WebReply(const WebRequest&)>;

// Answers from construction on until it is destroyed.
class WebServer {
 public:
  // Port 0: a free one, which `bound` is told before anything is answered. Throws Error where the
  // address or the port cannot be had.
  WebServer(const std::string& address, int port, WebHandler handler,
            const std::function<void(int port)>& bound);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace nanobragg::view
