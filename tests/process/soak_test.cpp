// Full load on six real controllers for RINGSPAN_SOAK_SECONDS: what they take of the machine at a
// third of it they take at its end.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "three_sites.hpp"
#include "writing_person.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;

// An allocator that keeps what was freed, to find who uses it, grows.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kMemoryIsOurs = false;
#else
constexpr bool kMemoryIsOurs = true;
#endif

constexpr std::uint64_t kMiB = 1U << 20U;

/// The log of writes grows to 4000 pages before it is taken into the database, and keeps its size.
constexpr std::uint64_t kLog = 20 * kMiB;

/// What a process takes.
struct Taken {
  std::uint64_t memory = 0;    ///< Resident bytes.
  std::uint64_t files = 0;     ///< Open descriptors.
  std::uint64_t database = 0;  ///< Bytes, its log of writes included.
};

Taken taken_by(Controller& controller) {
  const auto process = std::filesystem::path("/proc") / std::to_string(controller.process().id());
  Taken taken;
  std::ifstream status(process / "status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:" && status >> taken.memory) taken.memory *= 1024;
  }
  taken.files = static_cast<std::uint64_t>(
      std::distance(std::filesystem::directory_iterator(process / "fd"), {}));
  for (const auto& entry : std::filesystem::directory_iterator(controller.data())) {
    if (entry.path().filename().string().rfind("directory.sqlite", 0) != 0) continue;
    std::error_code gone;
    const auto size = entry.file_size(gone);
    if (!gone) taken.database += size;
  }
  return taken;
}

TEST(Soak, WhatControllersTakeUnderFullLoadDoesNotGrow) {
  const std::chrono::seconds whole(from_environment("RINGSPAN_SOAK_SECONDS", 9));
  ThreeSites forest;
  forest.found();
  ASSERT_TRUE(eventually([&] { return forest.all_take_writes(); }));
  std::atomic<std::uint64_t> writes = 0;
  const std::function<void()> counts = [&] { ++writes; };
  std::map<std::string, std::unique_ptr<WritingPerson>> writers;
  for (const std::string& name : forest.names()) {
    writers[name] = std::make_unique<WritingPerson>(forest.at(name).data(), name, counts);
  }
  const auto begun = std::chrono::steady_clock::now();
  std::map<std::string, Taken> third;
  for (const auto& until : {whole / 3, whole}) {
    // Somebody who watches is part of the load.
    for (std::size_t at = 0; std::chrono::steady_clock::now() < begun + until; ++at)
      forest.at(forest.names()[at % forest.names().size()]).ask({{"ask", "status"}});
    if (until != whole) {
      for (const std::string& name : forest.names())
        third[name] = taken_by(forest.at(name));
    }
  }
  std::map<std::string, std::uint64_t> acknowledged;
  std::cout << "controller    MiB  MiB at a third  files  at a third  database  at a third\n";
  for (const std::string& name : forest.names()) {
    const Taken end = taken_by(forest.at(name));
    const Taken& before = third[name];
    std::cout << fmt::format("{:<12} {:>4}  {:>14}  {:>5}  {:>10}  {:>8}  {:>10}\n", name,
                             end.memory / kMiB, before.memory / kMiB, end.files, before.files,
                             end.database, before.database);
    if (kMemoryIsOurs) {
      EXPECT_LE(end.memory, before.memory + before.memory / 5 + 8 * kMiB) << name;
    }
    EXPECT_LE(end.files, before.files + 8) << name;
    EXPECT_LE(end.database, before.database + before.database / 5 + kLog) << name;
  }
  for (const auto& [name, writer] : writers) {
    writer->stop();
    acknowledged.merge(writer->acknowledged());
    EXPECT_TRUE(writer->refused().empty()) << name << ": " << writer->refused().front();
  }
  std::cout << writes << " writes acknowledged in " << whole.count() << " s\n";
  EXPECT_TRUE(eventually([&] { return forest.all_equal(); })) << "they do not become equal";
  for (const std::string& name : forest.names())
    EXPECT_EQ(missing_of(forest.at(name), acknowledged), "") << name;
}

}  // namespace
}  // namespace ringspan::tests
