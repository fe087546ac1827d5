// Objects packed for the store and for the wire, and back.

#include "base/contracts.hpp"
#include "replicator/wire/wire.hpp"
#include "tests/bench/bench.hpp"

namespace ringspan::bench {
namespace {

using namespace replicator;
using namespace replicator::wire;

constexpr std::size_t kObjects = 1'000;
constexpr int kRounds = 20;

Page page_of(const std::vector<Object>& objects) {
  Page page;
  for (const auto& object : objects) {
    ObjectChange change{object.id, {}};
    for (const auto& [name, attribute] : object.attributes) {
      change.attributes.push_back({name, attribute.values, attribute.stamp, attribute.context});
    }
    page.objects.push_back(std::move(change));
  }
  return page;
}

/// `units` of work are done kRounds times by `work`: how many a second.
double rate(double units, const std::function<void()>& work) {
  return units * kRounds / seconds([&] {
           for (int i = 0; i < kRounds; ++i)
             work();
         });
}

}  // namespace

std::vector<Figure> codec_round() {
  const auto objects = people(kObjects, 3);
  const auto rows = rows_of(objects);
  const double count = kObjects;
  std::vector<Figure> figures;

  figures.push_back({"object to row", rate(count, [&] { rows_of(objects); })});
  figures.push_back({"row to object", rate(count, [&] {
                       for (const auto& row : rows)
                         EXPECTS(to_object(row).has_value());
                     })});
  figures.push_back({"stamps of a row", rate(count, [&] {
                       for (const auto& row : rows)
                         EXPECTS(read_stamps(row).has_value());
                     })});

  const Page page = page_of(objects);
  for (const auto compression : {Compression::none, Compression::zstd}) {
    const std::string frame = encode(page, compression);
    const double megabytes =
        static_cast<double>(encode(page, Compression::none).size()) / 1'000'000;
    const std::string what = compression == Compression::zstd ? "zstd" : "plain";
    const std::string size = ", page of 1,000, " + std::to_string(frame.size()) + " bytes";
    const auto header = read_header(std::span<const char, kHeaderSize>(frame.data(), kHeaderSize));
    const auto body = std::string_view(frame).substr(kHeaderSize);
    figures.push_back({"encode " + what + size,
                       rate(megabytes, [&] { EXPECTS(!encode(page, compression).empty()); }),
                       "MB/s"});
    figures.push_back({"decode " + what + size,
                       rate(megabytes, [&] { EXPECTS(decode(*header, body).has_value()); }),
                       "MB/s"});
  }
  return figures;
}

}  // namespace ringspan::bench
