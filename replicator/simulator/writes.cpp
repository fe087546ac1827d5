// at CONTROLLER VERB ...: what people write in a scenario.

#include <utility>

#include <fmt/format.h>

#include "replicator/engine/restore.hpp"
#include "replicator/simulator/expectations.hpp"

namespace ringspan::replicator::simulator {

using base::fail;
using base::Result;

namespace {

using Text = Result<std::string>;

// "... as @x" at the end names the object.
std::string take_alias(Words& words) {
  if (words.size() < 2 || words[words.size() - 2] != "as") return {};
  std::string alias = words.back();
  words = words.first(words.size() - 2);
  return alias;
}

// link cn=staff,ou=groups member=@alice
Result<Change> link_of(const Stage& stage, std::string_view at, Target source, Words words) {
  const std::size_t equals = words.size() == 3 ? words[2].find('=') : std::string::npos;
  if (equals == std::string::npos || equals == 0) {
    return say_form("at CONTROLLER link|unlink OBJECT ATTRIBUTE=OBJECT");
  }
  auto target = stage.target(std::string_view(words[2]).substr(equals + 1), at);
  if (!target) return fail(target.error());
  const std::string attribute = words[2].substr(0, equals);
  if (words[0] == "link") {
    return Change(
        AddLink{.source = std::move(source), .attribute = attribute, .target = *std::move(target)});
  }
  return Change(RemoveLink{
      .source = std::move(source), .attribute = attribute, .target = *std::move(target)});
}

Result<Change> write_of(const Stage& stage, std::string_view at, Words words) {
  const std::string& verb = words[0];
  if (words.size() < 2) return say_form("at CONTROLLER VERB OBJECT ...");
  if (verb == "add") {
    auto dn = stage.dn(words[1], at);
    if (!dn) return fail(dn.error());
    auto values = values_of(words.subspan(2));
    if (!values) return fail(values.error());
    return Change(Add{.dn = *std::move(dn), .attributes = *std::move(values)});
  }
  auto target = stage.target(words[1], at);
  if (!target) return fail(target.error());
  if (verb == "set") {
    auto values = values_of(words.subspan(2));
    if (!values) return fail(values.error());
    return Change(Set{.target = *std::move(target), .attributes = *std::move(values)});
  }
  if (verb == "unset") {
    return Change(
        Unset{.target = *std::move(target), .attributes = {words.begin() + 2, words.end()}});
  }
  if (verb == "delete" && words.size() == 2) return Change(Delete{.target = *std::move(target)});
  if (verb == "delete" && words.size() == 3 && words[2] == "tree") {
    return Change(Delete{.target = *std::move(target), .tree = true});
  }
  if (verb == "undelete" && words.size() == 2) {
    return Change(Undelete{.target = *std::move(target)});
  }
  if (verb == "link" || verb == "unlink") return link_of(stage, at, *std::move(target), words);
  if (words.size() != 3) return say_form("at CONTROLLER rename|move OBJECT TO");
  if (verb == "rename") {
    auto rdn = sites::Rdn::parse(words[2]);
    if (!rdn) return fail(rdn.error());
    return Change(Rename{.target = *std::move(target), .rdn = *std::move(rdn)});
  }
  if (verb == "move") {
    auto parent = stage.target(words[2], at);
    if (!parent) return fail(parent.error());
    return Change(Move{.target = *std::move(target), .parent = *std::move(parent)});
  }
  return senseless(
      fmt::format("'{}' is no write; known: add set unset rename move delete undelete link "
                  "unlink restore-lost",
                  verb));
}

Write to_write(const Change& change) {
  return std::visit([](const auto& one) { return Write(one); }, change);
}

// restore-lost title "Head of A" @alice
Text restore_lost(Stage& stage, const std::string& at, Words words) {
  const auto entry = lost_entry(stage, words);
  if (!entry) return fail(entry.error());
  const auto snapshot = stage.world().read(at);
  if (!snapshot) return fail(snapshot.error());
  const auto write = restoration(**snapshot, stage.world().identity(at).contexts, *entry);
  if (!write) return fail(write.error());
  const auto written = stage.world().write(at, *write);
  if (!written) return fail(written.error());
  return fmt::format("{}\n", written->dn);
}

}  // namespace

Result<std::string> happen_at(Stage& stage, Words words) {
  if (words.size() > 3 && words[2] == "define") {
    const auto attribute = attribute_of(words.subspan(3));
    if (!attribute) return fail(attribute.error());
    auto defined = stage.world().define(words[1], *attribute);
    return defined ? Text("") : Text(fail(defined.error()));
  }
  const std::string alias = take_alias(words);
  if (words.size() < 4) return say_form("at CONTROLLER VERB OBJECT ...");
  if (!stage.world().read(words[1])) {
    return senseless(fmt::format("no controller is named {}", words[1]));
  }
  if (words[2] == "context") return place_context(stage, words[1], words.subspan(3));
  if (words[2] == "domain") return place_domain(stage, words[1], words.subspan(3));
  if (words[2] == "restore-lost") return restore_lost(stage, words[1], words.subspan(3));
  const bool link = words[2] == "link" || words[2] == "unlink";
  const std::size_t braced = link && words[3].find('{') == std::string::npos ? 4 : 3;
  if (words.size() <= braced) return say_form("at CONTROLLER VERB OBJECT ...");
  auto expanded = expand_braces(words[braced]);
  if (!expanded) return senseless(expanded.error().message);
  Together all;  // a braced line is written as a whole or not at all
  for (const std::string& one : *expanded) {
    std::vector<std::string> single(words.begin() + 2, words.end());
    single[braced - 2] = one;
    auto write = write_of(stage, words[1], single);
    if (!write) return fail(write.error());
    all.changes.push_back(*std::move(write));
  }
  const Write write = all.changes.size() > 1 ? Write(all) : to_write(all.changes.front());
  const auto written = stage.world().write(words[1], write);
  if (!written) return fail(written.error());
  if (!alias.empty()) stage.name(alias, written->object);
  if (expanded->size() > 1) return fmt::format("{} objects written\n", expanded->size());
  return fmt::format("{}\n", written->dn);
}

}  // namespace ringspan::replicator::simulator
