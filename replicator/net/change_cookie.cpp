#include "replicator/net/change_cookie.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "sites/base64.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::string_view kMark = "rsc1.";
constexpr std::size_t kGuid = 16;

void write_guid(base::ByteWriter& out, const base::Guid& guid) {
  out.raw(guid.to_bytes());
}

base::Guid read_guid(base::ByteReader& in) {
  return base::Guid::from_bytes(in.raw(kGuid)).value_or(base::Guid{});
}

Reading read_reading(base::ByteReader& in) {
  Reading reading;
  reading.after.source = InvocationId(read_guid(in));
  reading.after.usn = Usn(in.varint());
  reading.after.settled = Usn(in.varint());
  reading.time = base::Time(base::Duration(in.zigzag()));
  reading.selection = to_selection(in.text());
  for (std::size_t left = in.count(kGuid + 1); left > 0; --left) {
    const InvocationId originator(read_guid(in));
    reading.known.merge(originator, {.usn = Usn(in.varint()), .time = {}});
  }
  return reading;
}

}  // namespace

std::string to_text(const ChangeCookie& cookie) {
  base::ByteWriter out;
  out.varint(cookie.size());
  for (const auto& [context, reading] : cookie) {
    write_guid(out, context.value);
    write_guid(out, reading.after.source.value);
    out.varint(reading.after.usn.value);
    out.varint(reading.after.settled.value);
    out.zigzag(reading.time.time_since_epoch().count());
    out.text(to_text(reading.selection));
    out.varint(reading.known.cursors().size());
    for (const auto& [originator, cursor] : reading.known.cursors()) {
      write_guid(out, originator.value);
      out.varint(cursor.usn.value);
    }
  }
  std::string text = sites::to_base64(out.take());
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return std::string(kMark) + text.substr(0, text.find('='));
}

base::Result<ChangeCookie> read_cookie(std::string_view text) {
  const auto wrong = [] {
    return base::fail(base::Errc::invalid,
                      "the cookie is none of `ringspan changes`; give one as it was printed, or "
                      "\"now\"");
  };
  if (!text.starts_with(kMark)) return wrong();
  std::string base64(text.substr(kMark.size()));
  std::ranges::replace(base64, '-', '+');
  std::ranges::replace(base64, '_', '/');
  base64.append((4 - base64.size() % 4) % 4, '=');
  const auto bytes = sites::from_base64(base64);
  if (!bytes) return wrong();
  base::ByteReader in(*bytes);
  ChangeCookie cookie;
  for (std::size_t left = in.count(2 * kGuid + 5); left > 0; --left) {
    const NamingContextId context(read_guid(in));
    cookie[context] = read_reading(in);
  }
  if (!in.ok() || !in.at_end()) return wrong();
  return cookie;
}

}  // namespace ringspan::replicator::net
