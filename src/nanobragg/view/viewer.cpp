// The routes of the server, and what stands behind each.
#include "nanobragg/view/viewer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_words.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "nanobragg/config/options/toml_paths.hpp"
#include "nanobragg/view/assets.hpp"
#include "nanobragg/view/fields.hpp"
#include "nanobragg/view/replies.hpp"

namespace nanobragg::view {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr const char* kBytes = "application/octet-stream";
constexpr const char* kPlain = "text/plain; charset=utf-8";
// Nothing of the page comes from elsewhere, and no other page may frame it but this machine's (a
// notebook).
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*";

// A whole number of the address; 0 where it is missing. Throws UsageError for other text.
template <class T = std::size_t>
T number(const WebRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return 0;
  const std::string& text = found->second;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw UsageError("'" + name + "' of the request is not a number");
  }
  return value;
}

Tile tile_of(const WebRequest& request) {
  constexpr std::size_t kLargest = 4096;
  constexpr std::size_t kFarthest = 1'000'000;  // beyond every detector
  Tile tile;
  tile.panel = number(request, "panel");
  tile.level = number(request, "level");
  tile.first_fast = std::min(number(request, "x"), kFarthest);
  tile.first_slow = std::min(number(request, "y"), kFarthest);
  if (request.query.contains("w")) tile.columns = std::min(number(request, "w"), kLargest);
  if (request.query.contains("h")) tile.rows = std::min(number(request, "h"), kLargest);
  return tile;
}

WebReply bytes_of_picture(const Picture& picture, const Tile& tile) {
  if (tile.panel >= picture.panels.size()) throw UsageError("no such panel");
  const auto& levels = picture.panels[tile.panel];
  if (tile.level >= levels.size()) throw UsageError("no such level");
  return {200, kBytes, bytes_of(levels[tile.level], tile)};
}

WebReply gone() {
  return {410, "application/json", error_json("another version has taken its place")};
}

}  // namespace

Viewer::Viewer(Opening opening)
    : opening_(std::move(opening)),
      live_(opening_.settings, opening_.has_crystal),
      images_(opening_.frames),
      painter_(std::make_unique<Painter>(live_)),
      refining_(std::make_unique<Refining>(live_, [this] { painter_->scene_changed(); })),
      session_(random_token()),
      last_request_(std::chrono::steady_clock::now().time_since_epoch().count()) {}

std::chrono::duration<double> Viewer::idle() const {
  using Clock = std::chrono::steady_clock;
  return Clock::now().time_since_epoch() - Clock::duration(last_request_.load());
}

void Viewer::end() {
  refining_->stop();
  painter_->end();
}

Viewer::Route Viewer::find_route(const std::string& method, const std::string& path) {
  struct Row {
    std::string_view method, path;
    Route route;
  };
  static constexpr auto kRows = std::to_array<Row>({
      {"GET", "/api/state", &Viewer::state},
      {"GET", "/api/pulse", &Viewer::pulse},
      {"GET", "/api/frame", &Viewer::frame},
      {"GET", "/api/tile", &Viewer::tile},
      {"GET", "/api/coarse", &Viewer::coarse},
      {"GET", "/api/full", &Viewer::full},
      {"GET", "/api/full-tile", &Viewer::full_tile},
      {"GET", "/api/predicted", &Viewer::predicted},
      {"GET", "/api/profile", &Viewer::profile},
      {"GET", "/api/rocking", &Viewer::rocking},
      {"GET", "/api/text", &Viewer::text},
      {"GET", "/api/refining", &Viewer::refining},
      {"POST", "/api/refine", &Viewer::refine},
      {"POST", "/api/refine-stop", &Viewer::stop_refining},
      {"POST", "/api/set", &Viewer::set},
      {"POST", "/api/turn", &Viewer::turn},
      {"POST", "/api/undo", &Viewer::undo},
      {"POST", "/api/redo", &Viewer::redo},
  });
  for (const Row& row : kRows) {
    if (row.method == method && row.path == path) return row.route;
  }
  return nullptr;
}

WebReply Viewer::answer(const WebRequest& request) {
  WebReply reply;
  if (const auto why = refusal(request.origin, rules_)) {
    reply = {403, kPlain, "refused: " + *why + "\n"};
  } else {
    last_request_ = std::chrono::steady_clock::now().time_since_epoch().count();
    const Route route = find_route(request.method, request.origin.path);
    try {
      reply = route != nullptr ? (this->*route)(request) : page(request.origin.path);
    } catch (const Error& error) {
      reply = {422, "application/json", error_json(error.what())};
    }
    if (!rules_.token.empty() && request.origin.token == rules_.token) {
      reply.headers.emplace_back("Set-Cookie", rules_.cookie_name() + "=" + rules_.token +
                                                   "; HttpOnly; SameSite=Strict; Path=/");
    }
  }
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("Referrer-Policy", "no-referrer");
  reply.headers.emplace_back("Content-Security-Policy", kPolicy);
  return reply;
}

WebReply Viewer::page(const std::string& path) const {
  const std::string name = path == "/" ? "index.html" : path.substr(1);
  for (const Asset& asset : assets()) {
    if (asset.name != name) continue;
    std::string text(asset.text);
    constexpr std::string_view kVersion = "PAGE_VERSION";
    if (const auto at = text.find(kVersion); name == "index.html" && at != std::string::npos) {
      text.replace(at, kVersion.size(), page_version());
    }
    return {200, std::string(asset.type), text};
  }
  return {404, kPlain, "nothing of this name is served\n"};
}

WebReply Viewer::state(const WebRequest& /*request*/) {
  return {.body = state_json({opening_, session_}, live_)};
}

WebReply Viewer::pulse(const WebRequest& /*request*/) {
  return {.body = "{\"page\":\"" + std::string(page_version()) + "\",\"session\":\"" + session_ +
                  "\",\"version\":" + std::to_string(live_.scene()->version) + "}"};
}

WebReply Viewer::frame(const WebRequest& request) {
  const auto panels = panel_shapes(live_.scene()->job.experiment);
  return {.body = frame_json(*images_.image(number(request, "frame"), panels))};
}

WebReply Viewer::tile(const WebRequest& request) {
  const auto panels = panel_shapes(live_.scene()->job.experiment);
  return bytes_of_picture(images_.image(number(request, "frame"), panels)->picture,
                          tile_of(request));
}

WebReply Viewer::coarse(const WebRequest& request) {
  constexpr std::size_t kCoarsest = 8;
  const Tile tile = tile_of(request);
  CoarsePart part{std::min(tile.level, kCoarsest), tile.first_slow, tile.first_fast, 0, 0};
  if (request.query.contains("h")) {
    part.rows = std::max<std::size_t>(tile.rows, 1);
    part.columns = std::max<std::size_t>(tile.columns, 1);
  }
  const auto [scene, panels] = painter_->coarse(part);
  std::string bytes;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    Tile all{i, part.level, 0, 0, panels[i].shape().slow, panels[i].shape().fast};
    if (part.rows > 0 && panels.size() == 1) {
      all = {i, part.level, part.first_slow, part.first_fast, part.rows, part.columns};
    }
    bytes += bytes_of(panels[i], all);
  }
  const report::Limits limits = limits_of(panels.front());
  return {200,
          kBytes,
          std::move(bytes),
          {{"X-Version", std::to_string(scene->version)},
           {"X-Low", config::shortest(limits.low)},
           {"X-High", config::shortest(limits.high)}}};
}

WebReply Viewer::full(const WebRequest& request) {
  const auto version = number<std::uint64_t>(request, "version");
  const SharedPaintedImage image = painter_->wait_for(version, kPatience);
  // Not yet, or never: the page goes on with the version that is now.
  if (!image) {
    return {202, "application/json",
            "{\"version\":" + std::to_string(live_.scene()->version) + "}"};
  }
  if (!image->problem.empty()) return {422, "application/json", error_json(image->problem)};
  return {.body = limits_json(image->picture)};
}

WebReply Viewer::full_tile(const WebRequest& request) {
  const SharedPaintedImage image = painter_->image(number<std::uint64_t>(request, "version"));
  return image && image->problem.empty() ? bytes_of_picture(image->picture, tile_of(request))
                                         : gone();
}

WebReply Viewer::predicted(const WebRequest& /*request*/) {
  const SharedScene scene = live_.scene();
  return {.body = predictions_json(*scene, predictions(*scene))};
}

WebReply Viewer::profile(const WebRequest& request) {
  const SharedScene scene = live_.scene();
  std::shared_ptr<const MeasuredImage> measured;
  if (request.query.contains("frame")) {
    measured = images_.image(number(request, "frame"), panel_shapes(scene->job.experiment));
  }
  const SharedPaintedImage painted = painter_->image(scene->version);
  const bool is_computed = scene->has_crystal && painted && painted->problem.empty();
  const Picture* const picture = measured && measured->fits_detector ? &measured->picture : nullptr;
  return {.body = profile_json(
              radial_profile(*scene, picture, is_computed ? &painted->picture : nullptr))};
}

WebReply Viewer::rocking(const WebRequest& request) {
  const MillerIndex index{number<std::int32_t>(request, "h"), number<std::int32_t>(request, "k"),
                          number<std::int32_t>(request, "l")};
  return {.body = rocking_json(rocking_curve(*live_.scene(), index))};
}

WebReply Viewer::text(const WebRequest& request) {
  const SharedScene scene = live_.scene();
  config::Settings said = config::with_absolute_names(scene->given);
  // What stands for a crystal scatters nothing.
  if (!scene->has_crystal) said.default_F = 0.0;
  const auto as = request.query.find("as");
  if (as != request.query.end() && as->second == "toml") {
    return {200,
            kPlain,
            config::to_toml(said),
            {{"Content-Disposition", "attachment; filename=\"experiment.toml\""}}};
  }
  return {200, kPlain, "nanobragg " + config::shell_words(config::command_words(said))};
}

WebReply Viewer::changed(const SharedScene& scene) {
  painter_->scene_changed();
  return {.body = "{\"version\":" + std::to_string(scene->version) + "}"};
}

WebReply Viewer::set(const WebRequest& request) {
  const Painter::Hold hold(*painter_);
  const FieldChange change = parse_change(request.body);
  std::vector<std::string> values = change.values;
  if (change.path == "crystal.cell_A_deg" && change.changed >= 0) {
    values = with_cell_ties(*live_.scene(), values, static_cast<std::size_t>(change.changed));
  }
  return changed(live_.set(option_of_field(change.path), values, change.movement));
}

WebReply Viewer::turn(const WebRequest& request) {
  const Painter::Hold hold(*painter_);
  const CrystalTurn turn = parse_turn(request.body);
  return changed(live_.turn(turn.axis, turn.degrees / constants::kDegreesPerRadian, turn.movement));
}

WebReply Viewer::refine(const WebRequest& request) {
  const std::size_t frame = parse_frame(request.body);
  const auto& frames = images_.frames();
  if (frame >= frames.size()) throw UsageError("no such frame");
  if (!frames[frame].frame) throw Error(frames[frame].problem);
  refining_->begin(*frames[frame].frame);
  return {.body = refining_json(refining_->report())};
}

WebReply Viewer::stop_refining(const WebRequest& /*request*/) {
  refining_->stop();
  return {.body = refining_json(refining_->report())};
}

WebReply Viewer::refining(const WebRequest& /*request*/) {
  return {.body = refining_json(refining_->report())};
}

WebReply Viewer::undo(const WebRequest& /*request*/) { return changed(live_.undo()); }
WebReply Viewer::redo(const WebRequest& /*request*/) { return changed(live_.redo()); }

}  // namespace nanobragg::view
