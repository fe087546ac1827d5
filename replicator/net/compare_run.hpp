#pragma once

// CompareRun: what to ask two replicas until it is known in what they differ, and why. A value
// without a clock or a network: ask_compare.cpp drives it for the API, the command for a person.
//
//     CompareRun run({.a = "oslo-1", .b = "nuuk-1"}, now);
//     while (auto questions = run.next()) run.took(ask(a, questions->a), ask(b, questions->b));
//     run.document();                                   // docs/schemas/comparison.schema.json
//
//     what do you hold? ─► digests of 4,096 ranges ─► those that differ, by object ─► what differs,
//     with the vector of the same snapshot
//
// Digests only choose what is looked at: an object is judged by what each side holds of it in one
// snapshot, and the vector of that snapshot.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/comparison.hpp"
#include "replicator/engine/digest.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

struct CompareWish {
  std::string a;  ///< Controllers, by name.
  std::string b;
  std::optional<std::string> naming_context;  ///< Only this one; otherwise all that both hold.
  std::size_t limit = 1000;  ///< So many objects are told with all their values, worst first.
};

class CompareRun {
 public:
  CompareRun(CompareWish wish, base::Time now);
  ~CompareRun();
  CompareRun(CompareRun&&) noexcept;
  CompareRun& operator=(CompareRun&&) noexcept;

  struct Questions {
    std::shared_ptr<const Json> a;
    std::shared_ptr<const Json> b;
  };

  /// One for each side; nullopt when it is over.
  std::optional<Questions> next();

  /// The answers to these; an error ends the run.
  void took(const base::Result<Json>& a, const base::Result<Json>& b);

  /// What ended it before its time.
  const std::optional<base::Error>& error() const { return error_; }

  /// What it is at: "dc=corp,dc=example: 12 of 40 objects that differ".
  std::string progress() const;

  /// Objects that diverge, by the DN of their naming context: what a repair is for.
  const std::map<std::string, std::vector<ObjectId>>& diverging() const { return diverging_; }

  Json document() const;

 private:
  struct Context;
  struct Ranges {
    std::set<std::string> ranges;
    std::size_t more = 0;
  };

  void begin(const Json& a, const Json& b);
  void begin_context();
  void take_digests(const Json& a, const Json& b);
  void take_objects(const Json& a, const Json& b);
  void tell(const std::vector<Difference>& differences, const Json& a, const Json& b);
  void fail(const std::string& side, const base::Error& error);

  CompareWish wish_;
  base::Time collected_;
  base::Time now_;
  std::vector<Context> contexts_;
  std::size_t at_ = 0;
  bool begun_ = false;
  std::deque<Ranges> ranges_;        // of the context at_, to be asked for
  std::deque<ObjectId> objects_;     // that differ there, to be looked at
  std::vector<ObjectId> asked_for_;  // of them
  std::size_t found_ = 0;            // how many there were in all
  std::uint64_t round_trips_ = 0;
  std::map<std::string, std::vector<ObjectId>> diverging_;
  std::optional<base::Error> error_;
};

}  // namespace ringspan::replicator::net
