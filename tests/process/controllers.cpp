#include "controllers.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;

void must(const Ended& ended) {
  if (ended.code != 0) throw std::runtime_error(ended.output);
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string forest_of(std::uint16_t oslo, std::uint16_t nuuk) {
  const auto address = [](std::uint16_t port) { return fmt::format("127.0.0.1:{}", port); };
  const Json forest{{"name", "corp"},
                    {"domains", {{{"dn", "dc=corp,dc=example"}}}},
                    {"sites", {{{"name", "oslo"}}, {{"name", "nuuk"}}}},
                    {"links", {{{"name", "oslo-nuuk"}, {"sites", {"oslo", "nuuk"}}}}},
                    {"controllers",
                     {{{"name", "oslo-1"}, {"site", "oslo"}, {"address", address(oslo)}},
                      {{"name", "nuuk-1"}, {"site", "nuuk"}, {"address", address(nuuk)}}}}};
  return forest.dump(2);
}

}  // namespace

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "ringspan-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Controller::serve() {
  process_ = std::make_unique<Process>(ringspan({"serve", "--data", data_.string()}));
  if (!process_->wait_for_line("serving ")) throw std::runtime_error(process_->output());
}

void Controller::kill_hard() {
  client_.reset();
  process_->signal(SIGKILL);
  process_->wait();
}

Ended Controller::stop() {
  client_.reset();
  process_->signal(SIGTERM);
  return process_->wait();
}

Json Controller::ask(const Json& request) {
  if (!client_) {
    auto client = replicator::net::AdminClient::connect(data_, 10s);
    if (!client) throw std::runtime_error(client.error().message);
    client_.emplace(*std::move(client));
  }
  const auto answer = client_->ask(request.dump(), 60s);
  if (!answer) throw std::runtime_error(answer.error().message);
  return Json::parse(*answer);
}

Json Controller::ask_as(const std::string& token, const Json& request) {
  const auto shown = replicator::net::PersonToken::parse(token);
  if (!shown) throw std::runtime_error(shown.error().message);
  auto client =
      replicator::net::AdminClient::connect(fmt::format("127.0.0.1:{}", port_), *shown, 10s);
  if (!client) throw std::runtime_error(client.error().message);
  const auto answer = client->ask(request.dump(), 60s);
  if (!answer) throw std::runtime_error(answer.error().message);
  return Json::parse(*answer);
}

Json Controller::set(const std::string& dn, const std::string& attribute,
                     const std::string& value) {
  return ask({{"ask", "set"}, {"dn", dn}, {"attributes", {{attribute, Json::array({value})}}}});
}

std::string Controller::dump() {
  Json dump = ask({{"ask", "dump"}});
  dump.erase("controller");
  return dump.dump();
}

Pair::Pair()
    : oslo(scratch.path() / "oslo-1", free_port()),
      nuuk(scratch.path() / "nuuk-1", free_port()),
      to_oslo(oslo.port()),
      to_nuuk(nuuk.port()) {
  write_file(scratch.path() / "forest.json", forest_of(to_oslo.port(), to_nuuk.port()));
}

void Pair::found() {
  must(run(ringspan({"init", (scratch.path() / "forest.json").string(), "--controller", "oslo-1",
                     "--data", oslo.data().string(), "--listen",
                     fmt::format("127.0.0.1:{}", oslo.port())})));
  oslo.serve();
}

void Pair::join_nuuk() {
  admit_nuuk();
  nuuk.serve();
}

void Pair::admit_nuuk() {
  const Json invited = oslo.ask({{"ask", "invite"}, {"controller", "nuuk-1"}});
  const auto token = scratch.path() / "token";
  write_file(token, invited.at("token").get<std::string>());
  must(run(ringspan({"join", "--token-file", token.string(), "--data", nuuk.data().string(),
                     "--listen", fmt::format("127.0.0.1:{}", nuuk.port())})));
}

void Pair::cut() {
  to_oslo.cut();
  to_nuuk.cut();
}

void Pair::mend() {
  to_oslo.mend();
  to_nuuk.mend();
}

bool eventually(const std::function<bool()>& wanted) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!wanted()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
  }
  return true;
}

}  // namespace ringspan::tests
