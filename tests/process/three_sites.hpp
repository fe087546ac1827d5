#pragma once

// The six controllers of samples/three-sites.json, as an administrator would set them up with the
// program. Between any two sites there is a wire that can be cut.

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "controllers.hpp"

namespace ringspan::tests {

class ThreeSites {
 public:
  ThreeSites();

  /// init at the first controller, the others join it; all serve.
  void found();

  /// Puts another controller into the definition by `ringspan apply` at the first one, lets it join
  /// and serves it; or one after the other.
  void grow(const std::string& name, const std::string& site);
  void define(const std::string& name, const std::string& site);
  void admit(const std::string& name);

  /// The controllers of a site hear only each other until it is healed; whoever asks them from this
  /// machine still reaches them.
  void cut(const std::string& site);
  void heal(const std::string& site);

  /// True once everybody is filled, and writes here and elsewhere.
  bool all_take_writes();

  /// True if all hold the same of everything, at this moment.
  bool all_equal();

  Controller& at(const std::string& name) { return controllers_.at(name); }
  const std::vector<std::string>& names() const { return names_; }  ///< As the file lists them.
  std::filesystem::path file() const { return scratch_.path() / "forest.json"; }

 private:
  using Wire = std::pair<std::string, std::string>;  ///< From a site, to a controller.

  /// Invites it at the first controller and makes its folder.
  void join(const std::string& name);

  /// Has a controller reach those of other sites over the wires of its own.
  void lay_wires(const std::string& name);
  /// Every wire that crosses the border of `site`.
  std::vector<WireCutter*> border(const std::string& site);

  Scratch scratch_;
  std::vector<std::string> names_;
  std::map<std::string, std::string> site_of_;
  std::map<std::string, Controller> controllers_;
  std::map<Wire, WireCutter> wires_;
};

}  // namespace ringspan::tests
