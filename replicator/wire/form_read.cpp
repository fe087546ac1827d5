#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"
#include "replication.pb.h"
#include "replicator/wire/form.hpp"

namespace ringspan::replicator::wire {
namespace {

/// Years 1970 to 9999: what every clock, database and text can hold.
constexpr std::int64_t kLatestTime = 253'402'300'799'999;

bool is_name_character(char c) {
  return c > ' ' && c <= '~' && (c < 'A' || c > 'Z');
}

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::ranges::all_of(name, is_name_character);
}

/// Reads one form. The first promise that does not hold stays in `wrong`; what was read then is of
/// no use, but harmless.
class FormReader {
 public:
  std::string_view wrong;

  Message read(const form::Envelope& from) {
    switch (from.message_case()) {
      case form::Envelope::kHello:
        return read(from.hello());
      case form::Envelope::kGetChanges:
        return read(from.get_changes());
      case form::Envelope::kPage:
        return read(from.page());
      case form::Envelope::kRefusal:
        return Refusal{from.refusal().request(), text(from.refusal().reason()),
                       from.refusal().not_member()};
      case form::Envelope::kNotice:
        return Notice{NamingContextId{guid(from.notice().naming_context())}};
      case form::Envelope::kAsk:
        return Ask{from.ask().id(), from.ask().json(), from.ask().hops()};
      case form::Envelope::kAnswer:
        return Answer{from.answer().id(), from.answer().json()};
      case form::Envelope::kJoinRequest:
        return read(from.join_request());
      case form::Envelope::kJoinAnswer:
        return read(from.join_answer());
      case form::Envelope::kPing:
        return Ping{from.ping().id()};
      case form::Envelope::kPong:
        return Pong{from.pong().id()};
      case form::Envelope::MESSAGE_NOT_SET:
        break;
    }
    demand(false, "a message of a kind that this program does not know");
    return Ping{};
  }

 private:
  void demand(bool holds, std::string_view otherwise) {
    if (!holds && wrong.empty()) wrong = otherwise;
  }

  base::Guid guid(std::string_view bytes) {
    const auto guid = base::Guid::from_bytes(bytes);
    demand(guid.has_value(), "a GUID of other than 16 bytes");
    return guid.value_or(base::Guid{});
  }

  Usn usn(std::uint64_t number) {
    demand(number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}, "a USN above 2^63");
    return Usn{number};
  }

  base::Time time(std::int64_t number) {
    demand(number >= 0 && number <= kLatestTime, "a time outside of the years 1970 to 9999");
    return base::Time{base::Duration{number}};
  }

  std::string text(const std::string& bytes) {
    demand(base::is_utf8(bytes), "a text that is not UTF-8");
    return bytes;
  }

  std::string name(const std::string& bytes) {
    demand(!bytes.empty() && bytes.size() <= kLongestName, "a name that is empty or too long");
    return text(bytes);
  }

  HighWatermark read(const form::Watermark& from) {
    return {.source = InvocationId{guid(from.source())},
            .usn = usn(from.usn()),
            .settled = usn(from.settled()),
            .mark = read(from.mark())};
  }

  Mark read(const form::Mark& from) {
    return {.ordinal = from.ordinal(), .word = from.word(), .start = usn(from.start())};
  }

  UpToDatenessVector read(const form::Vector& from) {
    UpToDatenessVector vector;
    const InvocationId* last = nullptr;
    for (const auto& entry : from.cursors()) {
      const InvocationId originator{guid(entry.originator())};
      demand(last == nullptr || *last < originator, "a vector out of order");
      const ControllerId controller =
          entry.controller().empty() ? ControllerId{} : ControllerId{guid(entry.controller())};
      vector.merge(originator, {.usn = usn(entry.usn()),
                                .time = time(entry.time()),
                                .horizon = time(entry.horizon()),
                                .controller = controller,
                                .mark = read(entry.mark()),
                                .cut = entry.cut()});
      last = &vector.cursors().find(originator)->first;
    }
    return vector;
  }

  Message read(const form::Hello& from) {
    demand(from.lowest_version() <= from.highest_version(), "a range of versions upside down");
    return Hello{.lowest_version = from.lowest_version(),
                 .highest_version = from.highest_version(),
                 .controller = ControllerId{guid(from.controller())},
                 .invocation = InvocationId{guid(from.invocation())},
                 .name = name(from.name()),
                 .time = time(from.time())};
  }

  Message read(const form::GetChanges& from) {
    demand(from.most_bytes() > 0, "a page that may hold nothing");
    return GetChanges{.request = from.request(),
                      .naming_context = NamingContextId{guid(from.naming_context())},
                      .after = read(from.after()),
                      .known = read(from.known()),
                      .limits = {from.most_objects(), from.most_bytes()},
                      .notify = from.notify(),
                      .call_back = from.call_back()};
  }

  Message read(const form::Page& from) {
    Page page{.request = from.request(),
              .naming_context = NamingContextId{guid(from.naming_context())},
              .source = InvocationId{guid(from.source())},
              .objects = {},
              .links = {},
              .end = read(from.end()),
              .vector = std::nullopt,
              .selection = {}};
    if (from.has_vector()) page.vector = read(from.vector());
    read_originators(from);
    page.objects.reserve(static_cast<std::size_t>(from.objects_size()));
    for (const auto& object : from.objects())
      page.objects.push_back(read(object));
    demand_once(page.objects);
    page.links.reserve(static_cast<std::size_t>(from.links_size()));
    for (const auto& link : from.links())
      page.links.push_back(read(link));
    demand_once(page.links);
    page.selection = read_selection(from);
    page.lost_you = from.lost_you();
    page.steps_to_loss = from.steps_to_loss();
    return page;
  }

  Selection read_selection(const form::Page& from) {
    Selection selection{.only = from.selects_only(), .names = {}};
    for (const auto& name : from.selected()) {
      demand(is_attribute_name(name), "an attribute name that is empty, too long or not plain");
      demand(selection.names.empty() || *selection.names.rbegin() < name,
             "selected attributes out of order");
      if (!wrong.empty()) return {};
      selection.names.insert(selection.names.end(), name);
    }
    return selection;
  }

  void read_originators(const form::Page& from) {
    originators_.reserve(static_cast<std::size_t>(from.originators_size()));
    for (const auto& bytes : from.originators())
      originators_.emplace_back(guid(bytes));
  }

  InvocationId originator(std::uint32_t place) {
    demand(place < originators_.size(), "an originator that the page does not list");
    return place < originators_.size() ? originators_[place] : InvocationId{};
  }

  template <typename Change>
  void demand_once(const std::vector<Change>& changes) {
    std::vector<decltype(Change::id)> ids;
    ids.reserve(changes.size());
    for (const auto& change : changes)
      ids.push_back(change.id);
    std::ranges::sort(ids);
    demand(std::ranges::adjacent_find(ids) == ids.end(), "an object or a link twice in a page");
  }

  ObjectChange read(const form::ObjectChange& from) {
    ObjectChange object{ObjectId{guid(from.id())}, {}};
    demand(from.attributes_size() > 0, "an object without a change");
    object.attributes.reserve(static_cast<std::size_t>(from.attributes_size()));
    for (const auto& attribute : from.attributes()) {
      demand(object.attributes.empty() || object.attributes.back().name < attribute.name(),
             "attributes out of order");
      object.attributes.push_back(read(attribute));
    }
    return object;
  }

  AttributeChange read(const form::AttributeChange& from) {
    demand(is_attribute_name(from.name()),
           "an attribute name that is empty, too long or not plain");
    AttributeChange change{.name = from.name(),
                           .values = {from.values().begin(), from.values().end()},
                           .stamp = read_stamp(from),
                           .context = read_context(from)};
    if (change.name == kName) {
      demand(to_placement(change.values).has_value(), "a name that names no place");
    } else {
      const auto unsorted = std::ranges::adjacent_find(change.values, std::ranges::greater_equal());
      demand(unsorted == change.values.end(), "values that are no set");
    }
    return change;
  }

  LinkChange read(const form::LinkChange& from) {
    demand(is_attribute_name(from.attribute()),
           "an attribute name that is empty, too long or not plain");
    return {.id = {.source = ObjectId{guid(from.source())},
                   .attribute = from.attribute(),
                   .target = ObjectId{guid(from.target())}},
            .present = from.present(),
            .created = time(from.created()),
            .stamp = read_stamp(from),
            .context = read_context(from)};
  }

  template <typename Form>
  Stamp read_stamp(const Form& from) {
    demand(from.version() <= kGreatestVersion, "a version beyond all");
    return {.version = from.version(),
            .time = time(from.time()),
            .originator = originator(from.originator()),
            .usn = usn(from.usn())};
  }

  template <typename Form>
  Context read_context(const Form& from) {
    const int count = from.seen_originators_size();
    demand(count == from.seen_usns_size(), "a context whose lists differ in length");
    if (count == 0 || !wrong.empty()) return {};
    std::vector<std::pair<InvocationId, Usn>> entries;
    entries.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      const InvocationId seen = originator(from.seen_originators(i));
      demand(entries.empty() || entries.back().first < seen, "a context out of order");
      entries.emplace_back(seen, usn(from.seen_usns(i)));
    }
    // Only in order, since to sort a long list of lies would take quadratic time.
    return wrong.empty() ? Context::of(entries) : Context{};
  }

  Message read(const form::JoinRequest& from) {
    return JoinRequest{from.secret(), name(from.controller()), name(from.site()),
                       from.signing_request()};
  }

  Message read(const form::JoinAnswer& from) {
    return JoinAnswer{from.certificate(), from.authority(), from.forest(), text(from.error())};
  }

  std::vector<InvocationId> originators_;  ///< Of the page being read.
};

}  // namespace

base::Result<Message> read_form(const form::Envelope& envelope) {
  FormReader reader;
  Message message = reader.read(envelope);
  if (!reader.wrong.empty()) {
    return base::fail(base::Errc::damaged,
                      fmt::format("frame: {}; closing the connection", reader.wrong));
  }
  return message;
}

}  // namespace ringspan::replicator::wire
