// cpp-httplib, set up for one page that asks often.
#include "nanobragg/view/web_server.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <exception>
#include <thread>
#include <utility>

#include "nanobragg/base/error.hpp"

namespace nanobragg::view {
namespace {

// A window holds up to six connections, each of them a thread.
constexpr std::size_t kThreads = 48;
constexpr std::size_t kConnectionUses = 100'000;
constexpr std::time_t kIdleConnection_s = 2;
constexpr std::size_t kLargestBody = 1 << 16;

WebRequest request_of(const httplib::Request& from) {
  WebRequest request;
  request.method = from.method;
  request.origin = {.path = from.path,
                    .host = from.get_header_value("Host"),
                    .origin = from.get_header_value("Origin"),
                    .fetch_site = from.get_header_value("Sec-Fetch-Site"),
                    .cookie = from.get_header_value("Cookie"),
                    .token = from.get_param_value("token")};
  for (const auto& [name, value] : from.params) request.query[name] = value;
  request.body = from.body;
  return request;
}

}  // namespace

struct WebServer::Parts {
  httplib::Server server;
  WebHandler handler;
  int port = 0;
  std::thread thread;

  void answer(const httplib::Request& from, httplib::Response& to) const {
    WebReply reply;
    try {
      reply = handler(request_of(from));
    } catch (const std::exception& error) {
      reply = {500, "text/plain; charset=utf-8", error.what()};
    }
    to.status = reply.status;
    for (const auto& [name, value] : reply.headers) to.set_header(name, value);
    to.set_content(reply.body, reply.type);
  }
};

WebServer::WebServer(const std::string& address, int port, WebHandler handler,
                     const std::function<void(int port)>& bound)
    : parts_(std::make_unique<Parts>()) {
  Parts& parts = *parts_;
  parts.handler = std::move(handler);
  parts.server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  parts.server.set_tcp_nodelay(true);
  parts.server.set_keep_alive_max_count(kConnectionUses);
  parts.server.set_keep_alive_timeout(kIdleConnection_s);
  parts.server.set_payload_max_length(kLargestBody);
  // The library's own would let two servers share a port.
  parts.server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  const auto answer = [&parts](const httplib::Request& from, httplib::Response& to) {
    parts.answer(from, to);
  };
  parts.server.Get(".*", answer).Post(".*", answer);
  if (port == 0) {
    parts.port = parts.server.bind_to_any_port(address);
  } else if (parts.server.bind_to_port(address, port)) {
    parts.port = port;
  }
  if (parts.port <= 0) {
    throw Error(port == 0 ? fmt::format("cannot listen on {} (no address of this machine, or no "
                                        "port is free)",
                                        address)
                          : fmt::format("cannot listen on port {} of {} (in use, or not allowed)",
                                        port, address),
                "", "leave out --port for a free one, or give another");
  }
  bound(parts.port);
  parts.thread = std::thread([&parts] { parts.server.listen_after_bind(); });
}

WebServer::~WebServer() {
  while (!parts_->server.is_running()) std::this_thread::yield();
  parts_->server.stop();
  parts_->thread.join();
}

}  // namespace nanobragg::view
