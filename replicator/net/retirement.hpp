#pragma once

// What is known of a controller that is to leave the forest, and what is done next: values without
// a network (ask_retire.cpp asks, and drives it).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replicator/net/ask_all.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// Whom it is about.
struct Retiring {
  ControllerId id;
  std::string name;
  bool joined = false;
  bool writes = false;  ///< It has joined, and is not read-only.
};

/// What the others hold, by their answers to `vector`.
struct HeldByOthers {
  /// What some writable replica or other holds whole, of each context.
  std::map<NamingContextId, UpToDatenessVector> together;
  /// The latest of the leaving controller's cursors that anyone has.
  struct Last {
    Usn usn;
    base::Time time{};
    std::string at;
  };
  std::map<NamingContextId, Last> last;
  std::vector<ControllerId> writable;  ///< That answered.
  std::optional<std::string> silent;   ///< Why the leaving one did not answer.
};
HeldByOthers held_by_others(const ServiceGround& ground, const Retiring& leaving,
                            const AnswersOfAll& answers);

/// The naming contexts that it takes writes of.
std::vector<const sites::NamingContext*> contexts_written(const ServiceGround& ground,
                                                          const Retiring& leaving);

/// The request `lag` to it: what does it hold that nobody else does?
Json question_of_unsent(const ServiceGround& ground, const Retiring& leaving,
                        const HeldByOthers& held);

/// What it said: of each context with something unsent its id, objects, values.
struct Unsent {
  const sites::NamingContext* context = nullptr;
  std::uint64_t objects = 0;
  std::uint64_t values = 0;
};
base::Result<std::vector<Unsent>> read_unsent(const ServiceGround& ground, const Retiring& leaving,
                                              const Json& answer);

/// A role of it, and who is to have it.
struct Succession {
  std::string role;
  std::string naming_context;
  const sites::Controller* to = nullptr;
};

/// By the answer to role_advise, or all to one. Errc::unavailable where nobody who answers can own
/// one of them, Errc::refused where the one that is named cannot.
base::Result<std::vector<Succession>> successions(const ServiceGround& ground,
                                                  const Retiring& leaving, const Json& advice,
                                                  const sites::Controller* to);

/// What a person should know before, in sentences.
std::vector<std::string> stakes_of(const ServiceGround& ground, const Retiring& leaving,
                                   const HeldByOthers& held, const std::vector<Unsent>& unsent);

/// docs/schemas/retire.schema.json, before anything was done.
Json retirement_json(const ServiceGround& ground, const Retiring& leaving, const HeldByOthers& held,
                     const std::vector<Unsent>& unsent, const std::vector<Succession>& roles);

}  // namespace ringspan::replicator::net
