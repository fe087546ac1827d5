#include "replicator/net/part_json.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/wire/wire.hpp"
#include "sites/base64.hpp"

namespace ringspan::replicator::net {
namespace {

tl::unexpected<base::Error> no_sense(const char* field) {
  return base::fail(base::Errc::damaged, fmt::format("\"{}\": makes no sense", field));
}

std::optional<base::Guid> guid_in(const Json& list, std::size_t at) {
  return list[at].is_string() ? base::Guid::parse(list[at].get<std::string>()) : std::nullopt;
}

base::Result<Page> read_page(const Asked& answer) {
  const auto text = answer.text("page");
  if (!text) return base::fail(text.error());
  const auto frame = sites::from_base64(*text);
  if (!frame || frame->size() < wire::kHeaderSize) return no_sense("page");
  const auto header =
      wire::read_header(std::span<const char, wire::kHeaderSize>(frame->data(), wire::kHeaderSize));
  if (!header) return base::fail(header.error());
  auto message = wire::decode(*header, std::string_view(*frame).substr(wire::kHeaderSize));
  if (!message) return base::fail(message.error());
  auto* page = std::get_if<Page>(&*message);
  if (page == nullptr || !page->vector) return no_sense("page");
  return std::move(*page);
}

}  // namespace

Json digests_json(const Digests& digests) {
  Json ranges = Json::array();
  for (const auto& [digits, range] : digests)
    ranges.push_back(Json::array({digits, range.objects, range.digest.to_string()}));
  return ranges;
}

base::Result<Digests> read_digests(const Json& json) {
  if (!json.is_array()) return no_sense("ranges");
  Digests digests;
  for (const Json& range : json) {
    if (!range.is_array() || range.size() != 3 || !range[0].is_string() ||
        !range[1].is_number_unsigned()) {
      return no_sense("ranges");
    }
    const auto digest = guid_in(range, 2);
    if (!digest) return no_sense("ranges");
    digests[range[0].get<std::string>()] = {range[1].get<std::uint64_t>(), *digest};
  }
  return digests;
}

Json part_json(const Part& part) {
  Json hidden = Json::array();
  for (const LinkId& link : part.hidden) {
    hidden.push_back(Json::array(
        {link.source.value.to_string(), link.attribute, link.target.value.to_string()}));
  }
  return {{"page", sites::to_base64(wire::encode(part.page, wire::Compression::zstd))},
          {"hidden", std::move(hidden)},
          {"looked", part.looked}};
}

base::Result<Part> read_part(const Asked& answer) {
  auto page = read_page(answer);
  const auto looked = answer.number("looked", 0);
  if (!page) return base::fail(page.error());
  if (!looked) return base::fail(looked.error());
  Part part{.page = *std::move(page), .hidden = {}, .looked = *looked};
  const Json hidden = answer.json().value("hidden", Json::array());
  for (const Json& link : hidden) {
    if (!link.is_array() || link.size() != 3 || !link[1].is_string()) return no_sense("hidden");
    const auto source = guid_in(link, 0);
    const auto target = guid_in(link, 2);
    if (!source || !target) return no_sense("hidden");
    part.hidden.insert({ObjectId(*source), link[1].get<std::string>(), ObjectId(*target)});
  }
  return part;
}

Json objects_json(std::span<const ObjectId> objects) {
  Json list = Json::array();
  for (const ObjectId id : objects)
    list.push_back(id.value.to_string());
  return list;
}

base::Result<std::vector<ObjectId>> read_objects(const Asked& asked, const char* field) {
  const auto texts = asked.texts(field);
  if (!texts) return base::fail(texts.error());
  std::vector<ObjectId> objects;
  for (const std::string& text : *texts) {
    const auto guid = base::Guid::parse(text);
    if (!guid) {
      return base::fail(base::Errc::invalid, fmt::format("\"{}\": {} is no GUID", field, text));
    }
    objects.emplace_back(*guid);
  }
  return objects;
}

}  // namespace ringspan::replicator::net
