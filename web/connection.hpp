#pragma once

#include "web/ground.hpp"

namespace ringspan::web {

/// Serves the HTTP connection on an accepted `socket`, ours from now on, until it ends: five
/// seconds for the TLS handshake and for each request's head, 16 KiB of head, 1 MiB of body.
void serve_connection(int socket, Ground& ground);

}  // namespace ringspan::web
