#include "replicator/net/network.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/contracts.hpp"
#include "replicator/net/retired.hpp"

namespace ringspan::replicator::net {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto kStopLimit = 3s;

Address to_address(const tcp::endpoint& endpoint) {
  return {endpoint.address().to_string(), endpoint.port()};
}

std::string remote_of(const tcp::socket& socket) {
  boost::system::error_code gone;
  const auto endpoint = socket.remote_endpoint(gone);
  return gone ? "a peer that is gone" : to_address(endpoint).to_string();
}

}  // namespace

struct Network::Floor {
  Floor(NetworkSettings given, NetworkEvents taken)
      : settings(std::move(given)), events(std::move(taken)) {}

  SessionEvents session_events();
  void adopt(tcp::socket socket);
  void opened(const SessionPtr& session);
  void arrived(const SessionPtr& session, wire::Message&& message);
  Door door_of(const SessionPtr& session);
  void changes_asked(const SessionPtr& session, GetChanges&& request);
  void ended(const SessionPtr& session, const std::string& reason, Blame blame);
  std::size_t strangers() const;
  void turn_away(const tcp::socket& socket);
  void turn_out();
  static void turn_out(const SessionPtr& session, const std::string& trouble,
                       const std::string& why);
  void close_all();

  static asio::awaitable<void> listen(Floor* floor);

  NetworkSettings settings;
  NetworkEvents events;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  tcp::acceptor acceptor{context};
  asio::steady_timer pause{context};
  std::optional<SessionGround> ground;
  std::unique_ptr<Links> links;
  Members members;
  std::set<SessionPtr> inbound;
  std::map<ControllerId, SessionPtr> destinations;  // the session on which each last asked
  bool refusing = false;
  std::uint64_t turned_away = 0;
  std::promise<void> ended_promise;
  std::thread thread;
};

// ── Sessions that others opened ──────────────────────────────────────────────────────────────────

SessionEvents Network::Floor::session_events() {
  return {.opened = [this](const SessionPtr& session) { opened(session); },
          .arrived = [this](const SessionPtr& session, wire::Message&& message,
                            std::uint64_t) { arrived(session, std::move(message)); },
          .closed = [this](const SessionPtr& session, const std::string& reason,
                           Blame blame) { ended(session, reason, blame); }};
}

asio::awaitable<void> Network::Floor::listen(Floor* floor) {
  while (floor->acceptor.is_open()) {
    boost::system::error_code failed;
    tcp::socket socket =
        co_await floor->acceptor.async_accept(asio::redirect_error(use_awaitable, failed));
    if (!failed) {
      floor->adopt(std::move(socket));
    } else if (floor->acceptor.is_open()) {
      spdlog::error("cannot accept a connection: {}", failed.message());
      floor->pause.expires_after(100ms);
      co_await floor->pause.async_wait(asio::redirect_error(use_awaitable, failed));
    }
  }
}

void Network::Floor::adopt(tcp::socket socket) {
  if (refusing) return;
  if (strangers() >= kStrangers) return turn_away(socket);
  std::string remote = remote_of(socket);
  boost::system::error_code failed;
  const int descriptor = socket.release(failed);
  if (failed) return;
  const SessionPtr session =
      Session::accept(*ground, descriptor, std::move(remote), session_events());
  inbound.insert(session);
  session->start();
}

std::size_t Network::Floor::strangers() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      inbound, [](const SessionPtr& session) { return !session->is_open(); }));
}

void Network::Floor::turn_away(const tcp::socket& socket) {
  ++turned_away;
  if ((turned_away & (turned_away - 1)) != 0) return;  // 1, 2, 4, 8 ... lines, however many come
  spdlog::warn("peer {} refused: {} connections have not shown who they are ({} turned away)",
               remote_of(socket), kStrangers, turned_away);
}

void Network::Floor::opened(const SessionPtr& session) {
  const auto* member = std::get_if<Member>(&session->peer());
  if (member != nullptr) {
    const std::string trouble = why_no_member(members, *member);
    if (!trouble.empty()) {
      const std::string why = events.why_turned_out(*member);
      if (why.empty()) events.unknown_came();
      return turn_out(session, trouble, why);
    }
  }
  if (!session->hello()) return;
  spdlog::info("{}: has connected to pull from here", session->who());
  events.links.met(*session->hello());
  links->seen(session->hello()->controller);
}

void Network::Floor::arrived(const SessionPtr& session, wire::Message&& message) {
  if (refusing) return;
  const std::weak_ptr<Session> weak = session;
  Reply reply = [weak](std::string frame) {
    if (const SessionPtr open = weak.lock()) open->post(std::move(frame));
  };
  if (auto* request = std::get_if<GetChanges>(&message); request && session->hello()) {
    changes_asked(session, std::move(*request));
  } else if (auto* ask = std::get_if<wire::Ask>(&message); ask && !session->is_open()) {
    events.stranger_asked(std::move(*ask), std::move(reply), door_of(session));
  } else if (ask) {
    events.asked(std::move(*ask), session->peer(), std::move(reply));
  } else if (auto* join = std::get_if<wire::JoinRequest>(&message)) {
    events.join_asked(std::move(*join), session->remote(), std::move(reply));
  } else {
    session->finish("a message that no destination sends", Blame::peer);
  }
}

Door Network::Floor::door_of(const SessionPtr& session) {
  const auto post = [this, weak = std::weak_ptr(session)](auto job) {
    asio::post(context, [weak, job = std::move(job)] {
      if (const SessionPtr waiting = weak.lock()) job(*waiting);
    });
  };
  return {.open =
              [post](std::string name) {
                post([name = std::move(name)](Session& waiting) { waiting.welcome(name); });
              },
          .refuse =
              [post](std::string frame, std::string reason) {
                post([frame = std::move(frame), reason = std::move(reason)](Session& waiting) {
                  waiting.send(frame);
                  waiting.finish(reason, Blame::peer);
                });
              }};
}

void Network::Floor::changes_asked(const SessionPtr& session, GetChanges&& request) {
  const ControllerId destination = session->hello()->controller;
  if (request.notify) destinations[destination] = session;
  const std::weak_ptr<Session> weak = session;
  events.changes_asked(destination, std::move(request), [weak](std::string frame) {
    if (const SessionPtr open = weak.lock()) open->post(std::move(frame));
  });
}

void Network::Floor::ended(const SessionPtr& session, const std::string& reason, Blame blame) {
  if (blame == Blame::peer) {
    spdlog::warn("peer {} refused: {}", session->who(), reason);
  } else if (session->hello()) {
    spdlog::info("{}: has gone: {}", session->who(), reason);
  } else {
    spdlog::debug("{}: has gone: {}", session->who(), reason);
  }
  inbound.erase(session);
  if (!session->hello()) return;
  const auto last = destinations.find(session->hello()->controller);
  if (last == destinations.end() || last->second != session) return;
  destinations.erase(last);
  events.destination_down(session->hello()->controller);
}

/// Who is no member any more loses its sessions at once.
void Network::Floor::turn_out() {
  const auto sessions = inbound;  // a session that ends leaves the set
  for (const SessionPtr& session : sessions) {
    if (!session->is_open()) continue;
    const auto* member = std::get_if<Member>(&session->peer());
    if (member == nullptr) continue;
    const std::string trouble = why_no_member(members, *member);
    if (!trouble.empty()) {
      turn_out(session, trouble, events.why_turned_out(*member));
    }
  }
}

/// Who was turned out is told how it would be a member again.
void Network::Floor::turn_out(const SessionPtr& session, const std::string& trouble,
                              const std::string& why) {
  const bool named = !why.empty() && session->hello();
  session->turn_out(
      named ? fmt::format("{}: {}; {}", trouble, why, how_to_return(session->hello()->name))
            : trouble,
      !why.empty());
}

void Network::Floor::close_all() {
  boost::system::error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  links->close();
  const auto sessions = inbound;  // a session that ends leaves the set
  for (const SessionPtr& session : sessions)
    session->finish("stopping");
  work.reset();
}

// ── The face ─────────────────────────────────────────────────────────────────────────────────────

Network::Network(NetworkSettings settings, NetworkEvents events)
    : floor_(std::make_unique<Floor>(std::move(settings), std::move(events))) {}

Network::~Network() {
  stop();
}

base::Result<Address> Network::open() {
  const NetworkSettings& settings = floor_->settings;
  auto server = server_context(settings.tls);
  auto client = client_context(settings.tls);
  if (!server) return base::fail(server.error());
  if (!client) return base::fail(client.error());
  floor_->ground.emplace(
      SessionGround{floor_->context, *server, *client, settings.forest, settings.hello});
  floor_->links = std::make_unique<Links>(*floor_->ground, floor_->events.links);
  try {
    tcp::resolver resolver(floor_->context);
    const auto found = resolver.resolve(settings.listen.host, std::to_string(settings.listen.port));
    const tcp::endpoint endpoint = found.begin()->endpoint();
    floor_->acceptor.open(endpoint.protocol());
    floor_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    floor_->acceptor.bind(endpoint);
    floor_->acceptor.listen();
    return Address{settings.listen.host, floor_->acceptor.local_endpoint().port()};
  } catch (const boost::system::system_error& trouble) {
    return base::fail(base::Errc::unavailable,
                      fmt::format("cannot listen on {}: {}; stop what serves there, or change "
                                  "\"listen\" in controller.json",
                                  settings.listen.to_string(), trouble.code().message()));
  }
}

void Network::start() {
  EXPECTS(floor_->links != nullptr);
  asio::co_spawn(floor_->context, Floor::listen(floor_.get()), asio::detached);
  floor_->thread = std::thread([floor = floor_.get()] {
    floor->context.run();
    floor->ended_promise.set_value();
  });
}

void Network::set_members(Members members) {
  asio::post(floor_->context, [floor = floor_.get(), members = std::move(members)] {
    floor->members = members;
    floor->links->set_members(members);
    floor->turn_out();
  });
}

void Network::end_destinations() {
  asio::post(floor_->context, [floor = floor_.get()] {
    const auto sessions = floor->inbound;  // a session that ends leaves the set
    for (const SessionPtr& session : sessions) {
      if (session->is_open() && session->hello()) session->finish("this controller is turned out");
    }
  });
}

void Network::set_sources(std::set<ControllerId> sources) {
  asio::post(floor_->context, [floor = floor_.get(), sources = std::move(sources)] {
    floor->links->set_sources(sources);
  });
}

void Network::pull(ControllerId source, GetChanges request) {
  asio::post(floor_->context, [floor = floor_.get(), source, request = std::move(request)] {
    floor->links->pull(source, request);
  });
}

void Network::notify(ControllerId destination, Notice notice) {
  asio::post(floor_->context, [floor = floor_.get(), destination, notice] {
    const auto at = floor->destinations.find(destination);
    if (at == floor->destinations.end()) return;
    const SessionPtr session = at->second;  // it may leave the map when it cannot be sent to
    session->send(wire::encode(notice, wire::Compression::none));
  });
}

void Network::ask(ControllerId to, std::string json, std::uint32_t hops, base::Duration limit,
                  AnswerTaker taker) {
  asio::post(floor_->context, [floor = floor_.get(), to, json = std::move(json), hops, limit,
                               taker = std::move(taker)]() mutable {
    floor->links->ask(to, std::move(json), hops, limit, std::move(taker));
  });
}

void Network::refuse() {
  asio::post(floor_->context, [floor = floor_.get()] {
    floor->refusing = true;
    boost::system::error_code ignored;
    floor->acceptor.close(ignored);
  });
}

void Network::stop() {
  if (!floor_->thread.joinable()) return;
  asio::post(floor_->context, [floor = floor_.get()] { floor->close_all(); });
  // Sessions drain within two seconds; only a name server that does not answer takes longer.
  if (floor_->ended_promise.get_future().wait_for(kStopLimit) != std::future_status::ready) {
    floor_->context.stop();
  }
  floor_->thread.join();
}

}  // namespace ringspan::replicator::net
