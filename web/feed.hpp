#pragma once

// Feed: what the pages that listen hear. While somebody listens it asks for the status every second
// and sends it when more than its time has changed, at the latest after five seconds.
//
// Everything happens on the server's one thread, to which `post` brings the controller's answers.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "web/node.hpp"

namespace ringspan::web {

/// One JSON text, shared by all who hear it.
using FeedMessage = std::shared_ptr<const std::string>;

/// Has a job done on the server's thread, or never if the server is gone; from any thread.
using Post = std::function<void(std::function<void()>)>;

class Feed {
 public:
  static constexpr std::size_t kKept = 64;
  static constexpr base::Duration kAtLeastEvery = std::chrono::seconds(5);
  static constexpr int kTopologyEvery = 10;  ///< Of the ticks.

  using Listener = std::function<void(const FeedMessage&)>;

  Feed(Node node, Post post) : node_(std::move(node)), post_(std::move(post)) {}

  /// Sends what was missed after message number `after`, where it is still kept, otherwise the
  /// newest state; then what comes. The number is for leave().
  std::uint64_t listen(std::optional<std::uint64_t> after, Listener listener, base::Time now);
  void leave(std::uint64_t listener);

  /// Every second.
  void tick(base::Time now);

 private:
  struct Kept {
    std::uint64_t number = 0;
    FeedMessage text;
  };

  /// One kind of message: what was said last, and when.
  struct Topic {
    const char* kind;
    std::string said{};  ///< Without what changes always.
    std::optional<Kept> last{};
    base::Time sent{};
    bool asking = false;
    bool due = true;  ///< Send the next answer whatever it is.
  };

  void ask_status(base::Time now);
  void ask_for_topology();
  void take(Topic& topic, const std::string& answer, base::Time now);
  void send(Topic& topic, const std::string& answer);

  Node node_;
  Post post_;
  Topic status_{"status"};
  Topic topology_{"topology"};
  std::uint64_t number_ = 0;
  std::uint64_t listeners_ever_ = 0;
  int ticks_ = 0;
  std::deque<Kept> kept_;
  std::map<std::uint64_t, Listener> listeners_;
};

}  // namespace ringspan::web
