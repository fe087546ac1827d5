#include "replicator/net/links.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kShortestRest = 250ms;
constexpr base::Duration kLongestRest = 5s;
constexpr base::Duration kIdleLife = 30s;
constexpr std::uint32_t kFailing = 2;

/// The same members rest for the same times in every run, and not all together.
std::uint64_t seed_of(const base::Guid& guid) {
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : guid.bytes)
    seed = seed * 257 + byte;
  return seed;
}

base::Duration rest_after(std::uint32_t failures, base::Rng& jitter) {
  const std::uint32_t doublings = std::min(failures - 1, 5U);
  const auto whole = std::min(kShortestRest * (1 << doublings), kLongestRest);
  const auto quarter = static_cast<std::uint64_t>(whole.count() / 4);
  return whole - base::Duration(static_cast<base::Duration::rep>(jitter.below(quarter + 1)));
}

}  // namespace

struct Links::Link {
  struct Asked {
    AnswerTaker taker;
    std::unique_ptr<boost::asio::steady_timer> limit;
  };

  Link(boost::asio::io_context& context, ControllerId who, MemberAddress where)
      : id(who), member(std::move(where)), timer(context) {}

  bool is_open() const { return session && session->is_open(); }
  bool is_idle() const { return requests.empty() && asks.empty(); }

  ControllerId id;
  MemberAddress member;
  bool wanted = false;
  bool resting = false;
  bool abandoned = false;  // leaves the list
  std::uint32_t failures = 0;
  std::string last_reason = "not connected";
  SessionPtr session;
  boost::asio::steady_timer timer;  // of the rest, or of the idle life
  std::deque<std::string> queue;    // until it opens
  std::set<std::uint64_t> requests;
  std::map<std::uint64_t, Asked> asks;
};

Links::Links(const SessionGround& ground, LinkEvents events)
    : ground_(ground),
      events_(std::move(events)),
      jitter_(seed_of(ground.hello.controller.value)) {}

Links::~Links() = default;

std::string why_no_member(const Members& members, const Member& peer) {
  const auto member = members.find(peer.controller);
  if (member == members.end()) {
    return "its certificate names a controller that is not in the forest";
  }
  if (!member->second.key || *member->second.key == peer.key) return {};
  return fmt::format("its key is not the one that the configuration has for {}",
                     member->second.name);
}

void Links::set_members(const Members& members) {
  members_ = members;
  for (const auto& [id, member] : members) {
    if (id == ground_.hello.controller || !member.address) continue;
    Link* known = find(id);
    if (known == nullptr) {
      links_.emplace(id, std::make_unique<Link>(ground_.context, id, member));
      continue;
    }
    const auto former = std::exchange(known->member, member);
    if (!known->session) continue;
    if (former.address != member.address) {
      known->session->close("its address has changed");
    } else if (known->is_open()) {
      check(*known);
    }
  }
  for (auto& [id, link] : links_) {
    const auto member = members.find(id);
    if (member != members.end() && member->second.address) continue;
    abandon(*link, "no longer a member of the forest");
  }
  std::erase_if(links_, [&](const auto& entry) { return entry.second->abandoned; });
}

/// True if the peer at the other end is the member that the configuration means.
bool Links::check(Link& link) {
  const auto* peer = std::get_if<Member>(&link.session->peer());
  const std::string trouble =
      peer == nullptr ? std::string("no controller") : why_no_member(members_, *peer);
  if (trouble.empty()) return true;
  spdlog::warn("{} at {}: {}", link.member.name, link.member.address->to_string(), trouble);
  link.session->close(trouble);
  return false;
}

/// Nothing of it is called any more; whoever waits for an answer of it gets none.
void Links::abandon(Link& link, const std::string& reason) {
  link.abandoned = true;
  link.wanted = false;
  link.timer.cancel();
  if (link.session) link.session->close(reason);
  for (const std::uint64_t request : std::exchange(link.requests, {}))
    events_.pull_failed(link.id, request, reason);
  while (!link.asks.empty())
    answered(link, link.asks.begin()->first, base::fail(base::Errc::unavailable, reason));
}

void Links::set_sources(const std::set<ControllerId>& sources) {
  for (auto& [id, link] : links_) {
    const bool was_wanted = std::exchange(link->wanted, sources.contains(id));
    if (link->wanted && !was_wanted && link->failures >= kFailing) events_.source_down(id);
    if (link->wanted && link->is_open()) {
      events_.source_up(id);
    } else if (link->wanted && !link->session && !link->resting) {
      dial(*link);
    } else if (!link->wanted) {
      let_go_when_idle(*link);
    }
  }
}

void Links::pull(ControllerId source, const GetChanges& request) {
  Link* link = find(source);
  if (link == nullptr || closed_) {
    return events_.pull_failed(source, request.request,
                               closed_ ? "stopping" : "no member of the forest with an address");
  }
  link->requests.insert(request.request);
  send(*link, wire::encode(request, wire::Compression::none));
}

void Links::seen(ControllerId id) {
  Link* link = find(id);
  if (link != nullptr && link->resting && link->wanted && !closed_) dial(*link);
}

void Links::ask(ControllerId to, std::string json, std::uint32_t hops, base::Duration limit,
                AnswerTaker taker) {
  Link* link = find(to);
  if (link == nullptr || closed_) {
    return taker(
        base::fail(base::Errc::unavailable, closed_ ? "this controller is stopping"
                                                    : "no member of the forest with an address"));
  }
  const std::uint64_t id = ++last_ask_;
  auto timer = std::make_unique<boost::asio::steady_timer>(ground_.context, limit);
  timer->async_wait([this, to, id, limit](const boost::system::error_code& cancelled) {
    Link* asked = cancelled ? nullptr : find(to);
    if (asked == nullptr) return;
    answered(*asked, id,
             base::fail(base::Errc::unavailable,
                        fmt::format("no answer within {}", base::to_string(limit))));
  });
  link->asks.emplace(id, Link::Asked{std::move(taker), std::move(timer)});
  send(*link, wire::encode(wire::Ask{.id = id, .json = std::move(json), .hops = hops},
                           wire::Compression::none));
}

void Links::close() {
  closed_ = true;
  for (auto& [id, link] : links_) {
    link->wanted = false;
    link->timer.cancel();
    if (link->session) link->session->finish("stopping");
  }
}

Links::Link* Links::find(ControllerId id) {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : found->second.get();
}

void Links::dial(Link& link) {
  link.resting = false;
  link.timer.cancel();
  SessionEvents events{
      .opened = [this, &link](const SessionPtr&) { opened(link); },
      .arrived = [this, &link](const SessionPtr&, wire::Message&& message,
                               std::uint64_t bytes) { arrived(link, std::move(message), bytes); },
      .closed = [this, &link](const SessionPtr&, const std::string& reason,
                              Blame blame) { ended(link, reason, blame); }};
  link.session = Session::dial(ground_, *link.member.address, link.id, std::move(events));
  link.session->start();
}

/// At once where the way is open, else as soon as it is; a rest between two calls is not cut short,
/// or one who lets us in and sends us away again were called without end.
void Links::send(Link& link, std::string frame) {
  if (link.is_open()) return link.session->send(std::move(frame));
  link.queue.push_back(std::move(frame));
  if (!link.session && !link.resting) dial(link);
}

void Links::opened(Link& link) {
  if (!check(link)) return;
  spdlog::info("{} at {}: connected", link.member.name, link.member.address->to_string());
  if (const auto& hello = link.session->hello()) events_.met(*hello);
  while (!link.queue.empty() && link.is_open()) {
    std::string frame = std::move(link.queue.front());
    link.queue.pop_front();
    link.session->send(std::move(frame));
  }
  if (link.wanted && link.is_open()) events_.source_up(link.id);
}

void Links::arrived(Link& link, wire::Message&& message, std::uint64_t bytes) {
  // Only now has it shown more than that it lets us in: the next rest is the shortest again.
  if (!std::holds_alternative<Refusal>(message)) link.failures = 0;
  if (auto* page = std::get_if<Page>(&message)) {
    if (link.requests.erase(page->request) > 0) events_.page(link.id, std::move(*page), bytes);
  } else if (const auto* refusal = std::get_if<Refusal>(&message)) {
    if (link.requests.erase(refusal->request) > 0) {
      link.failures = 0;
      events_.pull_failed(link.id, refusal->request, refusal->reason);
    } else {
      spdlog::warn("{}: refuses: {}", link.member.name, refusal->reason);
      if (refusal->not_member) events_.turned_out(link.id);
    }
  } else if (const auto* notice = std::get_if<Notice>(&message)) {
    events_.notice(link.id, *notice);
  } else if (auto* answer = std::get_if<wire::Answer>(&message)) {
    answered(link, answer->id, std::move(answer->json));
  } else {
    return link.session->close("a message that no source sends", Blame::peer);
  }
  let_go_when_idle(link);
}

/// Everything under way has failed with it.
void Links::ended(Link& link, const std::string& reason, Blame blame) {
  const bool was_open = std::exchange(link.session, nullptr)->hello().has_value();
  if (was_open ? link.wanted : link.last_reason != reason) {  // once, however often it is tried
    const auto level =
        link.wanted || blame == Blame::peer ? spdlog::level::warn : spdlog::level::debug;
    spdlog::log(level, "{} at {}: {}{}", link.member.name, link.member.address->to_string(), reason,
                link.wanted && !closed_ ? "; trying again" : "");
  }
  link.last_reason = reason;
  link.queue.clear();
  ++link.failures;
  if (link.wanted && !closed_) rest(link);
  for (const std::uint64_t request : std::exchange(link.requests, {})) {
    events_.pull_failed(link.id, request, reason);
  }
  for (auto& [id, asked] : std::exchange(link.asks, {})) {
    asked.taker(base::fail(base::Errc::unavailable, reason));
  }
  if (link.wanted && (link.failures >= kFailing || reason == Session::kSilent)) {
    events_.source_down(link.id);
  }
}

void Links::rest(Link& link) {
  link.resting = true;
  link.timer.expires_after(rest_after(link.failures, jitter_));
  link.timer.async_wait([this, id = link.id](const boost::system::error_code& cancelled) {
    Link* rested = cancelled ? nullptr : find(id);
    if (rested == nullptr || !std::exchange(rested->resting, false)) return;
    const bool called_for = rested->wanted || !rested->queue.empty();
    if (called_for && !rested->session && !closed_) dial(*rested);
  });
}

void Links::let_go_when_idle(Link& link) {
  if (link.wanted || !link.is_open() || !link.is_idle()) return;
  link.timer.expires_after(kIdleLife);
  link.timer.async_wait([this, id = link.id](const boost::system::error_code& cancelled) {
    Link* idle = cancelled || closed_ ? nullptr : find(id);
    if (idle == nullptr || idle->wanted || !idle->is_open() || !idle->is_idle()) return;
    idle->session->close("nothing more to ask");
  });
}

void Links::answered(Link& link, std::uint64_t id, base::Result<std::string> answer) {
  auto asked = link.asks.extract(id);
  if (asked) asked.mapped().taker(std::move(answer));
  let_go_when_idle(link);
}

}  // namespace ringspan::replicator::net
