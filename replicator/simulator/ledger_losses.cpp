// What goes with a disk that is put back, and is expected no more.

#include "replicator/engine/resolve.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/ledger.hpp"

namespace ringspan::replicator::simulator {
namespace {

// Of what is held: is it this write, or one whose writers had seen it? Of a number that was given
// out twice only the former can be told.
template <typename Held>
bool passed(const Held& held, const Stamp& stamp, bool twice) {
  return held.stamp == stamp || (!twice && context_of_successor(held).covers(stamp));
}

}  // namespace

Ledger::Seen Ledger::seen(const Slot& slot, const Stamp& stamp, const std::string& without) const {
  const bool twice = world_.is_doubtful(stamp);
  Seen found = Seen::no;
  for (const std::string& name : world_.controllers()) {
    const bool tells = name != without && !world_.retired(name);
    const auto row = !tells ? std::nullopt : (*world_.read(name))->find(slot.first);
    if (!row) continue;
    const Object object = stored_object(*row);
    const auto held = object.attributes.find(slot.second);
    if (held == object.attributes.end() || !passed(held->second, stamp, twice)) continue;
    if (held->second.stamp == stamp) return Seen::held;
    found = Seen::passed;
  }
  return found;
}

Ledger::Seen Ledger::seen(const LinkId& link, const Stamp& stamp,
                          const std::string& without) const {
  const bool twice = world_.is_doubtful(stamp);
  Seen found = Seen::no;
  for (const std::string& name : world_.controllers()) {
    const bool tells = name != without && !world_.retired(name);
    const auto held = !tells ? std::nullopt : (*world_.read(name))->link(link);
    if (!held || !passed(*held, stamp, twice)) continue;
    if (held->stamp == stamp) return Seen::held;
    found = Seen::passed;
  }
  return found;
}

void Ledger::note_seen() {
  const auto note = [this](const auto& entries, auto& noted) {
    noted.clear();
    for (const auto& [where, writes] : entries) {
      for (const Acknowledged& write : writes) {
        const bool twice = world_.is_doubtful(write.stamp);  // whoever passed it cannot be told
        if (twice || seen(where, write.stamp) != Seen::no) noted.emplace(where, write.stamp);
      }
    }
  };
  note(values_, seen_values_);
  note(links_, seen_links_);
  journaled_before_ = losers();
}

// A journal is kept where the conflict was noticed, and nowhere else: it may go with its disk.
void Ledger::forget_lost() {
  const auto journaled = losers();
  const auto loser = [](const auto& where, const Stamp& stamp) {
    if constexpr (requires { where.source; })
      return Loser{where.source, where.attribute, stamp};
    else
      return Loser{where.first, where.second, stamp};
  };
  const auto look = [&](auto& entries, const auto& noted) {
    for (auto& [where, writes] : entries) {
      for (Acknowledged& write : writes) {
        const bool is_journaled = journaled.contains(loser(where, write.stamp));
        write.excused |= journaled_before_.contains(loser(where, write.stamp)) && !is_journaled;
        write.lost |= noted.contains({where, write.stamp}) && !is_journaled &&
                      seen(where, write.stamp) == Seen::no;
      }
    }
  };
  look(values_, seen_values_);
  look(links_, seen_links_);
}

void Ledger::forget_unseen() {
  const auto look = [this](auto& entries) {
    for (auto& [where, writes] : entries) {
      for (Acknowledged& write : writes)
        write.lost |= seen(where, write.stamp) == Seen::no;
    }
  };
  look(values_);
  look(links_);
}

void Ledger::expect_held(const std::string& at) {
  const InvocationId life = world_.identity(at).invocation;
  const auto expect = [&](auto& entries) {
    for (auto& [where, writes] : entries) {
      for (Acknowledged& write : writes) {
        if (write.stamp.originator == life && write.doubtful) {
          write.doubtful = seen(where, write.stamp, at) != Seen::held;
        }
      }
    }
  };
  expect(values_);
  expect(links_);
}

// What was on its way has come by now.
void Ledger::drop_lost() {
  const auto drop = [this](auto& entries) {
    for (auto& [where, writes] : entries) {
      std::erase_if(writes, [this, &at = where](const Acknowledged& write) {
        return write.lost && seen(at, write.stamp) == Seen::no;
      });
    }
    std::erase_if(entries, [](const auto& entry) { return entry.second.empty(); });
  };
  drop(values_);
  drop(links_);
}

}  // namespace ringspan::replicator::simulator
