// /metrics: what Prometheus reads, of a status that is literal JSON.

#include "web/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ringspan::web {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kStatus = R"({
  "controllers": [
    {"name": "oslo-1", "site": "oslo", "state": "serving", "objects": 207, "highest_usn": 512,
     "started": "1970-01-01T00:00:10.000Z",
     "paused": {"inbound": null, "outbound": {"by": "alice", "since": "1970-01-01T00:00:11.000Z"}}},
    {"name": "nuuk-1", "site": "nuuk", "state": "silent", "objects": null, "highest_usn": null,
     "started": null},
    {"name": "rome-1", "site": "rome", "state": "not_joined", "objects": null, "highest_usn": null,
     "started": null}],
  "connections": [
    {"destination": "oslo-1", "source": "nuuk-1", "naming_context": "dc=corp,dc=example",
     "standby": true, "state": "failing", "behind_changes": 12, "behind_objects": 4,
     "behind_seconds": 40.5, "last_attempt": "1970-01-01T00:00:20.500Z", "last_success": null,
     "failures": 7, "total": {"objects": 207, "values": 311, "bytes": 20412, "pages": 9}},
    {"destination": "nuuk-1", "source": "oslo-1", "naming_context": "dc=corp,dc=example",
     "standby": false, "state": "silent", "behind_changes": null, "behind_objects": null,
     "behind_seconds": null, "last_attempt": null, "last_success": null, "failures": 0,
     "total": null}],
  "silences": [
    {"controller": "nuuk-1", "naming_context": "dc=corp,dc=example", "share": 0.25,
     "heard": "1970-01-01T00:00:12.000Z", "expires": "1970-01-01T00:01:12.000Z"}]})";

std::string told() {
  return metrics_text(nlohmann::json::parse(kStatus));
}

TEST(Metrics, TellHowLongNobodyHasHeardOfAMember) {
  EXPECT_THAT(told(), HasSubstr("ringspan_silence_ratio{controller=\"nuuk-1\","
                                "naming_context=\"dc=corp,dc=example\"} 0.25\n"));
}

TEST(Metrics, TellOfEachPartnerAndNamingContext) {
  const std::string of =
      R"({source="nuuk-1",destination="oslo-1",naming_context="dc=corp,dc=example"} )";
  for (const char* sample :
       {"lag_changes|12", "lag_objects|4", "lag_seconds|40.5",
        "last_attempt_timestamp_seconds|20.500", "failures|7", "received_bytes_total|20412",
        "received_objects_total|207", "received_values_total|311", "standby|1"}) {
    const std::string text(sample);
    const auto bar = text.find('|');
    EXPECT_THAT(told(),
                HasSubstr("\nringspan_" + text.substr(0, bar) + of + text.substr(bar + 1) + "\n"));
  }
}

TEST(Metrics, TellOfEachControllerWhatItHoldsAndWhetherItIsPaused) {
  const std::string text = told();
  for (const char* sample :
       {R"(ringspan_controller_up{controller="oslo-1",site="oslo"} 1)",
        R"(ringspan_controller_objects{controller="oslo-1",site="oslo"} 207)",
        R"(ringspan_controller_highest_usn{controller="oslo-1",site="oslo"} 512)",
        R"(ringspan_controller_started_timestamp_seconds{controller="oslo-1",site="oslo"} 10.000)",
        R"(ringspan_controller_paused{controller="oslo-1",site="oslo",direction="inbound"} 0)",
        R"(ringspan_controller_paused{controller="oslo-1",site="oslo",direction="outbound"} 1)"}) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(sample) + "\n"));
  }
}

TEST(Metrics, LeaveOutWhatOnlyASilentControllerKnows) {
  const std::string text = told();
  EXPECT_THAT(text, HasSubstr(R"(ringspan_controller_up{controller="nuuk-1",site="nuuk"} 0)"));
  EXPECT_THAT(text, Not(HasSubstr(R"(destination="nuuk-1")")));
  EXPECT_THAT(text, Not(HasSubstr("ringspan_last_success_timestamp_seconds{")));
}

TEST(Metrics, SayNothingOfOneThatHasNotJoined) {
  EXPECT_THAT(told(), Not(HasSubstr("rome-1")));
}

}  // namespace
}  // namespace ringspan::web
