// What must be true of one object at one controller.

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/fold.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/simulator/expectations.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

struct View {
  std::string controller;
  std::unique_ptr<Snapshot> snapshot;
  const NamingContextHeads* contexts = nullptr;

  Directory directory() const { return {*snapshot, *contexts}; }
};

Result<View> view_of(const Stage& stage, const std::string& controller) {
  auto snapshot = stage.world().read(controller);
  if (!snapshot) return senseless(snapshot.error().message);
  return View{.controller = controller,
              .snapshot = *std::move(snapshot),
              .contexts = &stage.world().identity(controller).contexts};
}

std::string spoken(const std::vector<std::string>& values) {
  if (values.empty()) return "no value";
  return fmt::format("\"{}\"", fmt::join(values, "\" \""));
}

std::vector<std::string> values_at(const Object& object, std::string_view attribute) {
  const auto at = object.attributes.find(base::fold_name(attribute));
  return at == object.attributes.end() ? std::vector<std::string>{} : at->second.values;
}

// Whom an object links to by `attribute`, or is linked from where it is the name of a back link.
std::vector<Directory::LinkedObject> linked_at(const View& view, const Object& object,
                                               std::string_view attribute) {
  const Directory directory = view.directory();
  auto links = directory.links(object);
  for (auto& link : directory.back_links(object))
    links.push_back(std::move(link));
  const std::string name = base::fold_name(attribute);
  std::erase_if(links, [&](const auto& link) { return link.attribute != name; });
  return links;
}

std::string spoken(const std::vector<Directory::LinkedObject>& links) {
  std::vector<std::string> dns;
  for (const auto& link : links)
    dns.push_back(link.dn);
  return spoken(dns);
}

Verdict expect_links(const Stage& stage, const View& view, const Object& object,
                     const std::string& attribute, const std::vector<std::string>& wanted) {
  std::set<ObjectId> ids;
  const auto held = linked_at(view, object, attribute);
  for (const std::string& braced : wanted) {
    const auto expanded = expand_braces(braced);
    if (!expanded) return senseless(expanded.error().message);
    for (const std::string& text : *expanded) {
      const auto shown = std::ranges::find(held, text, &Directory::LinkedObject::dn);
      const auto id = shown != held.end() ? Result<ObjectId>(shown->other)
                                          : stage.object(text, view.controller);
      if (!id && makes_no_sense(id.error())) return fail(id.error());
      if (!id) return found(fmt::format("{} {}", attribute, spoken(held)));
      ids.insert(*id);
    }
  }
  const bool same = held.size() == ids.size() && std::ranges::all_of(held, [&](const auto& link) {
                      return ids.contains(link.other);
                    });
  return same ? Verdict{} : Verdict(found(fmt::format("{} {}", attribute, spoken(held))));
}

Verdict expect_values(const Stage& stage, const View& view, const Object& object, Words words) {
  const auto wanted = values_of(words);
  if (!wanted) return say_form("expect CONTROLLER OBJECT NAME=VALUE...");
  for (const auto& [name, values] : *wanted) {
    const auto held = values_at(object, name);
    const bool by_name = std::ranges::all_of(
        values, [](const std::string& value) { return value.starts_with('@'); });
    if (held.empty() && (by_name || !linked_at(view, object, name).empty())) {
      if (auto verdict = expect_links(stage, view, object, name, values); !verdict) return verdict;
      continue;
    }
    if (held != value_set(values)) return found(fmt::format("{} {}", name, spoken(held)));
  }
  return {};
}

// What is known of the write behind `attribute`, or behind one link value "member=@alice".
Result<Stamp> stamp_of(const Stage& stage, const View& view, const Object& object,
                       const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = base::fold_name(text.substr(0, equals));
  if (equals == std::string::npos) {
    const auto at = object.attributes.find(name);
    if (at == object.attributes.end()) return found(fmt::format("no stamp of {}", text));
    return at->second.stamp;
  }
  const auto target = stage.object(text.substr(equals + 1), view.controller);
  if (!target) return fail(target.error());
  const auto link =
      view.snapshot->link({.source = object.id, .attribute = name, .target = *target});
  if (!link) return found(fmt::format("no stamp of {}", text));
  return link->stamp;
}

// stamp title version=3 by o1
Verdict expect_stamp(const Stage& stage, const View& view, const Object& object, Words words) {
  if (words.size() < 3)
    return say_form("expect CONTROLLER OBJECT stamp ATTRIBUTE version=N by CONTROLLER");
  const auto held = stamp_of(stage, view, object, words[1]);
  if (!held) return fail(held.error());
  const Stamp& stamp = *held;
  const std::string writer = stage.world().name_of(stamp.originator);
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i].starts_with("version=")) {
      const auto version = number_of(std::string_view(words[i]).substr(8));
      if (!version) return fail(version.error());
      if (*version != stamp.version)
        return found(fmt::format("version={} by {}", stamp.version, writer));
    } else if (words[i] == "by" && i + 1 < words.size()) {
      if (base::fold_name(words[++i]) != base::fold_name(writer))
        return found(fmt::format("version={} by {}", stamp.version, writer));
    } else {
      return say_form("stamp ATTRIBUTE version=N by CONTROLLER");
    }
  }
  return {};
}

Verdict expect_living(const Stage& stage, const View& view, const Object& object, Words words) {
  const Directory directory = view.directory();
  const std::string& what = words.front();
  if (what == "no" && words.size() == 2) {
    const auto held = values_at(object, words[1]);
    if (!held.empty()) return found(fmt::format("{} {}", words[1], spoken(held)));
    const auto linked = linked_at(view, object, words[1]);
    if (!linked.empty()) return found(fmt::format("{} {}", words[1], spoken(linked)));
    return {};
  }
  if (what == "dn" && words.size() == 2) {
    const auto wanted = stage.dn(words[1], view.controller);
    if (!wanted) return fail(wanted.error());
    const auto absolute = directory.absolute(*wanted);
    const std::string held = directory.dn_of(object);
    return absolute && absolute->second.to_string() == held ? Verdict{} : Verdict(found(held));
  }
  if (what == "under" && words.size() == 2) {
    const auto parent = stage.object(words[1], view.controller);
    if (!parent) return fail(parent.error());
    if (object.placement().parent == *parent) return {};
    return found(directory.dn_of(object));
  }
  if (what == "conflict-name" || what == "plain-name") {
    const bool marked = is_conflict_name(object.placement().rdn, object.id);
    return marked == (what == "conflict-name") ? Verdict{}
                                               : Verdict(found(directory.dn_of(object)));
  }
  return expect_values(stage, view, object, words);
}

// n1 originated 0
Verdict expect_originated(const Stage& stage, const std::string& controller, Words words) {
  const auto wanted = number_of(words[1]);
  if (!wanted) return fail(wanted.error());
  const std::uint64_t held = stage.world().originated(controller);
  return held == *wanted ? Verdict{} : Verdict(found(std::to_string(held)));
}

}  // namespace

tl::unexpected<base::Error> found(std::string text) {
  return fail(Errc::invalid, "found " + std::move(text));
}
tl::unexpected<base::Error> say_form(std::string_view form) {
  return senseless(fmt::format("say: {}", form));
}

Result<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc{} && stop == text.data() + text.size()) return number;
  return say_form(fmt::format("a number where '{}' stands", text));
}

Verdict expect_object(const Stage& stage, const std::string& controller, Words words) {
  if (words.size() == 2 && words[0] == "originated")
    return expect_originated(stage, controller, words);
  if (words.size() < 2) return say_form("expect CONTROLLER OBJECT ...");
  if (words[0] == "context") return expect_context(stage, controller, words.subspan(1));
  if (words[0] == "attribute") return expect_attribute(stage, controller, words.subspan(1));
  auto view = view_of(stage, controller);
  if (!view) return fail(view.error());
  const std::string& what = words[1];
  const auto id = stage.object_or_tombstone(words[0], controller);
  if (!id) {
    if (makes_no_sense(id.error())) return fail(id.error());
    if (what == "missing") return {};
    return found(id.error().message);
  }
  const auto row = view->snapshot->find(*id);
  if (what == "missing") return row ? Verdict(found("it")) : Verdict{};
  if (what == "gone") {
    if (row) return found(row->deleted ? "its tombstone" : "it alive");
    return stage.world().had(controller, *id) ? Verdict{} : found("that it never was here");
  }
  if (!row) return found("nothing");
  const auto object = to_object(*row);
  if (!object) return fail(object.error());
  if (what == "deleted") return object->deleted() ? Verdict{} : Verdict(found("it alive"));
  if (what == "stamp") return expect_stamp(stage, *view, *object, words.subspan(1));
  if (object->deleted()) return found("it deleted");
  return expect_living(stage, *view, *object, words.subspan(1));
}

}  // namespace ringspan::replicator::simulator
