#include "cli/text_invite.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {

Rendered invite_text(const nlohmann::json& answer, const World& world) {
  const auto name = printable(answer.at("controller").get<std::string>());
  const auto site = printable(answer.at("site").get<std::string>());
  return {answer.at("token").get<std::string>() + "\n",
          fmt::format("This token admits {} to site {} once; it expires {}.\n"
                      "Put it in a file of the new machine's and run there:\n"
                      "  ringspan join --token-file FILE --data DIR\n",
                      name, site, relative(answer.at("expires"), world.now())),
          ExitCode::well};
}

}  // namespace ringspan::cli
