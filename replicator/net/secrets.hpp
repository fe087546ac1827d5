#pragma once

// Chance and hashes: the few cryptographic words that are not certificates.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ringspan::replicator::net {

/// Sixteen bytes of the system's chance.
std::array<std::uint8_t, 16> random_bytes();

std::string to_hex(std::string_view bytes);  ///< Lower case.

/// SHA-256 of `text` as lower-case hex.
std::string sha256(std::string_view text);

/// The same of a file of any length; nullopt if it cannot be read.
std::optional<std::string> sha256_of(const std::filesystem::path& file);

/// Takes the same time wherever the two differ.
bool equal_secrets(std::string_view ours, std::string_view theirs);

}  // namespace ringspan::replicator::net
