#include "replicator/net/retired.hpp"

#include <fmt/format.h>

#include "replicator/net/private_file.hpp"

namespace ringspan::replicator::net {

std::string how_to_return(const std::string& controller) {
  return fmt::format(
      "to have {0} back: put it into the definition (ringspan apply), then ringspan invite {0} and "
      "ringspan join into another folder; nothing of the old folder is used again",
      controller);
}

base::Result<void> note_retired(const DataFolder& folder, const std::string& sentence) {
  return write_private(folder.retired(), sentence + "\n");
}

std::optional<std::string> retired(const DataFolder& folder) {
  auto sentence = read_file(folder.retired());
  if (!sentence) return std::nullopt;
  while (sentence->ends_with('\n'))
    sentence->pop_back();
  return *std::move(sentence);
}

}  // namespace ringspan::replicator::net
