#pragma once

namespace ringspan::replicator::net {

/// For std::unique_ptr of a C library's object: Freed<X509_free> calls that function.
template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* owned) const {
    Free(owned);
  }
};

}  // namespace ringspan::replicator::net
