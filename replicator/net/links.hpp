#pragma once

// Links: our ways to the other members. One connection to each of our sources, kept up for good;
// one to any other member for as long as something is asked there.
//
//      closed ──wanted, or something to send──► dialling ──Hello──► open
//        ▲                                        │  ▲               │
//        │ not wanted                      failed │  │ 0.25 s .. 5 s │ lost
//        └──────────────────────────────────────  resting  ◄─────────┘
//                                              a rest ends early when something is to be sent, or
//                                              when the member has dialled us
//
// Lives on the network's one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/result.hpp"
#include "base/rng.hpp"
#include "replicator/net/session.hpp"

namespace ringspan::replicator::net {

/// A controller of the forest, and where it serves if that is known.
struct MemberAddress {
  std::string name;
  std::optional<Address> address;
  /// Its public key's hash; empty: has not joined. nullopt: the configuration is not here yet, the
  /// authority's word is enough.
  std::optional<std::string> key;
  friend bool operator==(const MemberAddress&, const MemberAddress&) = default;
};
using Members = std::map<ControllerId, MemberAddress>;

/// Why a peer that our authority has certified is no member all the same; empty: it is one.
std::string why_no_member(const Members& members, const Member& peer);

/// An admin answer, or why there is none.
using AnswerTaker = std::function<void(base::Result<std::string>)>;

struct LinkEvents {
  std::function<void(ControllerId source)> source_up;
  /// A source fell silent, or could not be reached twice in a row; told again after each attempt.
  std::function<void(ControllerId source)> source_down;
  std::function<void(ControllerId source, Page&&, std::uint64_t bytes)> page;
  std::function<void(ControllerId source, const Notice&)> notice;
  std::function<void(ControllerId source, std::uint64_t request, const std::string& error)>
      pull_failed;
  std::function<void(const wire::Hello&)> met;
  /// A member says that we are none.
  std::function<void(ControllerId member)> turned_out;
};

class Links {
 public:
  Links(const SessionGround& ground, LinkEvents events);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  /// A member that is gone, has moved or has another key loses its connection; what was asked of
  /// one that is gone fails.
  void set_members(const Members& members);
  void set_sources(const std::set<ControllerId>& sources);

  /// Every request ends in one page or one pull_failed. Does not wait for the end of a rest.
  void pull(ControllerId source, const GetChanges& request);

  /// It has just dialled us, so it can be reached again: the rest is over.
  void seen(ControllerId id);

  /// `taker` is called once, within `limit`.
  void ask(ControllerId to, std::string json, std::uint32_t hops, base::Duration limit,
           AnswerTaker taker);

  /// No link is opened again.
  void close();

 private:
  struct Link;

  Link* find(ControllerId id);
  void dial(Link& link);
  void send(Link& link, std::string frame);
  void opened(Link& link);
  void arrived(Link& link, wire::Message&& message, std::uint64_t bytes);
  void ended(Link& link, const std::string& reason, Blame blame);
  void rest(Link& link);
  bool check(Link& link);
  void abandon(Link& link, const std::string& reason);
  void let_go_when_idle(Link& link);
  void answered(Link& link, std::uint64_t id, base::Result<std::string> answer);

  const SessionGround& ground_;
  LinkEvents events_;
  base::Rng jitter_;
  Members members_;
  std::map<ControllerId, std::unique_ptr<Link>> links_;
  std::uint64_t last_ask_ = 0;
  bool closed_ = false;
};

}  // namespace ringspan::replicator::net
