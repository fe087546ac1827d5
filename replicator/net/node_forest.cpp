// What a node makes of the forest as it stands: members, partners, and the plan when the
// configuration changes.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "kcc/plan.hpp"
#include "replicator/configuration/configuration.hpp"
#include "replicator/configuration/contexts.hpp"
#include "replicator/configuration/expiry.hpp"
#include "replicator/configuration/item.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/rollback.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/node.hpp"
#include "replicator/net/retired.hpp"
#include "replicator/partners/partners.hpp"

namespace ringspan::replicator::net {
namespace {

Members members_of(const InForce& in_force) {
  Members members;
  for (const sites::Controller& controller : in_force.forest.controllers) {
    MemberAddress member{controller.name, {}, {}};
    if (const auto address = Address::parse(controller.address)) member.address = *address;
    if (in_force.from_directory) {
      const auto key = in_force.keys.find(controller.id);
      member.key = key == in_force.keys.end() ? std::string() : key->second;
    }
    members.emplace(controller.id, std::move(member));
  }
  return members;
}

std::string name_of(const sites::Forest& forest, ControllerId id) {
  const auto* controller = sites::find_controller(forest, id);
  return controller == nullptr ? id.value.to_string() : controller->name;
}

std::string name_of(const sites::Forest& forest, NamingContextId id) {
  const auto* context = sites::find_naming_context(forest, id);
  return context == nullptr ? id.value.to_string() : context->dn;
}

void log_contexts(const InForce& former, const sites::Forest& forest, const ContextsChanged& now) {
  for (const NamingContextHead& head : now.held) {
    if (former.holds(head.id)) continue;
    spdlog::info("naming context {}: is held here from now on", head.dn.to_string());
  }
  for (const auto& [id, remaining] : now.leaving) {
    spdlog::info("naming context {}: leaves; {} others hold it from now on", name_of(forest, id),
                 remaining.size());
  }
  for (const NamingContextId id : now.removed) {
    spdlog::info("naming context {}: is removed from the forest", name_of(former.forest, id));
  }
}

void log_switches(const sites::Forest& forest, const std::vector<Switch>& switches) {
  const auto name = [&forest](ControllerId id) { return name_of(forest, id); };
  for (const Switch& one : switches) {
    const std::string context = name_of(forest, one.naming_context);
    if (!one.awake) {
      spdlog::info("standby {} rests again, {}: the primary sources are well", name(one.source),
                   context);
    } else if (one.failing) {
      spdlog::warn("standby {} takes over, {}: {} is failing", name(one.source), context,
                   name(*one.failing));
    } else if (one.told_by) {
      spdlog::warn("standby {} takes over, {}: {} says that a primary source is failing",
                   name(one.source), context, name(*one.told_by));
    } else {
      spdlog::warn("standby {} takes over, {}: it has what no primary source brings",
                   name(one.source), context);
    }
  }
}

void log_gaps(const sites::Forest& forest, const Gaps& before, const Gaps& now) {
  const auto each_new = [&](const auto& were, const auto& are, auto say) {
    for (const ControllerId id : are) {
      if (!were.contains(id)) say(name_of(forest, id));
    }
  };
  each_new(before.lost, now.lost, [](const std::string& name) {
    spdlog::warn("{} is lost as a source; what came through it comes by a way round", name);
  });
  each_new(now.lost, before.lost, [](const std::string& name) {
    spdlog::info("{} is missed as a source no more; its way round ends", name);
  });
  each_new(before.callers, now.callers, [](const std::string& name) {
    spdlog::warn("{} comes by a way round; it is pulled from as well", name);
  });
}

/// Who was read-only and is no more gets what was kept from it, from us as well.
bool was_promoted(const sites::Forest& former, const sites::Forest& now) {
  return std::ranges::any_of(now.controllers, [&](const sites::Controller& one) {
    const auto* before = sites::find_controller(former, one.id);
    return before != nullptr && before->read_only && !one.read_only;
  });
}

}  // namespace

void Node::use_members() {
  network_.set_members(members_of(*in_force_.get()));
}

/// But for what is answered for each alone: application contexts, and what it got since it joined.
/// Once true it stays so: what is lost later is a fault, not a beginning.
bool Node::is_complete() {
  if (complete_) return true;
  const auto snapshot = store_->read();
  const InForcePtr in_force = in_force_.get();
  for (const NamingContextHead& head : identity_.contexts) {
    if (head.kind == sites::NamingContextKind::application || !in_force->holds(head.id)) continue;
    if (!has_arrived(*snapshot, head.id, identity_.invocation)) return false;
  }
  if (!complete_.exchange(true)) {
    spdlog::info("{} is complete: it answers from now on", home_.controller.name);
    engine_thread_.post(OfferedAgain{});  // who was refused till now need not wait for its back-off
  }
  return true;
}

void Node::inquire() {
  constexpr base::Duration kLimit = std::chrono::seconds(10);
  const InForcePtr in_force = in_force_.get();
  if (in_force->pauses_of(identity_.controller).inbound) return;
  const auto member = inquiry_.next(in_force->joined, identity_.controller, wall_clock());
  if (!member) return;
  spdlog::info("a controller has come that is not known here: asking {} for its configuration",
               sites::find_controller(in_force->joined, *member)->name);
  engine_thread_.pull(*member, {configuration::configuration_of(in_force->forest)}, false, kLimit,
                      [](const auto&) {});
}

void Node::turned_out_by(ControllerId member) {
  if (has_retired()) return;
  const std::lock_guard lock(turned_out_mutex_);
  if (!turned_out_.refused(member, wall_clock())) return;
  spdlog::error(
      "{} is refused as no member of the forest: it answers no one who pulls from it, and writes "
      "nothing; {}",
      home_.controller.name, how_to_return(home_.controller.name));
  network_.end_destinations();
}

/// Whoever is being retired and hears that it is no member any more has retired: it goes for good.
bool Node::has_retired() {
  const auto retiring = in_force_.get()->pauses_of(identity_.controller).retiring;
  if (!retiring || has_ended_) return retiring.has_value();
  const std::string sentence = fmt::format(
      "{} was retired by {} on {} and is served no more; {}", home_.controller.name, retiring->by,
      configuration::minute_text(retiring->since), how_to_return(home_.controller.name));
  spdlog::warn("{}", sentence);
  if (auto noted = note_retired(home_.folder, sentence); !noted) {
    spdlog::error("{}", noted.error().message);
  }
  end({NodeEnd::Kind::retirement, sentence});
  return true;
}

bool Node::is_promoted(const sites::Forest& forest) const {
  const auto* me = sites::find_controller(forest, identity_.controller);
  return identity_.read_only && me != nullptr && !me->read_only;
}

void Node::answered_by(ControllerId member) {
  const std::lock_guard lock(turned_out_mutex_);
  turned_out_.answered(member);
}

bool Node::is_turned_out() const {
  const std::lock_guard lock(turned_out_mutex_);
  return turned_out_.holds(wall_clock());
}

void Node::use_partners() {
  const std::lock_guard lock(partners_mutex_);
  const InForcePtr in_force = in_force_.get();
  std::vector<Partner> partners =
      partners::partners_of(in_force->joined, in_force->plan, identity_.controller, gaps_);
  if (!in_force->from_directory && home_.controller.inviter) {
    partners = {
        partners::first_partner(in_force->forest, identity_.controller, *home_.controller.inviter)};
  }
  std::set<ControllerId> sources;
  for (const Partner& partner : partners)
    sources.insert(partner.source);
  // Who is paused keeps its ways, so that it is there at once when it is resumed.
  if (in_force->pauses_of(identity_.controller).inbound) partners.clear();
  if (identity_.quarantined) partners.clear();
  engine_thread_.post(PartnersChanged{std::move(partners)});
  network_.set_sources(std::move(sources));
}

std::string Node::why_quarantined() const {
  const auto snapshot = store_->read();
  const auto quarantine = quarantine_of(*snapshot, identity_.invocation);
  return quarantine ? sentence(*snapshot, identity_, *quarantine) : std::string();
}

CaughtUp Node::caught_up() const {
  const std::lock_guard lock(caught_up_mutex_);
  CaughtUp now = caught_up_;
  now.leases = role_fence_.leases();  // which end by themselves
  return now;
}

/// Nobody can have taken a role from who is the only one that writes.
void Node::note_alone(const InForce& in_force) {
  const bool others = std::ranges::any_of(in_force.joined.controllers, [this](const auto& one) {
    return one.id != identity_.controller && !one.read_only;
  });
  if (!others) engine_thread_.post(Alone{});
}

/// On the engine's thread: reading the configuration is left to another.
void Node::stepped(const Effects& effects) {
  if (!effects.changed.empty()) bell_.ring();
  const InForcePtr in_force = in_force_.get();
  {
    const std::lock_guard lock(caught_up_mutex_);
    caught_up_ = effects.caught_up;
  }
  if (effects.writes_as) {
    end({NodeEnd::Kind::renewal,
         fmt::format("{} is promoted: it takes writes from now on", home_.controller.name)});
  }
  if (effects.quarantined) end({NodeEnd::Kind::renewal, "shutting off: " + why_quarantined()});
  if (effects.recovery) {
    end({NodeEnd::Kind::renewal,
         fmt::format("{} has left quarantine: it serves on under another invocation id",
                     home_.controller.name)});
  }
  standbys_.note(effects.switches, wall_clock());
  log_switches(in_force->forest, effects.switches);
  use_ways_round(effects);
  for (const NamingContextId context : effects.forgotten)
    spdlog::info("naming context {}: nothing of it is kept any more",
                 name_of(in_force->forest, context));
  for (const Offer& offer : effects.offers)
    make_offer(offer);
  for (const Urge& urge : effects.urges)
    tell_owner(urge);
  mend_if_due();
  compare_if_due();
  if (!effects.silent.empty()) {
    readers_.post([this, silent = effects.silent] { expire_silent(silent); });
  }
  for (const PoolWish& wish : effects.pool_wishes)
    ask_for_pool(wish);
  if (!complete_ && !effects.pulls.empty()) readers_.post([this] { is_complete(); });
  const NamingContextId context = configuration::configuration_of(in_force->forest);
  const bool first_cycle =
      !in_force->from_directory && std::ranges::any_of(effects.pulls, [&](const auto& report) {
        return report.naming_context == context && report.error.empty();
      });
  const bool handed_over = !effects.forgotten.empty();  // what was whole may be held in part now
  if (!first_cycle && !handed_over && !effects.changed.contains(context)) return;
  if (configuration_changed_.exchange(true)) return;  // someone is about to read it
  const bool taken = readers_.post([this] { use_configuration(); });
  if (!taken) configuration_changed_ = false;  // the next change, or restart, reads it
}

/// On the engine's thread, which alone knows where the plan does not carry.
void Node::use_ways_round(const Effects& effects) {
  {
    const std::lock_guard lock(partners_mutex_);
    steps_to_loss_ = effects.steps_to_loss;
    const Gaps& gaps = effects.gaps;
    if (gaps == gaps_) return;
    log_gaps(in_force_.get()->forest, gaps_, gaps);
    gaps_ = gaps;
  }
  use_partners();
}

void Node::tell_of_losses(ControllerId destination, Page& page) {
  const std::lock_guard lock(partners_mutex_);
  page.lost_you = gaps_.silent.contains(destination);
  const auto loss = steps_to_loss_.find(page.naming_context);
  page.steps_to_loss = loss == steps_to_loss_.end() ? 0 : loss->second;
}

/// Plans anew if the directory now says something else.
void Node::use_configuration() {
  const std::lock_guard lock(configuration_mutex_);
  configuration_changed_ = false;
  const InForcePtr former = in_force_.get();
  const auto snapshot = store_->read();
  const NamingContextId context = configuration::configuration_of(former->forest);
  if (!has_arrived(*snapshot, context, identity_.invocation)) return;
  auto read = configuration::read(*snapshot, context);
  if (!read) return;
  if (sites::find_controller(read->forest, identity_.controller) == nullptr) {
    if (former->from_directory && !has_retired()) {
      spdlog::warn("{} is no longer in the forest definition; it keeps the last one that named it",
                   home_.controller.name);
    }
    return;
  }
  engine_thread_.post(
      configuration::members_in(configuration::joined_part(read->forest, read->keys), *snapshot));
  ContextsChanged contexts =
      configuration::contexts_now(*read, *snapshot, identity_.contexts, identity_.controller);
  if (former->from_directory && former->forest == read->forest && former->keys == read->keys &&
      former->pauses == read->pauses && former->contexts == contexts.held) {
    return;
  }
  for (const std::string& finding : read->findings)
    spdlog::warn("configuration: {}", finding);
  log_contexts(*former, read->forest, contexts);
  InForce next{.forest = std::move(read->forest),
               .joined = {},
               .plan = {},
               .keys = std::move(read->keys),
               .pauses = std::move(read->pauses),
               .contexts = {},
               .from_directory = true};
  next.contexts = contexts.held;
  next.joined = configuration::joined_part(next.forest, next.keys);
  next.plan = replanner_.plan(next.joined);
  spdlog::info("configuration: {} controllers, {} of them members, {} connections",
               next.forest.controllers.size(), next.keys.size(), next.plan.connections.size());
  originators_.use_names(next.forest);
  {
    std::set<ControllerId> members;
    for (const auto& [id, key] : next.keys)
      members.insert(id);
    const std::lock_guard turned_out_lock(turned_out_mutex_);
    turned_out_.keep(members);
  }
  const auto pauses = next.pauses_of(identity_.controller);
  const bool promotes = was_promoted(former->forest, next.forest);
  if (is_promoted(next.forest)) {
    spdlog::info("{} is being promoted: it takes writes once it holds what was kept from it",
                 home_.controller.name);
  }
  engine_thread_.post(PolicyChanged{{.recycle_bin = next.forest.policy.recycle_bin,
                                     .retiring = pauses.retiring.has_value(),
                                     .promoted = is_promoted(next.forest),
                                     .expired = pauses.expired.has_value(),
                                     .tombstone_lifetime = next.forest.policy.tombstone_lifetime}});
  engine_thread_.post(std::move(contexts));
  note_alone(next);
  use_fence(next);
  engine_thread_.post(configuration::writers_of(next.joined));
  in_force_.set(std::make_shared<const InForce>(std::move(next)));
  if (!started_once_) return;
  use_members();
  use_partners();
  if (promotes || (former->pauses_of(identity_.controller).outbound && !pauses.outbound)) {
    engine_thread_.post(OfferedAgain{});
  }
}

}  // namespace ringspan::replicator::net
