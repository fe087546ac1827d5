// Replicas at work: filled from nothing, brought up to date, written to durably. Every page goes
// through the wire's form, compressed, as between two machines; the network itself takes no time.

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "base/contracts.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/store/sqlite_store.hpp"
#include "replicator/wire/wire.hpp"
#include "tests/bench/bench.hpp"

namespace ringspan::bench {
namespace {

using namespace replicator;

constexpr std::size_t kObjects = 20'480;
constexpr std::size_t kUpdates = 20'480;
constexpr std::size_t kAdds = 2'048;

class SeededGuids final : public GuidSource {
 public:
  explicit SeededGuids(std::uint64_t seed) : rng_(seed) {}
  base::Guid next() override { return rng_.guid(); }

 private:
  base::Rng rng_;
};

class Clock {
 public:
  base::Time next() { return now_ += std::chrono::milliseconds(1); }

 private:
  base::Time now_{std::chrono::hours(480'000)};
};

Identity identity_of(const std::string& name) {
  const auto context = people_context();
  return {.controller = ControllerId{base::Guid::from_name({}, name)},
          .invocation = InvocationId{base::Guid::from_name({}, name + " database")},
          .read_only = false,
          .contexts = {{.id = context, .dn = *sites::Dn::parse("dc=corp"), .is_home = true}}};
}

struct Replica {
  store::SqliteStore store;
  SeededGuids guids;
  Engine engine;

  Replica(const std::string& folder, const std::string& name, std::uint64_t seed)
      : store(folder + "/" + name + ".db"), guids(seed), engine(store, guids, identity_of(name)) {}

  Effects step(const std::vector<Event>& events, Clock& clock) {
    return engine.step(events, clock.next());
  }
};

/// Objects as if they had been written here.
void put(Replica& replica, std::vector<Object> objects) {
  for (std::size_t from = 0; from < objects.size(); from += kBatch) {
    const auto transaction = replica.store.begin();
    for (std::size_t i = from; i < std::min(from + kBatch, objects.size()); ++i) {
      Object& object = objects[i];
      object.usn = transaction->next_usn();
      for (auto& [name, attribute] : object.attributes) {
        attribute.stamp.originator = replica.engine.identity().invocation;
        attribute.stamp.usn = object.usn;
        attribute.local = object.usn;
      }
      transaction->put(to_row(object));
    }
    transaction->commit();
  }
}

template <typename Value>
Value over_the_wire(const Value& value, std::uint64_t& bytes) {
  const std::string frame = wire::encode(value, wire::Compression::zstd);
  bytes = frame.size();
  const std::string_view view = frame;
  const auto header =
      wire::read_header(std::span<const char, wire::kHeaderSize>(frame.data(), wire::kHeaderSize));
  auto message = wire::decode(*header, view.substr(wire::kHeaderSize));
  EXPECTS(message.has_value());
  return std::get<Value>(std::move(*message));
}

/// `destination` pulls from `source` until a cycle is over.
void pull(Replica& source, Replica& destination, Clock& clock) {
  const ControllerId from = source.engine.identity().controller;
  Effects effects = destination.step({PullForced{.id = 1, .source = from}}, clock);
  while (effects.pulls.empty()) {
    EXPECTS(effects.send.size() == 1);
    std::uint64_t bytes = 0;
    const auto request = over_the_wire(std::get<GetChanges>(effects.send.front().message), bytes);
    const Page page =
        answer(*source.store.read(), request, source.engine.identity(), {}, clock.next());
    PageArrived arrived{.source = from, .page = over_the_wire(page, bytes), .bytes = bytes};
    effects = destination.step({std::move(arrived)}, clock);
  }
  EXPECTS(effects.pulls.front().error.empty());
}

void update_all(Replica& replica, const std::vector<Object>& objects, Clock& clock) {
  for (std::size_t from = 0; from < kUpdates; from += kBatch) {
    std::vector<Event> events;
    for (std::size_t i = from; i < std::min(from + kBatch, kUpdates); ++i) {
      // Seven shares no factor with the count: every object once, in another order.
      const Object& object = objects[i * 7 % objects.size()];
      events.push_back(WriteAsked{
          .id = i, .write = Set{.target = object.id, .attributes = {{"title", {"Head of B"}}}}});
    }
    for (const auto& answer : replica.step(events, clock).answers) {
      EXPECTS(answer.result.has_value());
    }
  }
}

double adds(Replica& replica, std::size_t writers, const std::string& prefix, Clock& clock) {
  std::size_t next = 0;
  const double taken = seconds([&] {
    while (next < kAdds) {
      std::vector<Event> events;
      for (std::size_t writer = 0; writer < writers; ++writer, ++next) {
        const auto dn =
            sites::Dn::parse(fmt::format("cn={}-{},ou=team-{}", prefix, next, next % 100));
        events.push_back(WriteAsked{
            .id = next,
            .write = Add{.dn = *dn,
                         .attributes = {{"mail", {"a@corp.example"}}, {"title", {"Head of A"}}}}});
      }
      for (const auto& answer : replica.step(events, clock).answers) {
        EXPECTS(answer.result.has_value());
      }
    }
  });
  return static_cast<double>(next) / taken;
}

}  // namespace

std::vector<Figure> engine_round(const std::string& folder, const Rates& raw) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto objects = people(kObjects, 4);
  Clock clock;
  Replica source(folder, "oslo-1", 1);
  Replica destination(folder, "nuuk-1", 2);
  put(source, people_parents());
  put(source, objects);
  const double fill =
      static_cast<double>(kObjects) / seconds([&] { pull(source, destination, clock); });
  update_all(source, objects, clock);
  const double catch_up =
      static_cast<double>(kUpdates) / seconds([&] { pull(source, destination, clock); });
  const double one_writer = adds(source, 1, "single", clock);
  const double eight_writers = adds(source, 8, "shared", clock);
  return {{"Engine: fill of an empty replica", fill, "objects/s", raw.insert},
          {"Engine: catch-up, an attribute each", catch_up, "objects/s", raw.update},
          {"Engine: durable adds, 1 writer", one_writer, "objects/s", raw.single},
          {"Engine: durable adds, 8 writers", eight_writers, "objects/s", raw.single}};
}

}  // namespace ringspan::bench
