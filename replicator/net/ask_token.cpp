// whoami, token_add, token_list, token_revoke: persons and their tokens.

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "replicator/configuration/item.hpp"
#include "replicator/configuration/person.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/person_token.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/secrets.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

using configuration::Person;
using namespace std::chrono_literals;

constexpr base::Duration kUsualLife = 90 * 24h;
constexpr base::Duration kLongestLife = 3650 * 24h;

configuration::People people_of(const ServiceGround& ground) {
  return configuration::people_in(*ground.store.read(),
                                  configuration::configuration_of(ground.forest()));
}

base::Result<base::Duration> read_life(const Asked& asked) {
  if (!asked.has("expires")) return kUsualLife;
  const auto text = asked.text("expires");
  if (!text) return base::fail(text.error());
  const auto life = base::parse_duration(*text);
  if (life && *life > 0ms && *life <= kLongestLife) return *life;
  return base::fail(
      base::Errc::invalid,
      fmt::format("\"expires\": \"{}\" is no time from now such as 90d; at most 3650d", *text));
}

/// All that is wrong with the request, in one message.
base::Result<Person> read_person(const ServiceGround& ground, const Asked& asked, base::Time now) {
  if (auto known = asked.only({"ask", "name", "role", "expires"}); !known) {
    return base::fail(known.error());
  }
  std::string faults;
  const auto fault = [&faults](const std::string& words) {
    faults += (faults.empty() ? "" : "\n") + words;
  };
  const auto name = asked.text("name");
  const auto role = asked.text("role");
  const auto life = read_life(asked);
  const auto known = role ? configuration::parse_role(*role) : std::nullopt;
  if (!name) fault(name.error().message);
  if (name && !configuration::why_no_name(*name).empty()) {
    fault(fmt::format("\"name\": {}", configuration::why_no_name(*name)));
  }
  if (!role) fault(role.error().message);
  if (role && !known) {
    fault(fmt::format("\"role\": \"{}\" is none of reader, operator, admin", *role));
  }
  if (!life) fault(life.error().message);
  if (!faults.empty()) return base::fail(base::Errc::invalid, faults);
  return Person{.id = {},
                .name = *name,
                .role = *known,
                .expires = now + *life,
                .hash = {},
                .made_by = ground.caller.name};
}

Json to_json(const Person& person) {
  return {{"name", person.name},
          {"role", configuration::to_string(person.role)},
          {"expires", base::to_string(person.expires)}};
}

}  // namespace

base::Result<Json> answer_whoami(const ServiceGround& ground, const Json& request) {
  if (auto known = Asked(request).only({"ask"}); !known) return base::fail(known.error());
  return Json{{"controller", ground.name()},
              {"forest", ground.forest().name},
              {"person", ground.caller.name},
              {"role", configuration::to_string(ground.caller.role)}};
}

void answer_token_add(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto person = read_person(ground, Asked(request), wall_clock());
  if (!person) return taker(error_text(person.error()));
  const auto authority = read_file(ground.home.folder.authority());
  const auto print = authority ? fingerprint(*authority) : base::fail(authority.error());
  if (!print) return taker(error_text(print.error()));
  const auto chance = random_bytes();
  const std::string secret = to_hex({reinterpret_cast<const char*>(chance.data()), chance.size()});
  person->hash = sha256(secret);
  auto add = configuration::added(*person, ground.forest());
  if (!add) return taker(error_text({base::Errc::damaged, "the forest has no configuration"}));
  ground.engine.write(*std::move(add), [name = ground.name(), by = ground.caller.name, secret,
                                        print = *print, person = *person,
                                        taker](const base::Result<Written>& written) {
    if (!written) {
      const bool there = written.error().code == base::Errc::exists;
      return taker(
          error_text({written.error().code,
                      there ? fmt::format("{}: has a token already; revoke it first", person.name)
                            : written.error().message}));
    }
    spdlog::info("{}: {} has given {} a token until {}", person.name, by,
                 configuration::to_string(person.role), base::to_string(person.expires));
    Json answer{{"token", PersonToken{written->object, secret, print}.to_string()}};
    answer.update(to_json(person));
    answer["controller"] = name;
    taker(to_text(answer));
  });
}

base::Result<Json> answer_token_list(const ServiceGround& ground, const Json& request) {
  if (auto known = Asked(request).only({"ask"}); !known) return base::fail(known.error());
  const auto found = people_of(ground);
  const base::Time now = wall_clock();
  Json people = Json::array();
  for (const Person& person : found.people) {
    Json entry = to_json(person);
    entry["state"] = person.expires <= now ? "expired" : "valid";
    entry["made_by"] = person.made_by;
    entry["made"] = to_json(person.made);
    people.push_back(std::move(entry));
  }
  return Json{
      {"controller", ground.name()}, {"people", std::move(people)}, {"findings", found.findings}};
}

void answer_token_revoke(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  const auto known = asked.only({"ask", "name"});
  const auto name = asked.text("name");
  if (!known) return taker(error_text(known.error()));
  if (!name) return taker(error_text(name.error()));
  Together deletions;
  std::string spelt;
  for (const Person& person : people_of(ground).people) {
    if (base::fold_name(person.name) != base::fold_name(*name)) continue;
    spelt = person.name;
    deletions.changes.emplace_back(Delete{person.id});
  }
  if (deletions.changes.empty()) {
    return taker(error_text(
        {base::Errc::not_found,
         fmt::format("{}: has no token here; ringspan token list shows who has", *name)}));
  }
  const std::size_t count = deletions.changes.size();
  ground.engine.write(
      std::move(deletions), [spelt, count, controller = ground.name(), by = ground.caller.name,
                             taker](const base::Result<Written>& written) {
        if (!written) return taker(error_text(written.error()));
        spdlog::info("{}: {} has revoked the token", spelt, by);
        taker(to_text(Json{{"name", spelt}, {"revoked", count}, {"controller", controller}}));
      });
}

}  // namespace ringspan::replicator::net
