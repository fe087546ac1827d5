// invite, and the joiner's request: how a controller becomes a member.

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/net/authority.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/service.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::replicator::net {
namespace {

std::string site_of(const ServiceGround& ground, const sites::Controller& controller) {
  const auto* site = sites::find_site(ground.home.forest, controller.site);
  return site == nullptr ? std::string() : site->name;
}

/// Only where the authority's key lies can certificates be made.
base::Result<Authority> load_authority(const ServiceGround& ground) {
  const DataFolder& folder = ground.home.folder;
  auto key = read_file(folder.authority_key());
  if (!key) {
    return base::fail(base::Errc::refused,
                      fmt::format("{}: the forest authority's key is not here; ask the controller "
                                  "that ringspan init made",
                                  ground.name()));
  }
  auto certificate = read_file(folder.authority());
  if (!certificate) return base::fail(certificate.error());
  return Authority::load(ground.home.forest.id, *std::move(certificate), *std::move(key));
}

base::Result<wire::JoinAnswer> issue(const ServiceGround& ground, const wire::JoinRequest& request,
                                     base::Time now) {
  const auto* controller = sites::find_controller(ground.home.forest, request.controller);
  if (controller == nullptr) {
    return base::fail(base::Errc::refused,
                      fmt::format("controller {}: not invited here", request.controller));
  }
  const auto authority = load_authority(ground);
  if (!authority) return base::fail(authority.error());
  auto redeemed = ground.tokens.redeem(request.secret, controller->name, request.site, now);
  if (!redeemed) return base::fail(redeemed.error());
  auto certificate =
      authority->issue_controller(request.signing_request, controller->id, controller->name, now);
  if (!certificate) return base::fail(certificate.error());
  return wire::JoinAnswer{.certificate = *std::move(certificate),
                          .authority = authority->certificate(),
                          .forest = sites::write_forest(ground.home.forest),
                          .error = {}};
}

}  // namespace

base::Result<Json> answer_invite(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "controller"}); !known) return base::fail(known.error());
  const auto name = asked.text("controller");
  if (!name) return base::fail(name.error());
  const auto* controller = sites::find_controller(ground.home.forest, *name);
  if (controller == nullptr || controller->id == ground.identity.controller) {
    return base::fail(
        base::Errc::not_found,
        fmt::format("controller {}: {}", *name,
                    controller == nullptr
                        ? "not in the forest definition; add it there with its site and address"
                        : "it is this one"));
  }
  const auto authority = load_authority(ground);
  if (!authority) return base::fail(authority.error());
  const auto print = fingerprint(authority->certificate());
  if (!print) return base::fail(print.error());
  const base::Time now = wall_clock();
  const std::string site = site_of(ground, *controller);
  auto secret = ground.tokens.invite(controller->name, site, now);
  if (!secret) return base::fail(secret.error());
  const std::string& address =
      ground.me().address.empty() ? ground.home.controller.listen : ground.me().address;
  const JoinToken token{address, controller->name, site, *print, *secret};
  spdlog::info("{} is invited to join until {}", controller->name,
               base::to_string(now + JoinTokens::kLife));
  return Json{{"token", token.to_string()},
              {"controller", controller->name},
              {"site", site},
              {"expires", base::to_string(now + JoinTokens::kLife)}};
}

wire::JoinAnswer admit(const ServiceGround& ground, const wire::JoinRequest& request,
                       const std::string& remote, base::Time now) {
  auto answer = issue(ground, request, now);
  if (answer) {
    spdlog::info("{} at {}: has joined the forest", request.controller, remote);
    return *std::move(answer);
  }
  spdlog::warn("peer {} refused: asks to join: {}", remote, answer.error().message);
  return {.certificate = {}, .authority = {}, .forest = {}, .error = answer.error().message};
}

}  // namespace ringspan::replicator::net
