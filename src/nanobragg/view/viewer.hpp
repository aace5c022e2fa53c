// Answers the requests of a page.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/view/access.hpp"
#include "nanobragg/view/live_experiment.hpp"
#include "nanobragg/view/measured_images.hpp"
#include "nanobragg/view/opening.hpp"
#include "nanobragg/view/painter.hpp"
#include "nanobragg/view/refining.hpp"
#include "nanobragg/view/web_server.hpp"

namespace nanobragg::view {

// Thread-safe.
class Viewer {
 public:
  explicit Viewer(Opening opening);

  void set_rules(const AccessRules& rules) { rules_ = rules; }
  WebReply answer(const WebRequest& request);
  // Since a page asked for anything.
  std::chrono::duration<double> idle() const;
  // Lets requests that wait for an image go; no more are answered.
  void end();

  const Opening& opening() const { return opening_; }
  SharedScene scene() const { return live_.scene(); }

 private:
  using Route = WebReply (Viewer::*)(const WebRequest&);
  static Route find_route(const std::string& method, const std::string& path);

  WebReply page(const std::string& path) const;
  WebReply state(const WebRequest& request);
  WebReply pulse(const WebRequest& request);
  WebReply frame(const WebRequest& request);
  WebReply tile(const WebRequest& request);
  WebReply coarse(const WebRequest& request);
  WebReply full(const WebRequest& request);
  WebReply full_tile(const WebRequest& request);
  WebReply predicted(const WebRequest& request);
  WebReply profile(const WebRequest& request);
  WebReply rocking(const WebRequest& request);
  WebReply text(const WebRequest& request);
  WebReply set(const WebRequest& request);
  WebReply turn(const WebRequest& request);
  WebReply undo(const WebRequest& request);
  WebReply redo(const WebRequest& request);
  WebReply refine(const WebRequest& request);
  WebReply stop_refining(const WebRequest& request);
  WebReply refining(const WebRequest& request);
  WebReply changed(const SharedScene& scene);

  Opening opening_;
  LiveExperiment live_;
  MeasuredImages images_;
  std::unique_ptr<Painter> painter_;
  std::unique_ptr<Refining> refining_;  // behind what it changes
  AccessRules rules_;
  std::string session_;
  std::atomic<std::chrono::steady_clock::rep> last_request_;
};

}  // namespace nanobragg::view
