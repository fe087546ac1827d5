#pragma once

// Slots: the numbered places of a large site, on which its mesh is drawn (intrasite.hpp). There are
// as many as the next rung of a fixed ladder, so that a controller that comes or goes moves only
// what stands at its own slot:
//
//     9 controllers, 10 slots     0 1 2 3 4 5 6 7 8 .      slot 9 is vacant; 4 acts for it
//     one more comes              0 1 2 3 4 5 6 7 8 9      and takes over what 4 did for slot 9

#include <cstddef>
#include <map>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::kcc {

/// Slots that controllers were given when they joined.
using StoredSlots = std::map<sites::ControllerId, std::size_t>;

/// The lowest rung that seats `members`: 8, 10, 12 and so on by two, later by 15 in a hundred.
std::size_t slots_for(std::size_t members);

/// How many each slot pulls from: n + 2, where n is the least with slots <= 2n^2 + 6n + 7, and
/// never more than 50 (MS-ADTS 6.2.2.3.3).
std::size_t pulls_of_a_slot(std::size_t slots);

/// Who acts for each of slots_for(members.size()) slots. `members` are sorted and at least one. A
/// member keeps its stored slot; where two claim one, the lower id does. The others take the lowest
/// free one, in the order of ids. A vacant slot is acted for by the next member from a start that
/// spreads the vacancies of a rung over all slots below it.
std::vector<sites::ControllerId> who_acts(const std::vector<sites::ControllerId>& members,
                                          const StoredSlots& stored);

}  // namespace ringspan::kcc
