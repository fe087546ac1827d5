// schema, attribute: what is defined. schema_add, schema_change: a definition more, or another one;
// what cannot change safely the engine refuses (engine/define.hpp).

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

struct Flag {
  const char* field;
  bool AttributeDefinition::* meant;
};
constexpr Flag kFlags[] = {{"single_valued", &AttributeDefinition::single_valued},
                           {"not_replicated", &AttributeDefinition::not_replicated},
                           {"partial", &AttributeDefinition::partial},
                           {"filtered", &AttributeDefinition::filtered},
                           {"urgent", &AttributeDefinition::urgent},
                           {"retired", &AttributeDefinition::retired}};

Json to_json(const AttributeDefinition& definition) {
  const auto text = [](const std::string& name) {
    return name.empty() ? Json(nullptr) : Json(name);
  };
  Json json{{"name", definition.name},
            {"syntax", to_string(definition.syntax)},
            {"back_link", text(definition.back_link)},
            {"forward_link", text(definition.forward_link)}};
  for (const Flag& flag : kFlags)
    json[flag.field] = definition.*flag.meant;
  return json;
}

tl::unexpected<base::Error> not_defined(const std::string& attribute) {
  return base::fail(
      base::Errc::not_found,
      fmt::format("{}: is not defined: it is text with any number of values, which every full "
                  "replica gets; to define it: ringspan schema add {}",
                  attribute, attribute));
}

base::Result<std::string> attribute_asked(const Asked& asked) {
  const auto attribute = asked.text("attribute");
  if (!attribute) return base::fail(attribute.error());
  return attribute_name(*attribute);
}

base::Result<Json> attribute_answer(const ServiceGround& ground, const std::string& attribute,
                                    bool written) {
  const auto snapshot = ground.store.read();
  const Schema schema(*snapshot, ground.contexts());
  const auto object = schema.object(attribute);
  if (!object) return not_defined(attribute);
  const Usage usage = usage_of(*snapshot, ground.contexts(), attribute);
  return Json{{"controller", ground.name()},
              {"written", written},
              {"object", object->id.value.to_string()},
              {"dn", Directory(*snapshot, ground.contexts()).dn_of(*object)},
              {"attribute", to_json(schema.definition(attribute))},
              {"objects", usage.objects}};
}

/// What the request says, on top of what stands; all that is wrong with it in one message.
base::Result<AttributeDefinition> asked_definition(const Asked& asked,
                                                   AttributeDefinition definition) {
  std::string faults;
  const auto fault = [&faults](const std::string& words) {
    faults += (faults.empty() ? "" : "\n") + words;
  };
  if (asked.has("syntax")) {
    const auto word = asked.text("syntax");
    if (!word) {
      fault(word.error().message);
    } else if (to_string(to_syntax(*word)) != *word) {
      std::string known;
      for (const Syntax syntax : kSyntaxes)
        known += (known.empty() ? "" : ", ") + std::string(to_string(syntax));
      fault(fmt::format("\"syntax\": \"{}\" is none of {}", *word, known));
    } else {
      definition.syntax = to_syntax(*word);
    }
  }
  if (asked.has("back_link")) {
    const auto name = asked.text("back_link");
    if (!name) {
      fault(name.error().message);
    } else {
      definition.back_link = base::fold_name(*name);
    }
  }
  for (const Flag& flag : kFlags) {
    if (!asked.has(flag.field)) continue;
    const auto value = asked.flag(flag.field);
    if (value) {
      definition.*flag.meant = *value;
    } else {
      fault(value.error().message);
    }
  }
  if (definition.linked() && asked.has("syntax") && definition.syntax != Syntax::dn) {
    fault("\"syntax\": a linked attribute is always dn; leave it out");
  }
  if (!faults.empty()) return base::fail(base::Errc::invalid, faults);
  if (definition.linked()) definition.syntax = Syntax::dn;
  return definition;
}

base::Result<Together> read_change(const ServiceGround& ground, const Asked& asked,
                                   const std::string& attribute) {
  const auto known = asked.only({"ask", "attribute", "syntax", "back_link", "single_valued",
                                 "not_replicated", "partial", "filtered", "urgent", "retired"});
  if (!known) return base::fail(known.error());
  const auto snapshot = ground.store.read();
  const Schema schema(*snapshot, ground.contexts());
  const bool adds = asked.text("ask").value_or("") == "schema_add";
  const bool defined = schema.object(attribute).has_value();
  if (adds && defined) {
    return base::fail(base::Errc::exists,
                      fmt::format("{}: is defined already; look with ringspan schema show {}, or "
                                  "change it with ringspan schema change",
                                  attribute, attribute));
  }
  if (!adds && !defined) return not_defined(attribute);
  auto wanted = asked_definition(asked, schema.definition(attribute));
  if (!wanted) return base::fail(wanted.error());
  return define(*snapshot, ground.contexts(), *wanted);
}

}  // namespace

base::Result<Json> answer_schema(const ServiceGround& ground, const Json& request) {
  if (auto known = Asked(request).only({"ask"}); !known) return base::fail(known.error());
  const auto snapshot = ground.store.read();
  Json attributes = Json::array();
  for (const auto& definition : Schema(*snapshot, ground.contexts()).all())
    attributes.push_back(to_json(definition));
  return Json{{"controller", ground.name()}, {"attributes", std::move(attributes)}};
}

base::Result<Json> answer_attribute(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "attribute"}); !known) return base::fail(known.error());
  const auto attribute = attribute_asked(asked);
  if (!attribute) return base::fail(attribute.error());
  return attribute_answer(ground, *attribute, false);
}

void answer_schema_change(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  const auto attribute = attribute_asked(asked);
  if (!attribute) return taker(error_text(attribute.error()));
  const auto role = schema_role(ground.contexts());
  if (role && owner_answers(ground, *role, request, taker)) return;
  auto change = read_change(ground, asked, *attribute);
  if (!change) return taker(error_text(change.error()));
  const auto tell = [ground, attribute = *attribute, taker](bool written) {
    const auto answer = attribute_answer(ground, attribute, written);
    taker(answer ? to_text(*answer) : error_text(answer.error()));
  };
  if (change->changes.empty()) return tell(false);
  ground.engine.write(*std::move(change), [ground, tell, taker = std::move(taker)](
                                              const base::Result<Written>& result) {
    if (!result) return taker(error_text(result.error()));
    const bool taken = ground.readers.post([tell] { tell(true); });
    if (!taken) taker(error_text({base::Errc::unavailable, "too many requests wait here"}));
  });
}

}  // namespace ringspan::replicator::net
