#include "replicator/net/node.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "kcc/plan.hpp"
#include "replicator/configuration/configuration.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/promotion.hpp"
#include "replicator/engine/rollback.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/retired.hpp"
#include "replicator/store/sqlite_store.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::size_t kReaders = 2;
constexpr std::uint32_t kCarriedOnce = 1;  // from here to the controller that "at" names
constexpr std::uint32_t kVersion = 1;      // of the wire

base::Result<TlsIdentity> read_tls(const DataFolder& folder) {
  const auto authority = read_file(folder.authority());
  const auto certificate = read_file(folder.certificate());
  const auto key = read_file(folder.key());
  for (const auto* text : {&authority, &certificate, &key}) {
    if (!*text) return base::fail(text->error());
  }
  return TlsIdentity{*authority, *certificate, *key};
}

/// Who the database says it is; it must be the controller of the folder.
base::Result<Identity> read_identity(Store& store, const Home& home) {
  const auto* me = sites::find_controller(home.forest, home.controller.id);
  auto contexts = contexts_of(home.forest, *me);
  if (!contexts) return base::fail(contexts.error());
  const auto snapshot = store.read();
  const auto invocation = base::Guid::parse(snapshot->fact("invocation"));
  if (!invocation || snapshot->fact("controller") != me->id.value.to_string()) {
    return base::fail(base::Errc::damaged,
                      fmt::format("{}: is not the database of {}; put back the one that is, or "
                                  "join anew",
                                  home.folder.database().string(), me->name));
  }
  const auto promoted = promoted_as(*snapshot);
  Identity identity{me->id, promoted.value_or(InvocationId(*invocation)),
                    me->read_only && !promoted, *std::move(contexts)};
  identity.quarantined = quarantine_of(*snapshot, identity.invocation).has_value();
  return identity;
}

void log(const Finding& finding) {
  switch (finding.severity) {
    case Finding::Severity::info:
      return spdlog::info("{}", finding.text);
    case Finding::Severity::warning:
      return spdlog::warn("{}", finding.text);
    case Finding::Severity::error:
      return spdlog::error("{}", finding.text);
  }
}

/// Where a joiner begins: with what the inviting controller sent along.
InForcePtr seed(const sites::Forest& forest, const NamingContextHeads& contexts) {
  return std::make_shared<const InForce>(InForce{.forest = forest,
                                                 .joined = forest,
                                                 .plan = kcc::plan(forest),
                                                 .keys = {},
                                                 .pauses = {},
                                                 .contexts = contexts,
                                                 .from_directory = false});
}

bool compresses(const kcc::Topology& plan, ControllerId source, ControllerId destination) {
  return std::ranges::any_of(plan.connections, [&](const kcc::Connection& connection) {
    return connection.source == source && connection.destination == destination &&
           connection.compress;
  });
}

}  // namespace

base::Result<std::unique_ptr<Node>> Node::open(const std::filesystem::path& folder,
                                               TlsContext fence,
                                               std::function<void(const NodeEnd&)> ended) {
  auto home = read_home(folder);
  if (!home) return base::fail(home.error());
  if (const auto left = retired(home->folder)) return base::fail(base::Errc::refused, *left);
  auto tls = read_tls(home->folder);
  if (!tls) return base::fail(tls.error());
  try {
    auto store = std::make_unique<store::SqliteStore>(home->folder.database().string());
    auto identity = read_identity(*store, *home);
    if (!identity) return base::fail(identity.error());
    return std::unique_ptr<Node>(new Node(*std::move(home), *std::move(tls), std::move(fence),
                                          std::move(store), *std::move(identity),
                                          std::move(ended)));
  } catch (const StoreFailure& trouble) {
    return base::fail(base::Errc::unavailable, trouble.what());
  }
}

Node::Node(Home home, TlsIdentity tls, TlsContext fence, std::unique_ptr<Store> store,
           Identity identity, std::function<void(const NodeEnd&)> ended)
    : home_(std::move(home)),
      identity_(std::move(identity)),
      in_force_(seed(home_.forest, identity_.contexts)),
      store_(std::move(store)),
      engine_(*store_, guids_, identity_, settings_),
      tokens_(home_.folder.invitations()),
      originators_(home_.forest),
      started_(wall_clock()),
      ended_(std::move(ended)),
      engine_thread_(engine_, engine_outlets()),
      role_fence_({home_.forest.id, identity_.invocation, home_.controller.name}, std::move(fence),
                  fence_ground()),
      readers_(
          kReaders, [this](const char* reason) { fail(reason); },
          [this](const StoreFailure& trouble) { cannot_read(trouble); }),
      network_(network_settings(std::move(tls)), network_events()),
      service_([this] { return service_ground(); }) {
  originators_.learn(identity_.invocation, identity_.controller);
  originators_.learn_sources(*store_->read());
}

Node::~Node() {
  stop();
}

base::Result<Address> Node::start() {
  auto address = network_.open();
  if (!address) return address;
  if (identity_.quarantined) spdlog::error("{}", why_quarantined());
  use_configuration();
  use_members();
  started_once_ = true;
  engine_thread_.start();
  role_fence_.start();
  use_partners();
  network_.start();
  return address;
}

void Node::ask(std::string json, const Caller& caller, JsonTaker taker) {
  const bool taken = readers_.post([this, json = std::move(json), caller, taker] {
    try {
      service_.ask(json, caller, kCarriedOnce, taker);
    } catch (const StoreFailure& trouble) {
      taker(error_text({base::Errc::damaged, trouble.what()}));
      throw;
    }
  });
  if (!taken) taker(error_text({base::Errc::unavailable, "too many requests wait here"}));
}

base::Result<Caller> Node::person(const std::string& token) {
  try {
    return service_.person(token);
  } catch (const StoreFailure& trouble) {
    cannot_read(trouble);
    return base::fail(base::Errc::unavailable, trouble.what());
  }
}

void Node::stop() {
  network_.refuse();
  log_->stop();
  bell_.stop();
  role_fence_.stop();
  engine_thread_.stop();
  readers_.stop();
  network_.stop();
}

// ── Wiring ───────────────────────────────────────────────────────────────────────────────────────

NetworkSettings Node::network_settings(TlsIdentity tls) const {
  const auto listen = Address::parse(home_.controller.listen);  // read_home has looked
  return {.listen = listen.value_or(Address{}),
          .tls = std::move(tls),
          .forest = home_.forest.id,
          .hello = {.lowest_version = kVersion,
                    .highest_version = kVersion,
                    .controller = identity_.controller,
                    .invocation = identity_.invocation,
                    .name = home_.controller.name,
                    .time = {}}};
}

NetworkEvents Node::network_events() {
  LinkEvents links{
      .source_up = [this](ControllerId source) { engine_thread_.post(SourceUp{source}); },
      .source_down = [this](ControllerId source) { engine_thread_.post(SourceDown{source}); },
      .page = [this](ControllerId source, Page&& page,
                     std::uint64_t bytes) { page_came(source, std::move(page), bytes); },
      .notice =
          [this](ControllerId source, const Notice& notice) {
            if (may_be_source(source)) engine_thread_.post(NoticeArrived{source, notice});
          },
      .pull_failed =
          [this](ControllerId source, std::uint64_t request, const std::string& error) {
            engine_thread_.post(PullFailed{source, request, error});
          },
      .met =
          [this](const wire::Hello& hello) {
            originators_.learn(hello.invocation, hello.controller);
          },
      .turned_out = [this](ControllerId member) { turned_out_by(member); }};
  return {
      .links = std::move(links),
      .changes_asked = [this](ControllerId destination, GetChanges&& request,
                              const Reply& reply) { changes_asked(destination, request, reply); },
      .destination_down =
          [this](ControllerId destination) { engine_thread_.post(DestinationDown{destination}); },
      .why_turned_out = [this](const Member& peer) { return why_turned_out(peer); },
      .unknown_came = [this] { inquire(); },
      .asked = [this](wire::Ask&& ask, const Peer& peer,
                      const Reply& reply) { asked(ask, peer, reply, [](const auto&) {}); },
      .stranger_asked = [this](wire::Ask&& ask, const Reply& reply,
                               const Door& door) { stranger_asked(ask, reply, door); },
      .join_asked = [this](wire::JoinRequest&& request, const std::string& remote,
                           const Reply& reply) { join_asked(request, remote, reply); }};
}

EngineOutlets Node::engine_outlets() {
  return {.send = [this](const Outgoing& outgoing) { send(outgoing); },
          .log = log,
          .stepped = [this](const Effects& effects) { stepped(effects); },
          .failed = [this](const std::string& reason) { fail(reason); },
          .halted = [this](const StoreFailure& trouble) { halt(trouble); },
          .recovered = [this] { return writes_again(); },
          .leases = [this] { return role_fence_.leases(); },
          .confirm =
              [this](Leases leases, RoleFence::Taker taker) {
                role_fence_.confirm(std::move(leases), std::move(taker));
              },
          .draw =
              [this](Draw wanted, Leases leases,
                     std::function<void(const base::Result<Drawn>&)> taker) {
                role_fence_.draw(std::move(wanted), std::move(leases), std::move(taker));
              }};
}

ServiceGround Node::service_ground() {
  return {.home = home_,
          .identity = identity_,
          .in_force = in_force_.get(),
          .store = *store_,
          .engine = engine_thread_,
          .fence = role_fence_,
          .network = network_,
          .readers = readers_,
          .tokens = tokens_,
          .originators = originators_,
          .page_codes = page_codes_,
          .standbys = standbys_,
          .log = *log_,
          .jobs = jobs_,
          .divergences = divergences_,
          .bell = bell_,
          .hold_back = settings_.hold_back,
          .started = started_,
          .complete = is_complete(),
          .trouble = trouble(),
          .turned_out = is_turned_out() ? fmt::format("{} is no member of the forest any more; {}",
                                                      home_.controller.name,
                                                      how_to_return(home_.controller.name))
                                        : std::string(),
          .caught_up = [this] { return caught_up(); },
          .renew =
              [this](InForcePtr& in_force) {
                use_configuration();
                in_force = in_force_.get();
              }};
}

// ── What comes, and what goes ────────────────────────────────────────────────────────────────────

void Node::send(const Outgoing& outgoing) {
  if (const auto* request = std::get_if<GetChanges>(&outgoing.message)) {
    network_.pull(outgoing.to, *request);
  } else if (const auto* notice = std::get_if<Notice>(&outgoing.message)) {
    if (in_force_.get()->pauses_of(identity_.controller).outbound) return;
    network_.notify(outgoing.to, *notice);
  }
}

/// A destination that wants to be told is first subscribed, then answered: what is committed after
/// the answer's snapshot will be announced.
void Node::changes_asked(ControllerId destination, const GetChanges& request, const Reply& reply) {
  if (request.call_back) engine_thread_.post(Called{destination});
  hear_reader(destination, request);
  if (!request.notify) return answer_changes(destination, request, reply);
  engine_thread_.post(
      Subscribed{destination, request.naming_context},
      [this, destination, request, reply] { answer_changes(destination, request, reply); });
}

/// Of one that writes nothing nobody hears but by us.
void Node::hear_reader(ControllerId destination, const GetChanges& request) {
  const auto audience = audience_of(in_force_.get()->joined, destination, request.naming_context);
  if (!audience || !(audience->read_only || audience->partial)) return;
  engine_thread_.post(WordsHeard{request.naming_context, request.known});
}

void Node::answer_changes(ControllerId destination, const GetChanges& request, const Reply& reply) {
  const auto refuse = [id = request.request, reply](std::string reason) {
    reply(wire::encode(Refusal{id, std::move(reason)}, wire::Compression::none));
  };
  if (identity_.quarantined) return refuse(why_quarantined());
  const InForcePtr in_force = in_force_.get();
  const bool held = in_force->holds(request.naming_context);
  const auto* context = sites::find_naming_context(in_force->forest, request.naming_context);
  // Also one that leaves is whole, and answers until it is forgotten.
  const bool comes_and_goes =
      context != nullptr && (context->kind == sites::NamingContextKind::application ||
                             context->kind == sites::NamingContextKind::domain);
  const std::string absent =
      fmt::format("{} {}", home_.controller.name, held ? "is being filled" : "does not hold it");
  if (!held && !comes_and_goes) return refuse(absent);
  if (identity_.read_only) {
    return refuse(is_promoted(in_force->forest)
                      ? fmt::format("{} is being promoted", home_.controller.name)
                      : "a read-only controller is no source");
  }
  if (!is_complete()) return refuse(fmt::format("{} is being filled", home_.controller.name));
  if (is_turned_out()) return refuse("others say that it is no member of the forest any more");
  const auto audience = audience_of(in_force->forest, destination, request.naming_context);
  if (!audience) {
    return refuse(fmt::format("{} knows of no replica of that naming context at this destination",
                              home_.controller.name));
  }
  if (const auto pause = in_force->pauses_of(identity_.controller).outbound) {
    return refuse(
        configuration::sentence(home_.controller.name, configuration::Direction::outbound, *pause));
  }
  const auto compression = compresses(in_force->plan, identity_.controller, destination)
                               ? wire::Compression::zstd
                               : wire::Compression::none;
  const bool taken = readers_.post([this, destination, request, reply, compression, audience,
                                    comes_and_goes, refuse, absent] {
    const auto snapshot = store_->read();
    if (const auto proof = proof_in(*snapshot, identity_, request, destination, wall_clock())) {
      engine_thread_.post(PutBack{*proof});
      return refuse(sentence(*snapshot, identity_, *proof));
    }
    if (comes_and_goes && !has_arrived(*snapshot, request.naming_context, identity_.invocation)) {
      return refuse(absent);
    }
    Page page = answer(*snapshot, request, identity_, *audience, wall_clock());
    tell_of_losses(destination, page);
    reply(wire::encode(page, compression));
  });
  if (!taken) refuse("too many requests wait here");
}

/// What a read-only controller says changes nothing here, whatever this one was told to ask it.
bool Node::may_be_source(ControllerId source) const {
  const InForcePtr in_force = in_force_.get();
  const auto* controller = sites::find_controller(in_force->forest, source);
  return controller != nullptr && !controller->read_only;
}

void Node::page_came(ControllerId source, Page&& page, std::uint64_t bytes) {
  answered_by(source);
  if (may_be_source(source)) {
    engine_thread_.post(PageArrived{source, std::move(page), bytes});
  } else {
    engine_thread_.post(PullFailed{source, page.request, "a read-only controller is no source"});
  }
}

/// Has no certificate, so its first question decides whether it is heard at all.
void Node::stranger_asked(const wire::Ask& ask, const Reply& reply, const Door& door) {
  asked(ask, Stranger{}, reply, [id = ask.id, door](const base::Result<Caller>& caller) {
    if (caller) return door.open(caller->name);
    door.refuse(wire::encode(wire::Answer{id, error_text(caller.error())}, wire::Compression::none),
                caller.error().message);
  });
}

void Node::asked(const wire::Ask& ask, const Peer& peer, const Reply& reply,
                 const Service::Introduced& introduced) {
  const JsonTaker taker = [id = ask.id, reply](std::string json) {
    constexpr std::size_t kLongest = 15U << 20U;  // leaves room for the frame's own words
    if (json.size() > kLongest) {
      json = error_text({base::Errc::refused,
                         fmt::format("the answer has {} bytes, more than a frame holds; ask for "
                                     "one naming context, or for less",
                                     json.size())});
    }
    reply(wire::encode(wire::Answer{id, std::move(json)}, wire::Compression::none));
  };
  constexpr std::size_t kLongestAsk = 4U
                                      << 20U;  // an object has 1 MiB; this can be carried on, too
  if (ask.json.size() > kLongestAsk) {
    return taker(error_text(
        {base::Errc::refused, fmt::format("the request has {} bytes; at most {} are taken",
                                          ask.json.size(), kLongestAsk)}));
  }
  const bool taken = readers_.post([this, ask, peer, taker, introduced] {
    service_.ask(ask.json, peer, ask.hops, taker, introduced);
  });
  if (!taken) taker(error_text({base::Errc::unavailable, "too many requests wait here"}));
}

void Node::join_asked(const wire::JoinRequest& request, const std::string& remote,
                      const Reply& reply) {
  readers_.post([this, request, remote, reply] {
    service_.join(request, remote, [reply](const wire::JoinAnswer& answer) {
      reply(wire::encode(answer, wire::Compression::none));
    });
  });
}

void Node::fail(const std::string& reason) {
  if (has_ended_) return;
  spdlog::critical("{}; this controller stops", reason);
  end({NodeEnd::Kind::failure, reason});
}

void Node::end(NodeEnd end) {
  if (has_ended_.exchange(true)) return;
  ended_(end);
}

}  // namespace ringspan::replicator::net
