#include "replicator/net/data_folder.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/configuration/contexts.hpp"
#include "replicator/configuration/definition.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/net/address.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/net/first_objects.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/scaffold.hpp"
#include "replicator/net/secrets.hpp"
#include "replicator/store/sqlite_store.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::replicator::net {
namespace {

using std::filesystem::path;

std::string names_of(const sites::Forest& forest) {
  std::string names;
  for (const sites::Controller& controller : forest.controllers)
    names += (names.empty() ? "" : ", ") + controller.name;
  return names;
}

/// Writes files until the first that cannot be written.
class Files {
 public:
  Files& add(const path& place, const std::string& content) {
    if (written_) written_ = write_private(place, content);
    return *this;
  }
  base::Result<void> written() const { return written_; }

 private:
  base::Result<void> written_;
};

std::string to_text(const ControllerFile& controller) {
  nlohmann::ordered_json json{{"name", controller.name},
                              {"guid", controller.id.value.to_string()},
                              {"listen", controller.listen}};
  if (controller.inviter) json["inviter"] = controller.inviter->value.to_string();
  return json.dump(2) + "\n";
}

/// The database of a new replica: who it is, and nothing else.
Identity found_database(Store& store, const sites::Forest& forest,
                        const sites::Controller& controller, NamingContextHeads contexts) {
  const InvocationId invocation(base::Guid::from_random(random_bytes()));
  const auto transaction = store.begin();
  transaction->set_fact("invocation", invocation.value.to_string());
  transaction->set_fact("controller", controller.id.value.to_string());
  transaction->set_fact("forest", forest.id.value.to_string());
  transaction->commit();
  return {controller.id, invocation, controller.read_only, std::move(contexts)};
}

/// The domains of others: their first objects are written here and handed over when these join.
std::vector<sites::NamingContext> other_domains(const sites::Forest& forest,
                                                const sites::Controller& controller) {
  std::vector<sites::NamingContext> found;
  std::ranges::copy_if(forest.naming_contexts, std::back_inserter(found), [&](const auto& context) {
    return context.kind == sites::NamingContextKind::domain && context.id != controller.domain;
  });
  return found;
}

/// What it holds whole.
NamingContextHeads whole(NamingContextHeads contexts) {
  std::erase_if(contexts, [](const auto& head) { return head.is_partial; });
  return contexts;
}

/// The forest's definition as objects, and ourselves as its first member.
base::Result<void> write_definition(Store& store, GuidSource& guids, const Identity& identity,
                                    const sites::Forest& forest, const DataFolder& folder,
                                    base::Time now) {
  const auto certificate = read_file(folder.certificate());
  if (!certificate) return base::fail(certificate.error());
  const auto key = key_of(*certificate);
  if (!key) return base::fail(key.error());
  Together definition = configuration::changes(*store.read(), forest);
  const auto& own = *sites::find_controller(forest, identity.controller);
  configuration::begin_contexts(definition, other_domains(forest, own), forest);
  definition.changes.emplace_back(
      configuration::membership(identity.controller, *key, configuration::slot_for(forest, own)));
  const std::string text = sites::write_forest(forest);
  const configuration::Definition first{.hash = sha256(text),
                                        .who = "init",
                                        .when = now,
                                        .summary = "the first definition",
                                        .forest = text};
  definition.changes.emplace_back(configuration::record(first, forest));
  Engine engine(store, guids, identity);
  const std::vector<Event> events{WriteAsked{.id = 1, .write = std::move(definition)}};
  const Effects effects = engine.step(events, now);
  const auto& written = effects.answers.front().result;
  if (!written) return base::fail(written.error());
  return {};
}

base::Result<std::string> listen_address(const std::string& wanted,
                                         const sites::Controller& controller) {
  const std::string& text = wanted.empty() ? controller.address : wanted;
  if (text.empty()) {
    return base::fail(base::Errc::invalid,
                      fmt::format("controller {}: it has no address in the forest definition; add "
                                  "\"address\": \"host:port\" there",
                                  controller.name));
  }
  const auto address = Address::parse(text);
  if (!address) return base::fail(address.error());
  return address->to_string();
}

/// The first controller writes the first objects of every application context.
base::Result<void> holds_all(const sites::Forest& forest, const sites::Controller& controller) {
  std::string lines;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    if (context.kind != sites::NamingContextKind::application ||
        sites::replica_kind(controller, context) != sites::ReplicaKind::none) {
      continue;
    }
    lines += fmt::format(
        "{}naming context {}: {} is none of its replicas, and nobody else is there yet to write "
        "its first objects; leave it out, and add it with ringspan naming-context add later",
        lines.empty() ? "" : "\n", context.dn, controller.name);
  }
  if (lines.empty()) return {};
  return base::fail(base::Errc::invalid, lines);
}

base::Result<void> write_first_tls(const DataFolder& folder, const sites::Forest& forest,
                                   const sites::Controller& controller, const Authority& authority,
                                   base::Time now) {
  const std::string key = make_key();
  const std::string operator_key = make_key();
  const auto certificate = authority.issue_controller(make_signing_request(key, controller.name),
                                                      controller.id, controller.name, now);
  const auto operator_certificate =
      authority.issue_operator(make_signing_request(operator_key, "admin"), "admin", now);
  if (!certificate) return base::fail(certificate.error());
  if (!operator_certificate) return base::fail(operator_certificate.error());
  if (auto made = make_private_folder(folder.tls()); !made) return made;
  return Files()
      .add(folder.authority(), authority.certificate())
      .add(folder.authority_key(), authority.key())
      .add(folder.certificate(), *certificate)
      .add(folder.key(), key)
      .add(folder.operator_certificate(), *operator_certificate)
      .add(folder.operator_key(), operator_key)
      .add(folder.forest(), sites::write_forest(forest))
      .written();
}

}  // namespace

base::Result<Home> read_home(const path& root) {
  Home home{{root}, {}, {}};
  const DataFolder& folder = home.folder;
  const auto damaged = [](const path& file, std::string_view reason) {
    return base::fail(base::Errc::damaged,
                      fmt::format("{}: {}; restore the file from a copy", file.string(), reason));
  };
  const auto text = read_file(folder.controller());
  if (!text) {
    return base::fail(
        text.error().code == base::Errc::not_found ? base::Errc::not_found : text.error().code,
        fmt::format("{}: holds no controller; make one with ringspan init or "
                    "ringspan join",
                    root.string()));
  }
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto member = [&json](const char* name) -> std::string {
    return json.is_object() && json.contains(name) && json[name].is_string()
               ? json[name].get<std::string>()
               : std::string();
  };
  const auto guid = base::Guid::parse(member("guid"));
  const auto listen = Address::parse(member("listen"));
  if (!guid) return damaged(folder.controller(), "\"guid\" is missing or no GUID");
  if (!listen) return damaged(folder.controller(), "\"listen\" is missing or not host:port");
  home.controller = {member("name"), ControllerId(*guid), listen->to_string(), {}};
  if (const auto inviter = base::Guid::parse(member("inviter"))) {
    home.controller.inviter = ControllerId(*inviter);
  }

  const auto forest_text = read_file(folder.forest());
  if (!forest_text) return base::fail(forest_text.error());
  auto forest = sites::read_forest(*forest_text, folder.forest().string());
  if (!forest) return base::fail(base::Errc::damaged, to_string(forest.error().front()));
  home.forest = *std::move(forest);
  if (sites::find_controller(home.forest, home.controller.id) == nullptr) {
    return damaged(folder.forest(),
                   fmt::format("it has no controller {} with the GUID of controller.json",
                               home.controller.name));
  }
  return home;
}

base::Result<Created> create_forest_folder(const path& root, const FirstController& first,
                                           base::Time now) {
  const sites::Forest& forest = first.forest;
  const auto* controller = sites::find_controller(forest, first.controller);
  if (controller == nullptr) {
    return base::fail(base::Errc::not_found,
                      fmt::format("controller {}: not in the forest definition, which has {}",
                                  first.controller, names_of(forest)));
  }
  if (controller->read_only) {
    return base::fail(base::Errc::invalid,
                      fmt::format("controller {}: is read-only; the first one must take writes",
                                  controller->name));
  }
  if (auto held = holds_all(forest, *controller); !held) return base::fail(held.error());
  const auto listen = listen_address(first.listen, *controller);
  auto contexts = contexts_of(forest, *controller);
  if (!listen) return base::fail(listen.error());
  if (!contexts) return base::fail(contexts.error());
  auto objects = read_objects(first.objects.value_or("[]"), first.objects_file);
  if (!objects) return base::fail(objects.error());

  auto scaffold = Scaffold::raise(root);
  if (!scaffold) return base::fail(scaffold.error());
  const DataFolder folder{scaffold->root()};
  const Authority authority = Authority::create(forest.id, forest.name, now);
  auto written = write_first_tls(folder, forest, *controller, authority, now);
  if (!written) return base::fail(written.error());
  const ControllerFile file{controller->name, controller->id, *listen};
  written = write_private(folder.controller(), to_text(file));
  if (!written) return base::fail(written.error());
  try {
    store::SqliteStore store(folder.database().string());
    RandomGuids guids;
    const Identity identity =
        found_database(store, forest, *controller, whole(*std::move(contexts)));
    create_genesis(store, guids, identity, now);
    auto defined = write_definition(store, guids, identity, forest, folder, now);
    if (!defined) return base::fail(defined.error());
    auto added = add_objects(store, guids, identity, *objects, first.objects_file, now);
    if (!added) return base::fail(added.error());
  } catch (const StoreFailure& trouble) {
    return base::fail(base::Errc::unavailable, trouble.what());
  }
  if (auto finished = scaffold->finish(); !finished) return base::fail(finished.error());
  return Created{controller->name, *listen, fingerprint(authority.certificate()).value_or(""),
                 objects->size()};
}

base::Result<void> create_joined_folder(const path& root, const Admission& admission) {
  const auto* controller = sites::find_controller(admission.forest, admission.controller.id);
  if (controller == nullptr) {
    return base::fail(base::Errc::damaged,
                      fmt::format("controller {}: not in the forest definition that came with the "
                                  "certificate",
                                  admission.controller.name));
  }
  auto contexts = contexts_of(admission.forest, *controller);
  if (!contexts) return base::fail(contexts.error());
  auto scaffold = Scaffold::raise(root);
  if (!scaffold) return base::fail(scaffold.error());
  const DataFolder folder{scaffold->root()};
  if (auto made = make_private_folder(folder.tls()); !made) return made;
  auto written = Files()
                     .add(folder.authority(), admission.authority)
                     .add(folder.certificate(), admission.certificate)
                     .add(folder.key(), admission.key)
                     .add(folder.forest(), sites::write_forest(admission.forest))
                     .add(folder.controller(), to_text(admission.controller))
                     .written();
  if (!written) return written;
  try {
    store::SqliteStore store(folder.database().string());
    found_database(store, admission.forest, *controller, *std::move(contexts));
  } catch (const StoreFailure& trouble) {
    return base::fail(base::Errc::unavailable, trouble.what());
  }
  return scaffold->finish();
}

}  // namespace ringspan::replicator::net
