// invite, and the joiner's request: how a controller becomes a member.

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/configuration/configuration.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/service.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::replicator::net {
namespace {

std::string site_of(const ServiceGround& ground, const sites::Controller& controller) {
  const auto* site = sites::find_site(ground.forest(), controller.site);
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
  return Authority::load(ground.forest().id, *std::move(certificate), *std::move(key));
}

base::Result<wire::JoinAnswer> issue(const ServiceGround& ground, const wire::JoinRequest& request,
                                     base::Time now) {
  const auto* controller = sites::find_controller(ground.forest(), request.controller);
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
                          .forest = sites::write_forest(ground.forest()),
                          .error = {}};
}

}  // namespace

base::Result<Json> answer_invite(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "controller"}); !known) return base::fail(known.error());
  const auto name = asked.text("controller");
  if (!name) return base::fail(name.error());
  const auto* controller = sites::find_controller(ground.forest(), *name);
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

/// The joiner is told once its key stands in the configuration: from then on it is a member.
void admit(const ServiceGround& ground, const wire::JoinRequest& request, const std::string& remote,
           base::Time now, JoinTaker taker) {
  const auto refuse = [remote, taker](const base::Error& error) {
    spdlog::warn("peer {} refused: asks to join: {}", remote, error.message);
    taker({.certificate = {}, .authority = {}, .forest = {}, .error = error.message});
  };
  auto answer = issue(ground, request, now);
  if (!answer) return refuse(answer.error());
  const auto* controller = sites::find_controller(ground.forest(), request.controller);
  const auto key = key_of(answer->certificate);
  if (controller == nullptr || !key) return refuse({base::Errc::damaged, "no key was certified"});
  ground.engine.write(
      configuration::membership(controller->id, *key,
                                configuration::slot_for(ground.forest(), *controller)),
      [answer = *std::move(answer), name = controller->name, remote, taker,
       refuse](const base::Result<Written>& written) {
        if (!written) return refuse(written.error());
        spdlog::info("{} at {}: has joined the forest", name, remote);
        taker(answer);
      });
}

}  // namespace ringspan::replicator::net
