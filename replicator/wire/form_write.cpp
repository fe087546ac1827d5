#include <map>

#include "replication.pb.h"
#include "replicator/wire/form.hpp"

namespace ringspan::replicator::wire {
namespace {

std::int64_t number_of(base::Time time) {
  return time.time_since_epoch().count();
}

void write(const Mark& mark, form::Mark& to) {
  to.set_ordinal(mark.ordinal);
  to.set_word(mark.word);
  to.set_start(mark.start.value);
}

void write(const HighWatermark& watermark, form::Watermark& to) {
  to.set_source(watermark.source.value.to_bytes());
  to.set_usn(watermark.usn.value);
  to.set_settled(watermark.settled.value);
  if (watermark.mark.ordinal != 0) write(watermark.mark, *to.mutable_mark());
}

void write(const UpToDatenessVector& vector, form::Vector& to) {
  for (const auto& [originator, cursor] : vector.cursors()) {
    auto& entry = *to.add_cursors();
    entry.set_originator(originator.value.to_bytes());
    entry.set_usn(cursor.usn.value);
    entry.set_time(number_of(cursor.time));
    if (cursor.mark.ordinal != 0) write(cursor.mark, *entry.mutable_mark());
    entry.set_cut(cursor.cut);
    entry.set_horizon(number_of(cursor.horizon));
    if (cursor.controller != ControllerId{}) {
      entry.set_controller(cursor.controller.value.to_bytes());
    }
  }
}

/// Gives each originator of a page its place in the page's list, in the order of first use.
class Places {
 public:
  explicit Places(form::Page& page) : page_(page) {}

  std::uint32_t of(InvocationId originator) {
    const auto [at, fresh] =
        places_.try_emplace(originator, static_cast<std::uint32_t>(places_.size()));
    if (fresh) page_.add_originators(originator.value.to_bytes());
    return at->second;
  }

 private:
  form::Page& page_;
  std::map<InvocationId, std::uint32_t> places_;
};

/// Stamp and context, the same of an attribute and of a link.
template <typename Change, typename Form>
void write_history(const Change& change, Places& places, Form& to) {
  to.set_version(change.stamp.version);
  to.set_time(number_of(change.stamp.time));
  to.set_originator(places.of(change.stamp.originator));
  to.set_usn(change.stamp.usn.value);
  for (const auto& [originator, usn] : change.context.entries()) {
    to.add_seen_originators(places.of(originator));
    to.add_seen_usns(usn.value);
  }
}

void write(const AttributeChange& change, Places& places, form::AttributeChange& to) {
  to.set_name(change.name);
  to.mutable_values()->Reserve(static_cast<int>(change.values.size()));
  for (const auto& value : change.values)
    to.add_values(value);
  write_history(change, places, to);
}

void write(const LinkChange& change, Places& places, form::LinkChange& to) {
  to.set_source(change.id.source.value.to_bytes());
  to.set_attribute(change.id.attribute);
  to.set_target(change.id.target.value.to_bytes());
  to.set_present(change.present);
  to.set_created(number_of(change.created));
  write_history(change, places, to);
}

void write(const Hello& hello, form::Envelope& envelope) {
  auto& to = *envelope.mutable_hello();
  to.set_lowest_version(hello.lowest_version);
  to.set_highest_version(hello.highest_version);
  to.set_controller(hello.controller.value.to_bytes());
  to.set_invocation(hello.invocation.value.to_bytes());
  to.set_name(hello.name);
  to.set_time(number_of(hello.time));
}

void write(const GetChanges& request, form::Envelope& envelope) {
  auto& to = *envelope.mutable_get_changes();
  to.set_request(request.request);
  to.set_naming_context(request.naming_context.value.to_bytes());
  write(request.after, *to.mutable_after());
  write(request.known, *to.mutable_known());
  to.set_most_objects(request.limits.objects);
  to.set_most_bytes(request.limits.bytes);
  to.set_notify(request.notify);
  to.set_call_back(request.call_back);
}

void write(const Page& page, form::Envelope& envelope) {
  auto& to = *envelope.mutable_page();
  to.set_request(page.request);
  to.set_naming_context(page.naming_context.value.to_bytes());
  to.set_source(page.source.value.to_bytes());
  write(page.end, *to.mutable_end());
  if (page.vector) write(*page.vector, *to.mutable_vector());
  Places places(to);
  to.mutable_objects()->Reserve(static_cast<int>(page.objects.size()));
  for (const ObjectChange& object : page.objects) {
    auto& entry = *to.add_objects();
    entry.set_id(object.id.value.to_bytes());
    entry.mutable_attributes()->Reserve(static_cast<int>(object.attributes.size()));
    for (const auto& attribute : object.attributes) {
      write(attribute, places, *entry.add_attributes());
    }
  }
  to.mutable_links()->Reserve(static_cast<int>(page.links.size()));
  for (const LinkChange& link : page.links)
    write(link, places, *to.add_links());
  to.set_selects_only(page.selection.only);
  for (const std::string& name : page.selection.names)
    to.add_selected(name);
  to.set_lost_you(page.lost_you);
  to.set_steps_to_loss(page.steps_to_loss);
}

void write(const Refusal& refusal, form::Envelope& envelope) {
  envelope.mutable_refusal()->set_request(refusal.request);
  envelope.mutable_refusal()->set_reason(refusal.reason);
  envelope.mutable_refusal()->set_not_member(refusal.not_member);
}

void write(const Notice& notice, form::Envelope& envelope) {
  envelope.mutable_notice()->set_naming_context(notice.naming_context.value.to_bytes());
}

void write(const Ask& ask, form::Envelope& envelope) {
  auto& to = *envelope.mutable_ask();
  to.set_id(ask.id);
  to.set_json(ask.json);
  to.set_hops(ask.hops);
}

void write(const Answer& answer, form::Envelope& envelope) {
  envelope.mutable_answer()->set_id(answer.id);
  envelope.mutable_answer()->set_json(answer.json);
}

void write(const JoinRequest& request, form::Envelope& envelope) {
  auto& to = *envelope.mutable_join_request();
  to.set_secret(request.secret);
  to.set_controller(request.controller);
  to.set_site(request.site);
  to.set_signing_request(request.signing_request);
}

void write(const JoinAnswer& answer, form::Envelope& envelope) {
  auto& to = *envelope.mutable_join_answer();
  to.set_certificate(answer.certificate);
  to.set_authority(answer.authority);
  to.set_forest(answer.forest);
  to.set_error(answer.error);
}

void write(const Ping& ping, form::Envelope& envelope) {
  envelope.mutable_ping()->set_id(ping.id);
}
void write(const Pong& pong, form::Envelope& envelope) {
  envelope.mutable_pong()->set_id(pong.id);
}

}  // namespace

void write_form(const Message& message, form::Envelope& envelope) {
  std::visit([&](const auto& alternative) { write(alternative, envelope); }, message);
}

}  // namespace ringspan::replicator::wire
