#include "cli/write_request.hpp"

#include <nlohmann/json.hpp>

namespace ringspan::cli {

nlohmann::json write_request(std::string_view ask, std::string_view dn,
                             const std::vector<Assigned>& assigned) {
  nlohmann::json attributes = nlohmann::json::object();
  for (const auto& [attribute, values] : assigned)
    attributes[attribute] = values;
  return {{"ask", ask}, {"dn", dn}, {"attributes", attributes}};
}

}  // namespace ringspan::cli
