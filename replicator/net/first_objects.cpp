#include "replicator/net/first_objects.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/engine.hpp"
#include "replicator/net/ask.hpp"
#include "replicator/net/linked_values.hpp"
#include "replicator/net/secrets.hpp"

namespace ringspan::replicator::net {
namespace {

/// Faults of one file, a line each, as one Error.
class Faults {
 public:
  explicit Faults(const std::string& file) : file_(file) {}

  void add(std::size_t entry, std::string_view reason) {
    constexpr std::size_t kShown = 20;
    if (++count_ > kShown) return;
    if (!lines_.empty()) lines_ += '\n';
    lines_ += fmt::format("{}: object {}: {}", file_, entry + 1, reason);
  }

  bool empty() const { return count_ == 0; }

  base::Error error() const {
    constexpr std::size_t kShown = 20;
    std::string text = lines_;
    if (count_ > kShown) text += fmt::format("\n{}: and {} more", file_, count_ - kShown);
    return {base::Errc::invalid, text};
  }

 private:
  const std::string& file_;
  std::string lines_;
  std::size_t count_ = 0;
};

base::Result<Add> read_object(const nlohmann::ordered_json& entry) {
  const Asked asked(entry);
  if (auto known = asked.only({"dn", "attributes"}); !known) return base::fail(known.error());
  auto dn = asked.dn("dn");
  if (!dn) return base::fail(dn.error());
  auto attributes = entry.contains("attributes") ? asked.values("attributes") : Values{};
  if (!attributes) return base::fail(attributes.error());
  return Add{*std::move(dn), *std::move(attributes)};
}

/// A write, and which object of the file it is of.
struct Numbered {
  std::size_t object = 0;
  Write write;
};

void write_all(Engine& engine, const std::vector<Numbered>& writes, base::Time now,
               Faults& faults) {
  constexpr std::size_t kStep = 1024;  // writes of one commit
  for (std::size_t start = 0; start < writes.size(); start += kStep) {
    std::vector<Event> events;
    for (std::size_t i = start; i < std::min(writes.size(), start + kStep); ++i)
      events.emplace_back(WriteAsked{.id = writes[i].object, .write = writes[i].write});
    const Effects effects = engine.step(events, now);
    for (const WriteAnswer& answer : effects.answers) {
      if (!answer.result) faults.add(answer.id, answer.result.error().message);
    }
  }
}

}  // namespace

base::Guid RandomGuids::next() {
  return base::Guid::from_random(random_bytes());
}

base::Result<std::vector<Add>> read_objects(std::string_view text, const std::string& file) {
  nlohmann::ordered_json json;
  try {
    json = nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::exception& trouble) {
    return base::fail(base::Errc::invalid, fmt::format("{}: {}", file, trouble.what()));
  }
  if (!json.is_array()) {
    return base::fail(base::Errc::invalid,
                      fmt::format("{}: not an array of {{\"dn\", \"attributes\"}}", file));
  }
  std::vector<Add> objects;
  Faults faults(file);
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto object = read_object(json[i]);
    if (object) {
      objects.push_back(*std::move(object));
    } else {
      faults.add(i, object.error().message);
    }
  }
  if (!faults.empty()) return base::fail(faults.error());
  return objects;
}

base::Result<void> add_objects(Store& store, GuidSource& guids, const Identity& identity,
                               const std::vector<Add>& objects, const std::string& file,
                               base::Time now) {
  Engine engine(store, guids, identity);
  Faults faults(file);
  const auto snapshot = store.read();
  const Schema schema(*snapshot, identity.contexts);
  std::vector<Numbered> adds;
  std::vector<Numbered> links;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto split = split_links(schema, objects[i]);
    if (!split) {
      faults.add(i, split.error().message);
      continue;
    }
    adds.push_back({i, std::move(split->add)});
    if (split->links.empty()) continue;
    Together together;
    together.changes.assign(split->links.begin(), split->links.end());
    links.push_back({i, std::move(together)});
  }
  write_all(engine, adds, now, faults);
  if (faults.empty()) write_all(engine, links, now, faults);
  if (!faults.empty()) return base::fail(faults.error());
  return {};
}

}  // namespace ringspan::replicator::net
