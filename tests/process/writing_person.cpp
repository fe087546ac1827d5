#include "writing_person.hpp"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kObjects = 20;

}  // namespace

int from_environment(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoi(text);
}

WritingPerson::WritingPerson(std::filesystem::path data, std::string name,
                             const std::function<void()>& counts)
    : data_(std::move(data)), name_(std::move(name)), counts_(counts) {
  thread_ = std::thread([this] { write_on(); });
}

void WritingPerson::stop() {
  stops_ = true;
  if (thread_.joinable()) thread_.join();
}

std::map<std::string, std::uint64_t> WritingPerson::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::vector<std::string> WritingPerson::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

void WritingPerson::write_on() {
  std::optional<replicator::net::AdminClient> client;
  for (std::uint64_t value = 1; !stops_; ++value) {
    if (!client && !eventually([&] { return stops_ || connects(client); })) return;
    if (!client) continue;
    const auto dn = fmt::format("cn={} {},dc=corp,dc=example", name_, value % kObjects);
    const auto answer = ask(*client, dn, value);
    if (answer) {
      note(dn, value, *answer);
    } else {
      client.reset();
    }
  }
}

bool WritingPerson::connects(std::optional<replicator::net::AdminClient>& client) const {
  auto connected = replicator::net::AdminClient::connect(data_, 1s);
  if (connected) client.emplace(*std::move(connected));
  return client.has_value();
}

// Whether the object is there is known only where its addition was answered.
std::optional<Json> WritingPerson::ask(replicator::net::AdminClient& client, const std::string& dn,
                                       std::uint64_t value) const {
  const Json attributes{{"title", Json::array({std::to_string(value)})}};
  for (const char* what : {"set", "add"}) {
    const Json request{{"ask", what}, {"dn", dn}, {"attributes", attributes}};
    const auto answer = client.ask(request.dump(), 20s);
    if (!answer) return std::nullopt;
    Json said = Json::parse(*answer);
    if (!said.contains("error") || said.at("error").at("code") != "not_found") return said;
  }
  return std::nullopt;
}

void WritingPerson::note(const std::string& dn, std::uint64_t value, const Json& answer) {
  {
    const std::lock_guard lock(mutex_);
    if (answer.contains("error")) {
      refused_.push_back(answer.dump());
      return;
    }
    acknowledged_[dn] = value;
  }
  counts_();
}

std::string missing_of(Controller& at, const std::map<std::string, std::uint64_t>& acknowledged) {
  std::string missing;
  for (const auto& [dn, value] : acknowledged) {
    const Json seen = at.ask({{"ask", "get"}, {"dn", dn}});
    const std::string held =
        seen.contains("error") ? "nothing" : seen.at("attributes").at("title").at(0);
    if (held == "nothing" || std::stoull(held) < value) {
      missing += fmt::format("{}: {} of {}\n", dn, held, value);
    }
  }
  return missing;
}

}  // namespace ringspan::tests
