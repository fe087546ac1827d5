#pragma once

// LdifText: entries as ldifde writes them and ldifde and ldbadd load them (RFC 2849).
//
//     LdifText text;
//     text.begin(dn, {"siteLink"});
//     text.put("cost", "100");
//     text.end();
//     out << text.take();

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "sites/dn.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// RFC 2849's SAFE-STRING, and no space at its end.
bool is_plain_in_ldif(std::string_view value);

/// Lines folded at 76 bytes, line ends LF, base64 where a value is no plain text.
class LdifText {
 public:
  /// `changetype: add` of an object of these classes and of top; end() ends it.
  void begin(const Dn& dn, std::initializer_list<std::string_view> classes);
  void put(std::string_view attribute, std::string_view value);
  void put(std::string_view attribute, const Dn& value) { put(attribute, value.to_string()); }
  void put_schedule(const Schedule& schedule);  ///< Nothing where it is always open.
  void end() { text_ += '\n'; }

  /// One line, between entries; `words` are plain.
  void remark(std::string_view words);

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// Where in the directory the parts of a forest lie.
struct LdifNames {
  explicit LdifNames(const Forest& forest);

  Dn root;  ///< The root domain; empty if the forest has none.
  Dn configuration;
  Dn sites;
  Dn transport;
  std::map<SiteId, Dn> site;
  std::map<ControllerId, Dn> agent;  ///< CN=NTDS Settings of each controller.
};

/// CN=<name>,<parent>
Dn name_below(const Dn& parent, std::string_view name);

}  // namespace ringspan::sites
