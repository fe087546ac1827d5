#pragma once

// Result<T>: the world may say no, and says why.
//
//     Result<Forest> forest = read_forest(text);
//     if (!forest) return fail(forest.error());
//
// Three kinds of trouble, three ways: we are wrong -> contract (contracts.hpp); the world says
// no -> Result; the ground gives way (disk, memory) -> exception, caught once at the rim.

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace ringspan::base {

/// A code exists only where some caller acts on it differently.
enum class Errc {
  invalid,      ///< The input is wrong; asking again the same way cannot help.
  not_found,    ///< No such object, controller, file.
  exists,       ///< The name is taken.
  refused,      ///< Not allowed here or now: policy, role, quarantine, identity.
  unavailable,  ///< Could not be reached or asked; may work later.
  damaged,      ///< Stored or received bytes do not make sense.
};

/// The word of a code in JSON answers: "invalid", "not_found", ...
std::string_view to_string(Errc code);

/// Names the thing, the reason and the remedy: "link London-Narvik: no site named Narvik; ...".
struct Error {
  Errc code = Errc::invalid;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace ringspan::base
