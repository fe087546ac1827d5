#pragma once

// Stage: the state of one running scenario: its world, the names that its author gave to objects,
// and what has been printed.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "replicator/simulator/scenario.hpp"
#include "replicator/simulator/script.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

using Words = std::span<const std::string>;

class Stage {
 public:
  explicit Stage(ScenarioOptions options, std::string folder)
      : options_(options), folder_(std::move(folder)) {}

  World& world() { return *world_; }
  const World& world() const { return *world_; }
  bool manual() const { return manual_; }

  /// Lines that describe the forest (forest.cpp); false if `words` is none of them.
  base::Result<bool> describe(Words words);

  /// Builds the world of what was described; refuses an unsound forest with all its faults.
  base::Result<void> build();
  bool built() const { return world_ != nullptr; }

  void name(const std::string& name, ObjectId id) { names_[name] = id; }

  /// Every writable controller has a stock of identifiers from the start.
  void keep_identifiers() { world_options_.settings.identifiers = true; }

  /// Identifiers that were issued, by the name that the author gave them.
  const std::map<std::string, NumberRanges, std::less<>>& numbers() const { return numbers_; }
  void name(const std::string& name, NumberRanges numbers) { numbers_[name] = std::move(numbers); }

  /// A request that nobody made before.
  std::string new_request() { return "request-" + std::to_string(++last_request_); }

  /// "@alice", an id by name, or a DN in which ",@x" stands for the DN of an object at
  /// `controller`.
  base::Result<Target> target(std::string_view text, std::string_view controller) const;
  base::Result<sites::Dn> dn(std::string_view text, std::string_view controller) const;
  base::Result<ObjectId> object(std::string_view text, std::string_view controller) const;

  /// Likewise; where no living object bears a DN, the deleted one that did.
  base::Result<ObjectId> object_or_tombstone(std::string_view text,
                                             std::string_view controller) const;

  /// Likewise, at the first controller that knows of one.
  base::Result<ObjectId> object_anywhere(std::string_view text) const;

  /// False where the object lies in a naming context that the controller does not hold.
  bool should_hold(std::string_view text, std::string_view controller) const;

 private:
  base::Result<void> describe_site(Words words);
  base::Result<void> describe_link(Words words);
  base::Result<bool> describe_policy(Words words);
  base::Result<void> describe_weather(Words words);
  base::Result<std::string> forest_text() const;

  ScenarioOptions options_;
  std::string folder_;
  std::string forest_text_;  // of `forest FILE`
  struct Link {
    std::vector<std::string> sites;
    std::map<std::string, std::string> settings;
  };
  std::vector<std::pair<std::string, std::vector<std::string>>> sites_;
  std::vector<Link> links_;
  std::map<std::string, std::string> policy_;
  WorldOptions world_options_;
  bool manual_ = false;
  std::unique_ptr<World> world_;
  std::map<std::string, ObjectId, std::less<>> names_;
  std::map<std::string, NumberRanges, std::less<>> numbers_;
  std::uint64_t last_request_ = 0;
};

/// "secret text filtered": what a scenario says of an attribute (attributes.cpp).
base::Result<AttributeDefinition> attribute_of(Words words);

/// The definition that `single-valued NAME` means.
base::Result<AttributeDefinition> single_valued_link(std::string_view name);

/// Judges `expect CONTROLLER attribute ...`: the schema there defines it exactly so.
base::Result<void> expect_attribute(const Stage& stage, const std::string& controller, Words words);

/// Carries out `at CONTROLLER VERB ...` (writes.cpp), and of these `context DN CONTROLLER...` and
/// `domain DN CONTROLLER@SITE...` (contexts.cpp).
base::Result<std::string> happen_at(Stage& stage, Words words);
base::Result<std::string> place_context(Stage& stage, const std::string& at, Words words);
base::Result<std::string> place_domain(Stage& stage, const std::string& at, Words words);

/// `join CONTROLLER at CONTROLLER`: one of the definition becomes a member.
base::Result<std::string> join_forest(Stage& stage, Words words);

/// What is asked of roles, and what is expected of them (role_words.cpp).
base::Result<std::string> transfer_role(Stage& stage, Words words);
base::Result<std::string> seize_role(Stage& stage, Words words);
base::Result<void> expect_owner(const Stage& stage, Words words);
base::Result<void> expect_owner_by(const Stage& stage, const std::string& by, Words words);
base::Result<void> expect_epoch(const Stage& stage, Words words);

/// Who comes to take writes and who leaves (departures.cpp), and what state one is in.
base::Result<std::string> retire(Stage& stage, Words words);
base::Result<std::string> promote(Stage& stage, Words words);
base::Result<std::string> expire(Stage& stage, Words words);
base::Result<void> expect_state(const Stage& stage, const std::string& controller, Words words);

/// What is asked of identifiers, and what is expected of them (identifier_words.cpp).
base::Result<std::string> take_identifiers(Stage& stage, const std::string& at, Words words);
base::Result<void> expect_distinct(Stage& stage, Words words);
base::Result<void> expect_equal(Stage& stage, Words words);
base::Result<void> expect_settled(Stage& stage, Words words);
base::Result<void> expect_stock(const Stage& stage, const std::string& controller, Words words);

/// "of dc=corp" at the end of `words`, taken away; otherwise the forest's first domain.
base::Result<NamingContextId> take_domain(const Stage& stage, Words& words);

/// What is done to a fence and to whom it serves, and what is expected of it (fence_words.cpp).
base::Result<std::string> change_fence(Stage& stage, Words words);
base::Result<std::string> freeze(Stage& stage, Words words);
base::Result<void> expect_counter(Stage& stage, Words words);

/// Judges `expect CONTROLLER context DN STATE`.
base::Result<void> expect_context(const Stage& stage, const std::string& controller, Words words);

/// Carries out one statement that makes something happen (happenings.cpp); what it printed.
base::Result<std::string> happen(Stage& stage, Words words);

/// Judges what stands behind `expect` (expectations.cpp); the error says what was found instead.
base::Result<void> expect(Stage& stage, Words words);

/// The first controller of a forest file that may write, owner of every role at the start; empty if
/// there is none.
std::string first_writable(const std::string& forest_text);

/// The line itself makes no sense (a form, a name that was never given): no refusal that a story
/// could wait for, and nothing that `not` could deny.
tl::unexpected<base::Error> senseless(std::string why);
bool makes_no_sense(const base::Error& error);

/// "title=A phone=1 phone=2" as values; every word must have the form NAME=VALUE.
base::Result<Values> values_of(Words words);

}  // namespace ringspan::replicator::simulator
