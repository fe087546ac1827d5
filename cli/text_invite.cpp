#include "cli/text_invite.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {

Rendered invite_text(const nlohmann::json& answer, const World& world) {
  const auto name = printable(answer.at("controller").get<std::string>());
  const auto site = printable(answer.at("site").get<std::string>());
  Rendered told;
  told.text = answer.at("token").get<std::string>() + "\n";
  told.aside = fmt::format("This token admits {} to site {} once; it expires {}.\n", name, site,
                           relative(answer.at("expires"), world.now()));
  // Who pipes the token knows what to do with it.
  if (world.style.width > 0) {
    told.aside += "Put it in a file on the machine of " + name +
                  " and run there:\n  ringspan join --token-file FILE --data DIR\n";
  }
  return told;
}

}  // namespace ringspan::cli
