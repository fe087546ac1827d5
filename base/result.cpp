#include "base/result.hpp"

#include "base/contracts.hpp"

namespace ringspan::base {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::invalid:
      return "invalid";
    case Errc::not_found:
      return "not_found";
    case Errc::exists:
      return "exists";
    case Errc::refused:
      return "refused";
    case Errc::unavailable:
      return "unavailable";
    case Errc::damaged:
      return "damaged";
  }
  EXPECTS(false);
}

}  // namespace ringspan::base
