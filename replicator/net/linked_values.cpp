#include "replicator/net/linked_values.hpp"

#include <utility>

#include "base/fold.hpp"

namespace ringspan::replicator::net {
namespace {

void add_line(std::string& lines, const std::string& line) {
  lines += (lines.empty() ? "" : "\n") + line;
}

}  // namespace

base::Result<std::vector<Target>> read_targets(const std::vector<std::string>& texts) {
  std::vector<Target> targets;
  std::string faults;
  for (const std::string& text : texts) {
    if (const auto guid = base::Guid::parse(text)) {
      targets.emplace_back(ObjectId(*guid));
    } else if (auto dn = sites::Dn::parse(text)) {
      targets.emplace_back(*std::move(dn));
    } else {
      add_line(faults, dn.error().message);
    }
  }
  if (!faults.empty()) return base::fail(base::Errc::invalid, std::move(faults));
  return targets;
}

base::Result<LinkedAdd> split_links(const Schema& schema, Add add) {
  LinkedAdd split;
  std::string faults;
  for (auto at = add.attributes.begin(); at != add.attributes.end();) {
    const auto& [attribute, values] = *at;
    if (!schema.definition(base::fold_name(attribute)).linked()) {
      ++at;
      continue;
    }
    const auto targets = read_targets(values);
    if (!targets) {
      add_line(faults, targets.error().message);
    } else {
      for (const Target& target : *targets)
        split.links.push_back({.source = add.dn, .attribute = attribute, .target = target});
    }
    at = add.attributes.erase(at);
  }
  if (!faults.empty()) return base::fail(base::Errc::invalid, std::move(faults));
  split.add = std::move(add);
  return split;
}

Write as_one_write(LinkedAdd linked) {
  if (linked.links.empty()) return std::move(linked.add);
  Together together;
  together.changes.emplace_back(std::move(linked.add));
  for (AddLink& link : linked.links)
    together.changes.emplace_back(std::move(link));
  return together;
}

}  // namespace ringspan::replicator::net
