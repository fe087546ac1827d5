// A sleeping standby as the engine deals with it: what it asks, and what it makes of the answers.

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "replicator/engine/engine.hpp"
#include "replicator/engine/genesis.hpp"
#include "replicator/store/memory_store.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using namespace std::chrono_literals;

constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

struct Numbers : GuidSource {
  base::Guid next() override {
    base::Guid guid;
    guid.bytes[15] = ++last;
    return guid;
  }
  std::uint8_t last = 100;
};

const auto kSource = id<ControllerId>(7);
const auto kTheirs = id<InvocationId>(8);

class Probe : public testing::Test {
 protected:
  Probe()
      : forest_(sample_forest("two-sites")),
        identity_{.controller = forest_.controllers.front().id,
                  .invocation = id<InvocationId>(1),
                  .contexts = *contexts_of(forest_, forest_.controllers.front())},
        context_(identity_.contexts.front().id) {
    create_genesis(store_, guids_, identity_, kNow);
    engine_.emplace(store_, guids_, identity_);
    request_ = asked(engine_->step(std::vector<Event>{PartnersChanged{{standby()}}}, kNow));
  }

  Partner standby() const {
    return {.source = kSource, .naming_contexts = {context_}, .standby = true};
  }

  /// The one request among the effects.
  static GetChanges asked(const Effects& effects) {
    std::vector<GetChanges> requests;
    for (const Outgoing& outgoing : effects.send) {
      if (const auto* request = std::get_if<GetChanges>(&outgoing.message)) {
        requests.push_back(*request);
      }
    }
    EXPECT_EQ(requests.size(), 1U);
    return requests.empty() ? GetChanges{} : requests.front();
  }

  Page page(std::uint64_t usn) const {
    return {.request = request_.request,
            .naming_context = context_,
            .source = kTheirs,
            .objects = {},
            .end = {.source = kTheirs, .usn = Usn(usn), .settled = {}},
            .vector = std::nullopt};
  }

  Effects answered(const Page& page, base::Time now) {
    return engine_->step(std::vector<Event>{PageArrived{kSource, page, 10}}, now);
  }

  HighWatermark watermark() {
    const auto record = store_.read()->source(kSource, context_);
    return record ? record->watermark : HighWatermark{};
  }

  sites::Forest forest_;
  Identity identity_;
  NamingContextId context_;
  store::MemoryStore store_;
  Numbers guids_;
  std::optional<Engine> engine_;
  GetChanges request_;
};

TEST_F(Probe, AsksForNoObjectAndForNoNotice) {
  EXPECT_EQ(request_.limits.objects, 0U);
  EXPECT_FALSE(request_.notify);
}

TEST_F(Probe, WhereNothingIsLackedIsKept) {
  Page nothing = page(9);
  nothing.vector = UpToDatenessVector{};
  nothing.end.settled = Usn(9);
  const Effects effects = answered(nothing, kNow);
  EXPECT_EQ(watermark(), nothing.end);
  EXPECT_EQ(effects.wake_at, kNow + kHeartbeat);
}

TEST_F(Probe, WhatIsStillLackedAfterTenSecondsIsFetched) {
  for (const base::Duration after : std::vector<base::Duration>{0s, 5s}) {
    const Effects effects = answered(page(3), kNow + after);
    EXPECT_TRUE(effects.switches.empty());
    const Effects later = engine_->step({}, kNow + after + 5s);  // time alone proves nothing
    EXPECT_TRUE(later.switches.empty());
    request_ = asked(later);
    EXPECT_EQ(request_.limits.objects, 0U);
  }
  const Effects effects = answered(page(3), kNow + 10s);
  ASSERT_EQ(effects.switches.size(), 1U);
  EXPECT_TRUE(effects.switches.front().awake);
  const GetChanges fetch = asked(effects);
  EXPECT_GT(fetch.limits.objects, 0U);
  EXPECT_TRUE(fetch.notify);
  EXPECT_EQ(fetch.after.usn, Usn(3));
}

/// Pages of an earlier life of this controller may still arrive. What it brings is not applied, so
/// where it ends must not be taken for where we are.
TEST_F(Probe, APageWithObjectsIsNoAnswerToAProbe) {
  Page other = page(9);
  other.objects.push_back({.id = ObjectId(id<InvocationId>(3).value), .attributes = {}});
  other.vector = UpToDatenessVector{};
  answered(other, kNow);
  EXPECT_EQ(watermark(), HighWatermark{});
}

}  // namespace
}  // namespace ringspan::tests
