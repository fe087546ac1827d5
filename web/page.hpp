#pragma once

// Page: the rules of the page's API (docs/http-api.md), without a socket: which host, which origin,
// who, which route, and what it answers.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.hpp"
#include "web/exchange.hpp"
#include "web/node.hpp"
#include "web/routes.hpp"
#include "web/sessions.hpp"

namespace ringspan::web {

struct PageSettings {
  Node node;
  bool secure = false;  ///< Served over TLS.

  /// Is this one of our names? Any thread.
  std::function<bool(const std::string& host)> is_ours;
};

/// Any thread.
class Page {
 public:
  explicit Page(PageSettings settings) : settings_(std::move(settings)) {}

  /// `taker` is called once, perhaps from within. Not for a request that opens the feed.
  void answer(const Request& request, base::Time now, const ResponseTaker& taker);

  /// nullopt: the feed may be opened. It stands open while may_listen() says so.
  std::optional<Response> refuse_feed(const Request& request, base::Time now) const;
  bool may_listen(const Request& request, base::Time now) const;

  std::string make_code(Who who, base::Time now) {
    return sessions_.make_code(std::move(who), now);
  }

 private:
  std::optional<Response> refuse(const Request& request) const;
  std::optional<Response> refuse(const Request& request, const Route& route, base::Time now) const;
  std::optional<Who> who_asks(const Request& request, base::Time now) const;
  std::string cookie_name() const { return "ringspan-" + settings_.node.controller; }
  std::string cookie(std::string_view token, std::chrono::seconds life) const;
  std::string session_text(const Who& who) const;

  Response open_session(const Route& route, const Request& request, base::Time now);
  Response close_session(const Request& request);
  void ask(const Route& route, const Request& request, const Who& who, const ResponseTaker& taker);
  void topology(const Who& who, const ResponseTaker& taker);
  void what_if(const Route& route, const Request& request, const Who& who,
               const ResponseTaker& taker);
  void metrics(const Who& who, const ResponseTaker& taker);

  PageSettings settings_;
  Sessions sessions_;
};

/// A large forest's certificate takes a few seconds: too much for what is asked again and again.
enum class Certified { no, yes };

/// Asks for both parts and puts them together: {"forest":...,"plan":...}, or the error of one.
void ask_topology(const Node& node, const Who& who, Certified certified, AnswerTaker taker);

}  // namespace ringspan::web
