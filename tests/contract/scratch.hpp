#pragma once

#include <filesystem>
#include <string>

#include <stdlib.h>

#include "base/contracts.hpp"

namespace ringspan::tests {

/// A folder of its own that goes when the test is over.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "ringspan-XXXXXX").string();
    EXPECTS(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace ringspan::tests
