#include "replicator/net/controller.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "base/contracts.hpp"
#include "replicator/net/node.hpp"
#include "replicator/net/private_file.hpp"

namespace ringspan::replicator::net {
namespace {

/// Waits for SIGINT, SIGTERM or the node's own end, whichever comes first. Blocks both signals in
/// the thread that makes it and in every thread that this one starts later.
class StopSignal {
 public:
  StopSignal() {
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    ENSURES(pthread_sigmask(SIG_BLOCK, &stops, &before_) == 0);
    signals_ = ::signalfd(-1, &stops, SFD_CLOEXEC);
    ends_ = ::eventfd(0, EFD_CLOEXEC);
    ENSURES(signals_ >= 0 && ends_ >= 0);
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal() {
    ::close(signals_);
    ::close(ends_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  /// From any thread.
  void end(const NodeEnd& end) {
    const std::lock_guard lock(mutex_);
    end_ = end;
    ::eventfd_write(ends_, 1);
  }

  /// The node's own end, if it was one; the next wait is for another.
  std::optional<NodeEnd> wait() {
    pollfd ends[] = {{signals_, POLLIN, 0}, {ends_, POLLIN, 0}};
    while (::poll(ends, 2, -1) < 0) {
    }
    signalfd_siginfo taken{};
    if (ends[0].revents != 0) {
      static_cast<void>(::read(signals_, &taken, sizeof taken));  // it must not stay pending
      return std::nullopt;
    }
    eventfd_t count = 0;
    ::eventfd_read(ends_, &count);
    const std::lock_guard lock(mutex_);
    return std::exchange(end_, std::nullopt);
  }

 private:
  sigset_t before_{};
  int signals_ = -1;
  int ends_ = -1;
  std::mutex mutex_;
  std::optional<NodeEnd> end_;
};

/// The text of a line: on one line whatever a peer has put into its name.
class LineText final : public spdlog::custom_flag_formatter {
 public:
  explicit LineText(LogForm form) : form_(form) {}

  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& line) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    std::string quoted =
        nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (form_ == LogForm::text) {
      const bool plain = std::ranges::none_of(
          text, [](char letter) { return static_cast<unsigned char>(letter) < ' '; });
      quoted = plain ? std::string(text) : quoted.substr(1, quoted.size() - 2);
    }
    line.append(quoted.data(), quoted.data() + quoted.size());
  }

  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<LineText>(form_);
  }

 private:
  LogForm form_;
};

LogLevel level_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return LogLevel::debug;
    case spdlog::level::warn:
      return LogLevel::warning;
    case spdlog::level::err:
      return LogLevel::error;
    case spdlog::level::critical:
      return LogLevel::critical;
    default:
      return LogLevel::info;
  }
}

/// Into the lines that `ringspan log` reads.
class KeptLines final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit KeptLines(std::shared_ptr<Log> log) : log_(std::move(log)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    log_->add(std::chrono::time_point_cast<base::Duration>(message.time), level_of(message.level),
              {message.payload.data(), message.payload.size()});
  }
  void flush_() override {}

 private:
  std::shared_ptr<Log> log_;
};

void start_log(LogForm form, const std::string& controller, std::shared_ptr<Log> kept) {
  auto logger = std::make_shared<spdlog::logger>(
      controller, spdlog::sinks_init_list{std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                          std::make_shared<KeptLines>(std::move(kept))});
  auto lines = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  lines->add_flag<LineText>('*', form);
  lines->set_pattern(
      form == LogForm::json
          ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","controller":"%n","level":"%l","text":%*})"
          : "%Y-%m-%dT%H:%M:%S.%eZ %n %l: %*");
  logger->set_formatter(std::move(lines));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

/// The page's life: it ends before what it asks.
class Page {
 public:
  base::Result<void> start(const ServeOptions& options, Node& node) {
    if (!options.page) return {};
    const Home& home = node.home();
    const auto* me = sites::find_controller(home.forest, home.controller.id);
    const auto address = Address::parse(me == nullptr ? std::string() : me->address);
    auto page =
        options.page({.controller = home.controller.name,
                      .forest = home.forest.name,
                      .host = address ? address->host : std::string(),
                      .ask =
                          [&node](std::string request, const Caller& caller, JsonTaker taker) {
                            node.ask(std::move(request), caller, std::move(taker));
                          },
                      .person = [&node](const std::string& token) { return node.person(token); }});
    if (!page) return base::fail(page.error());
    page_ = *std::move(page);
    node.set_page_codes(page_.code);
    return {};
  }
  Page() = default;
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page() { stop(); }

  void stop() {
    if (page_.stop) page_.stop();
  }

  const std::string& url() const { return page_.url; }

 private:
  ServedPage page_;
};

/// Empty where no files are named.
base::Result<TlsContext> fence_proof(const FenceFiles& files) {
  if (files.certificate.empty()) return TlsContext();
  TlsIdentity us;
  for (const auto& [path, into] :
       {std::pair(&files.authority, &us.authority), std::pair(&files.certificate, &us.certificate),
        std::pair(&files.key, &us.key)}) {
    auto text = read_file(*path);
    if (!text) return base::fail(text.error());
    *into = *std::move(text);
  }
  auto context = client_context(us);
  if (context) return context;
  return base::fail(
      base::Errc::invalid,
      fmt::format("{}, {}, {}: these are no certificate, its key and an authority's "
                  "certificate (PEM)",
                  files.certificate.string(), files.key.string(), files.authority.string()));
}

/// One life of the node; its own end, if it was not told to stop.
base::Result<std::optional<NodeEnd>> serve_once(const std::filesystem::path& data_folder,
                                                const ServeOptions& options, StopSignal& stop) {
  auto proof = fence_proof(options.fence);
  if (!proof) return base::fail(proof.error());
  auto node =
      Node::open(data_folder, *std::move(proof), [&stop](const NodeEnd& end) { stop.end(end); });
  if (!node) return base::fail(node.error());
  const std::string name = (*node)->home().controller.name;
  start_log(options.log, name, (*node)->kept_log());
  Page page;
  if (const auto started = page.start(options, **node); !started)
    return base::fail(started.error());
  const auto address = (*node)->start();
  if (!address) return base::fail(address.error());
  fmt::print("serving {} on {}\n", name, address->to_string());
  if (!page.url().empty()) fmt::print("the page of {} is at {}\n", name, page.url());
  std::fflush(stdout);
  spdlog::info("serving on {}", address->to_string());

  const std::optional<NodeEnd> end = stop.wait();
  const bool renews = end && end->kind == NodeEnd::Kind::renewal;
  spdlog::info("{}", renews ? end->reason : "stopping");
  page.stop();
  (*node)->stop();
  node->reset();
  if (!renews) spdlog::info("stopped");
  return end;
}

}  // namespace

base::Result<void> serve(const std::filesystem::path& data_folder, const ServeOptions& options) {
  StopSignal stop;
  ::signal(SIGXFSZ, SIG_IGN);  // a limit on files is a write that fails, and no end
  while (true) {
    const auto end = serve_once(data_folder, options, stop);
    if (!end) return base::fail(end.error());
    if (!*end) return {};
    if ((*end)->kind == NodeEnd::Kind::renewal) continue;
    const bool retired = (*end)->kind == NodeEnd::Kind::retirement;
    return base::fail(retired ? base::Errc::refused : base::Errc::damaged, (*end)->reason);
  }
}

}  // namespace ringspan::replicator::net
