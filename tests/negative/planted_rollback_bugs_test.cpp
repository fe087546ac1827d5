// Planted bugs of disks that were put back: numbers alone, and a cut that does not spread, must be
// noticed.

#include <gtest/gtest.h>

#include <variant>

#include "tests/negative/scenario_with_bug.hpp"

namespace ringspan::tests {
namespace {

using replicator::ControllerId;
using replicator::Cursor;
using replicator::GetChanges;
using replicator::Page;
using replicator::UpToDatenessVector;

/// Every cursor and watermark that is sent passes through `change`.
template <typename Change>
Adjust cursors_sent_through(Change change) {
  return [change](replicator::simulator::WorldOptions& options) {
    options.tamper = [change](ControllerId, ControllerId, std::variant<GetChanges, Page>& message) {
      const auto rewrite = [&](UpToDatenessVector& vector) {
        UpToDatenessVector changed;
        for (const auto& [originator, cursor] : vector.cursors())
          changed.merge(originator, change(cursor));
        vector = changed;
      };
      if (auto* request = std::get_if<GetChanges>(&message)) {
        rewrite(request->known);
        request->after.mark = {};
      } else if (auto& page = std::get<Page>(message); page.vector) {
        rewrite(*page.vector);
      }
    };
  };
}

TEST(PlantedBug, NumbersWithoutMarks) {
  const auto without_marks = [](Cursor cursor) {
    cursor.mark = {};
    return cursor;
  };
  expect_caught("rollback_whose_counter_has_overtaken_its_partners.scn",
                cursors_sent_through(without_marks), "expect within 1m quarantined b1",
                "that it is not");
}

TEST(PlantedBug, ACutThatNobodyHearsOf) {
  const auto uncut = [](Cursor cursor) {
    cursor.cut = false;
    return cursor;
  };
  expect_caught("rollback_reaches_others_before_it_is_found.scn", cursors_sent_through(uncut),
                "expect all @alice title=Head phone=3", "title");
}

}  // namespace
}  // namespace ringspan::tests
