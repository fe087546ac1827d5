#include "replicator/net/join_tokens.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/address.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/secrets.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

std::string encode_name(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  std::string text;
  for (const char letter : name) {
    if (kPlain.find(letter) != std::string_view::npos) {
      text += letter;
    } else {
      text += '%' + to_hex({&letter, 1});
    }
  }
  return text;
}

std::optional<std::string> decode_name(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    unsigned int letter = 0;
    const char* digits = text.data() + i + 1;
    const auto [end, error] = std::from_chars(digits, digits + 2, letter, 16);
    if (error != std::errc{} || end != digits + 2) return std::nullopt;
    name += static_cast<char>(letter);
    i += 2;
  }
  if (name.empty()) return std::nullopt;
  return name;
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of(kHex) == std::string_view::npos;
}

Invitation* find(std::vector<Invitation>& open, const std::string& controller) {
  const auto found = std::find_if(open.begin(), open.end(), [&](const Invitation& invitation) {
    return invitation.controller == controller;
  });
  return found == open.end() ? nullptr : &*found;
}

void drop(std::vector<Invitation>& open, const std::string& controller) {
  std::erase_if(open, [&](const Invitation& other) { return other.controller == controller; });
}

}  // namespace

base::Result<JoinToken> JoinToken::parse(std::string_view text) {
  const auto wrong = [](std::string_view what) {
    return base::fail(base::Errc::invalid,
                      fmt::format("join token: {}; copy the whole line that `ringspan invite` "
                                  "printed",
                                  what));
  };
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (first == std::string_view::npos) return wrong("it is empty");
  text = text.substr(first, last - first + 1);

  std::array<std::string_view, 5> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t slash = text.find('/');
    const bool is_last = i + 1 == parts.size();
    if ((slash == std::string_view::npos) != is_last) return wrong("it has not five parts");
    parts[i] = text.substr(0, slash);
    text.remove_prefix(is_last ? text.size() : slash + 1);
  }
  const auto address = Address::parse(parts[0]);
  if (!address) return wrong(address.error().message);
  const auto controller = decode_name(parts[1]);
  const auto site = decode_name(parts[2]);
  if (!controller || !site) return wrong("a name in it cannot be read");
  if (!is_hex(parts[3], 64)) return wrong("its fingerprint is not 64 hex digits");
  if (!is_hex(parts[4], 32)) return wrong("its secret is not 32 hex digits");
  return JoinToken{address->to_string(), *controller, *site, std::string(parts[3]),
                   std::string(parts[4])};
}

std::string JoinToken::to_string() const {
  return fmt::format("{}/{}/{}/{}/{}", address, encode_name(controller), encode_name(site),
                     fingerprint, secret);
}

base::Result<std::string> JoinTokens::invite(const std::string& controller, const std::string& site,
                                             base::Time now) {
  const std::lock_guard lock(one_at_a_time_);
  auto open = load();
  if (!open) return base::fail(open.error());
  std::erase_if(*open, [&](const Invitation& other) { return other.expires <= now; });
  drop(*open, controller);
  const auto chance = random_bytes();
  const std::string secret = to_hex({reinterpret_cast<const char*>(chance.data()), chance.size()});
  open->push_back({controller, site, sha256(secret), now + kLife, 0});
  if (auto saved = save(*open); !saved) return base::fail(saved.error());
  return secret;
}

base::Result<void> JoinTokens::redeem(std::string_view secret, const std::string& controller,
                                      const std::string& site, base::Time now) {
  const std::lock_guard lock(one_at_a_time_);
  auto open = load();
  if (!open) return base::fail(open.error());
  const auto refuse = [&](std::string_view why) {
    return base::fail(base::Errc::refused,
                      fmt::format("{}: {}; ask for a new token: ringspan invite {}", controller,
                                  why, controller));
  };
  Invitation* invitation = find(*open, controller);
  if (invitation == nullptr) return refuse("no invitation for it is open here");
  if (invitation->expires <= now) {
    drop(*open, controller);
    if (auto saved = save(*open); !saved) return saved;
    return refuse("its invitation has expired");
  }
  const bool right =
      equal_secrets(invitation->secret_hash, sha256(secret)) && invitation->site == site;
  const bool ended = right || ++invitation->wrong_tries >= kTries;
  if (ended) drop(*open, controller);
  if (auto saved = save(*open); !saved) return saved;
  if (right) return {};
  return refuse(ended ? "wrong secret or site, five times: its invitation is void"
                      : "wrong secret or site");
}

base::Result<std::vector<Invitation>> JoinTokens::load() const {
  auto text = read_file(file_);
  if (!text && text.error().code == base::Errc::not_found) return std::vector<Invitation>{};
  if (!text) return base::fail(text.error());
  try {
    std::vector<Invitation> open;
    for (const nlohmann::json& entry : nlohmann::json::parse(*text)) {
      const auto expires = base::parse_time(entry.at("expires").get<std::string>());
      if (!expires) throw std::invalid_argument("expires is no time");
      open.push_back({entry.at("controller"), entry.at("site"), entry.at("secret_sha256"), *expires,
                      entry.at("wrong_tries")});
    }
    return open;
  } catch (const std::exception& trouble) {
    return base::fail(base::Errc::damaged,
                      fmt::format("{}: {}; delete the file: open invitations are then void",
                                  file_.string(), trouble.what()));
  }
}

base::Result<void> JoinTokens::save(const std::vector<Invitation>& open) const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Invitation& invitation : open) {
    list.push_back({{"controller", invitation.controller},
                    {"site", invitation.site},
                    {"secret_sha256", invitation.secret_hash},
                    {"expires", base::to_string(invitation.expires)},
                    {"wrong_tries", invitation.wrong_tries}});
  }
  return write_private(file_, list.dump(2) + "\n");
}

}  // namespace ringspan::replicator::net
