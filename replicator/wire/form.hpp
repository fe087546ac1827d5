#pragma once

// Messages to and from the form that protobuf generates of replication.proto.

#include "replicator/wire/wire.hpp"

namespace ringspan::replicator::form {
class Envelope;
}

namespace ringspan::replicator::wire {

/// `envelope` must be empty.
void write_form(const Message& message, form::Envelope& envelope);

/// Errc::damaged, naming what is wrong, where the form does not keep a promise of its message.
base::Result<Message> read_form(const form::Envelope& envelope);

}  // namespace ringspan::replicator::wire
