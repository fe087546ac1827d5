#include "tests/unit/random_values.hpp"

#include <algorithm>

namespace ringspan::tests {

using namespace replicator;

std::string random_bytes(base::Rng& rng, std::size_t most) {
  std::string bytes(rng.below(most + 1), '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(rng.next());
  return bytes;
}

std::string random_word(base::Rng& rng, std::size_t most) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string word(1 + rng.below(most), '\0');
  for (char& letter : word)
    letter = letters[rng.below(letters.size())];
  return word;
}

InvocationId random_originator(base::Rng& rng) {
  if (rng.chance(1, 4)) return InvocationId{rng.guid()};
  return InvocationId{base::Guid::from_name({}, std::to_string(rng.below(5)))};
}

Stamp random_stamp(base::Rng& rng) {
  return {.version = static_cast<std::uint32_t>(rng.next() >> (32 + rng.below(32))),
          .time = base::Time{base::Duration{rng.below(253'402'300'800'000)}},
          .originator = random_originator(rng),
          .usn = Usn{rng.next() >> (1 + rng.below(62))}};
}

Context random_context(base::Rng& rng) {
  Context context;
  for (auto left = rng.below(4); left > 0; --left)
    context.note(random_stamp(rng));
  return context;
}

UpToDatenessVector random_vector(base::Rng& rng) {
  UpToDatenessVector vector;
  for (auto left = rng.below(8); left > 0; --left) {
    const Stamp stamp = random_stamp(rng);
    Cursor cursor{.usn = stamp.usn,
                  .time = stamp.time,
                  .horizon = random_stamp(rng).time,
                  .controller = rng.chance(1, 2) ? ControllerId(rng.guid()) : ControllerId{},
                  .cut = rng.chance(1, 8)};
    if (rng.chance(1, 2)) {
      cursor.mark = {.ordinal = static_cast<std::uint32_t>(1 + rng.below(1'000)),
                     .word = static_cast<std::uint32_t>(rng.next()),
                     .start = Usn{rng.next() >> (1 + rng.below(62))}};
    }
    vector.merge(stamp.originator, cursor);
  }
  return vector;
}

namespace {

std::vector<std::string> random_values(base::Rng& rng) {
  std::vector<std::string> values;
  for (auto left = rng.below(4); left > 0; --left)
    values.push_back(random_bytes(rng, 40));
  return value_set(std::move(values));
}

std::vector<std::string> random_place(base::Rng& rng) {
  return to_values({ObjectId{rng.guid()}, sites::Rdn{"cn", random_word(rng, 20)}});
}

}  // namespace

Object random_object(base::Rng& rng) {
  Object object{.id = ObjectId{rng.guid()},
                .naming_context = NamingContextId{rng.guid()},
                .attributes = {},
                .usn = Usn{rng.below(1'000'000)},
                .unplaced = rng.chance(1, 5)};
  const auto add = [&](std::string_view name, std::vector<std::string> values) {
    object.attributes[std::string(name)] = {std::move(values), random_stamp(rng),
                                            random_context(rng), random_context(rng),
                                            Usn{rng.below(1'000)}};
  };
  for (auto left = rng.below(10); left > 0; --left)
    add(random_word(rng, 12), random_values(rng));
  if (rng.chance(1, 4)) add(kIsDeleted, {"TRUE"});
  add(kName, random_place(rng));
  return object;
}

Page random_page(base::Rng& rng, std::size_t most_objects) {
  Page page{.request = rng.next(),
            .naming_context = NamingContextId{rng.guid()},
            .source = random_originator(rng),
            .objects = {},
            .links = {},
            .end = {random_originator(rng), Usn{rng.below(1'000'000)}, Usn{rng.below(1'000)}},
            .vector = std::nullopt};
  if (rng.chance(1, 2)) page.vector = random_vector(rng);
  for (auto left = rng.below(most_objects + 1); left > 0; --left) {
    const Object object = random_object(rng);
    ObjectChange change{object.id, {}};
    for (const auto& [name, attribute] : object.attributes) {
      if (!change.attributes.empty() && rng.chance(1, 3)) continue;
      change.attributes.push_back({name, attribute.values, attribute.stamp, attribute.context});
    }
    page.objects.push_back(std::move(change));
  }
  for (auto left = rng.below(most_objects + 1); left > 0; --left) {
    page.links.push_back({.id = {ObjectId{rng.guid()}, random_word(rng, 12), ObjectId{rng.guid()}},
                          .present = rng.chance(2, 3),
                          .created = random_stamp(rng).time,
                          .stamp = random_stamp(rng),
                          .context = random_context(rng)});
  }
  page.selection.only = rng.chance(1, 3);
  for (auto left = rng.below(4); left > 0; --left)
    page.selection.names.insert(random_word(rng, 12));
  return page;
}

std::string corrupted(base::Rng& rng, std::string bytes) {
  for (auto left = 1 + rng.below(4); left > 0; --left) {
    const std::size_t at = rng.below(bytes.size() + 1);
    const std::size_t length = std::min<std::size_t>(rng.below(20), bytes.size() - at);
    switch (rng.below(5)) {
      case 0:
        bytes.erase(at, length);
        break;
      case 1:
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 2:
        bytes.insert(at, random_bytes(rng, 12));
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng.below(8)));
        break;
    }
  }
  return bytes;
}

}  // namespace ringspan::tests
