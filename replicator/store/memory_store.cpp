#include "replicator/store/memory_store.hpp"

#include <utility>

#include "base/contracts.hpp"
#include "replicator/store/memory_state.hpp"

namespace ringspan::replicator::store {
namespace {

EntryKey key_of(const JournalEntry& entry) {
  return {entry.object, entry.attribute, entry.lost.originator, entry.lost.usn};
}

LinkId lowest_from(ObjectId source) {
  return {.source = source, .attribute = {}, .target = {}};
}

/// Takes changes back, one at a time.
template <typename State, typename Change>
struct Reverse {
  State& state;

  void operator()(typename Change::OfRow& row) const { state.replace(row.id, row.before); }
  void operator()(typename Change::OfLink& link) const { state.replace(link.id, link.before); }
  void operator()(typename Change::OfUsn& usn) const { state.highest_usn = usn.before; }
  void operator()(typename Change::OfVector& vector) const {
    state.vectors[vector.context] = vector.before;
  }
  void operator()(typename Change::OfSource& source) const {
    if (source.before) {
      state.sources[source.key] = *source.before;
    } else {
      state.sources.erase(source.key);
    }
  }
  void operator()(typename Change::OfJournal&) const {
    state.journaled.erase(key_of(state.journal.back()));
    state.journal.pop_back();
  }
  void operator()(typename Change::OfFact& fact) const { state.facts[fact.name] = fact.before; }
};

}  // namespace

/// Reading, the same for a Snapshot and for a Transaction.
template <typename Face>
class MemoryStore::View : public Face {
 public:
  explicit View(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::optional<Row> find(ObjectId id) const override {
    const auto at = state_->rows.find(id);
    if (at == state_->rows.end()) return std::nullopt;
    return *at->second;
  }

  std::optional<ObjectId> child(ObjectId parent, std::string_view name_key) const override {
    const auto family = state_->families.find(parent);
    if (family == state_->families.end()) return std::nullopt;
    const auto at = family->second.names.find(name_key);
    if (at == family->second.names.end()) return std::nullopt;
    return at->second;
  }

  void children(ObjectId parent, const Snapshot::RowVisitor& visit) const override {
    const auto family = state_->families.find(parent);
    if (family == state_->families.end()) return;
    const Visit guard(visits_);
    for (const ObjectId id : family->second.children) {
      if (!visit(*state_->rows.at(id))) return;
    }
  }

  void changed_since(NamingContextId context, Usn after,
                     const Snapshot::RowVisitor& visit) const override {
    all_changed_since(context, after, [&](const Snapshot::Changed& changed) {
      const auto* row = std::get_if<const Row*>(&changed);
      return row == nullptr || visit(**row);
    });
  }

  void all_changed_since(NamingContextId context, Usn after,
                         const Snapshot::ChangeVisitor& visit) const override {
    visit_changes(state_->changes, context, after, visit);
  }

  void dead_since(NamingContextId context, Usn after,
                  const Snapshot::ChangeVisitor& visit) const override {
    visit_changes(state_->dead, context, after, visit);
  }

  void unplaced(NamingContextId context, const Snapshot::RowVisitor& visit) const override {
    visit_rows(state_->unplaced, context, visit);
  }

  void links_unsettled(NamingContextId context, const Snapshot::RowVisitor& visit) const override {
    visit_rows(state_->links_unsettled, context, visit);
  }

  std::optional<Link> link(const LinkId& id) const override {
    const auto at = state_->links.find(id);
    if (at == state_->links.end()) return std::nullopt;
    return *at->second;
  }

  void links_from(ObjectId source, const Snapshot::LinkVisitor& visit) const override {
    const Visit guard(visits_);
    for (auto at = state_->links.lower_bound(lowest_from(source));
         at != state_->links.end() && at->first.source == source; ++at) {
      if (!visit(*at->second)) return;
    }
  }

  void links_to(ObjectId target, const Snapshot::LinkVisitor& visit) const override {
    const auto sources = state_->linked_from.find(target);
    if (sources == state_->linked_from.end()) return;
    const Visit guard(visits_);
    for (const auto& [source, attribute] : sources->second) {
      if (!visit(*state_->links.at({source, attribute, target}))) return;
    }
  }

  Usn highest_usn() const override { return state_->highest_usn; }

  UpToDatenessVector vector(NamingContextId context) const override {
    const auto at = state_->vectors.find(context);
    return at == state_->vectors.end() ? UpToDatenessVector{} : at->second;
  }

  std::optional<SourceRecord> source(ControllerId source, NamingContextId context) const override {
    const auto at = state_->sources.find({source, context});
    if (at == state_->sources.end()) return std::nullopt;
    return at->second;
  }

  std::vector<SourceRecord> sources() const override {
    std::vector<SourceRecord> all;
    for (const auto& [key, record] : state_->sources)
      all.push_back(record);
    return all;
  }

  std::vector<NamingContextId> contexts() const override {
    std::set<NamingContextId> found;
    for (const auto& [context, changes] : state_->changes) {
      if (!changes.empty()) found.insert(context);
    }
    for (const auto& [context, vector] : state_->vectors) {
      if (!vector.cursors().empty()) found.insert(context);
    }
    for (const auto& [key, record] : state_->sources)
      found.insert(key.second);
    return {found.begin(), found.end()};
  }

  using Face::journal;
  void journal(const std::function<bool(const JournalEntry&)>& visit) const override {
    const Visit guard(visits_);
    for (const JournalEntry& entry : state_->journal) {
      if (!visit(entry)) return;
    }
  }

  std::string fact(std::string_view name) const override {
    const auto at = state_->facts.find(name);
    return at == state_->facts.end() ? std::string() : at->second;
  }

 protected:
  /// Counts the visits under way, during which nothing may be written.
  class Visit {
   public:
    explicit Visit(int& count) : count_(count) { ++count_; }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { --count_; }

   private:
    int& count_;
  };

  std::shared_ptr<State> state_;
  mutable int visits_ = 0;

 private:
  void visit_changes(const std::map<NamingContextId, std::map<Usn, Either>>& index,
                     NamingContextId context, Usn after,
                     const Snapshot::ChangeVisitor& visit) const {
    const auto changes = index.find(context);
    if (changes == index.end()) return;
    const Visit guard(visits_);
    for (auto at = changes->second.upper_bound(after); at != changes->second.end(); ++at) {
      const auto pointed = [](const auto& one) -> Snapshot::Changed { return one.get(); };
      if (!visit(std::visit(pointed, at->second))) return;
    }
  }

  void visit_rows(const std::map<NamingContextId, std::map<ObjectId, SharedRow>>& index,
                  NamingContextId context, const Snapshot::RowVisitor& visit) const {
    const auto rows = index.find(context);
    if (rows == index.end()) return;
    const Visit guard(visits_);
    for (const auto& [id, row] : rows->second) {
      if (!visit(*row)) return;
    }
  }
};

class MemoryStore::MemorySnapshot final : public View<Snapshot> {
 public:
  MemorySnapshot(MemoryStore& store, std::shared_ptr<State> state)
      : View(std::move(state)), store_(store) {}

  ~MemorySnapshot() override {
    // Under the lock, so that begin() sees either us or none of our reading.
    const std::lock_guard lock(store_.mutex_);
    state_.reset();
  }

 private:
  MemoryStore& store_;
};

class MemoryStore::MemoryTransaction final : public View<Transaction> {
 public:
  explicit MemoryTransaction(MemoryStore& store) : View(store.state_), store_(store) {}

  ~MemoryTransaction() override {
    if (done_) return;
    const std::lock_guard lock(store_.mutex_);
    roll_back(*state_, store_.changes_, 0);
    close();
  }

  Usn next_usn() override {
    const std::unique_lock lock = writing();
    note(Change::OfUsn{state_->highest_usn});
    return state_->highest_usn = Usn{state_->highest_usn.value + 1};
  }

  void put(const Row& row) override {
    EXPECTS(row.usn.value != 0 && row.usn <= state_->highest_usn);
    const std::unique_lock lock = writing();
    note(Change::OfRow{row.id, state_->replace(row.id, std::make_shared<const Row>(row))});
  }

  void put(const Link& link) override {
    EXPECTS(link.usn.value != 0 && link.usn <= state_->highest_usn);
    const std::unique_lock lock = writing();
    note(Change::OfLink{link.id, state_->replace(link.id, std::make_shared<const Link>(link))});
  }

  void erase(ObjectId id) override {
    const std::unique_lock lock = writing();
    remove(id);
  }

  void erase(const LinkId& id) override {
    const std::unique_lock lock = writing();
    remove(id);
  }

  void set_vector(NamingContextId context, const UpToDatenessVector& vector) override {
    const std::unique_lock lock = writing();
    note(Change::OfVector{context, std::exchange(state_->vectors[context], vector)});
  }

  void set_source(const SourceRecord& record) override {
    const std::unique_lock lock = writing();
    const SourceKey key{record.source, record.naming_context};
    note(Change::OfSource{key, source(record.source, record.naming_context)});
    state_->sources[key] = record;
  }

  void forget(NamingContextId context) override {
    const std::unique_lock lock = writing();
    const auto changes = state_->changes[context];  // a copy: the original shrinks
    for (const auto& [usn, either] : changes)
      std::visit([this](const auto& one) { remove(one->id); }, either);
    note(Change::OfVector{context, std::exchange(state_->vectors[context], {})});
    for (const SourceRecord& record : sources()) {
      if (record.naming_context != context) continue;
      const SourceKey key{record.source, context};
      note(Change::OfSource{key, record});
      state_->sources.erase(key);
    }
  }

  using View::journal;
  void journal(const JournalEntry& entry) override {
    const std::unique_lock lock = writing();
    if (!state_->journaled.insert(key_of(entry)).second) return;
    state_->journal.push_back(entry);
    note(Change::OfJournal{});
  }

  void set_fact(std::string_view name, std::string_view value) override {
    const std::unique_lock lock = writing();
    note(Change::OfFact{std::string(name), fact(name)});
    state_->facts[std::string(name)] = value;
  }

  void mark() override {
    const std::unique_lock lock = writing();
    mark_ = store_.changes_.size();
  }

  void undo() override {
    EXPECTS(mark_.has_value());
    const std::unique_lock lock = writing();
    roll_back(*state_, store_.changes_, *mark_);
  }

  void commit() override {
    const std::unique_lock lock = writing();
    store_.changes_.clear();
    close();
  }

 private:
  std::unique_lock<std::mutex> writing() {
    EXPECTS(!done_ && visits_ == 0);
    return std::unique_lock(store_.mutex_);
  }

  void remove(ObjectId id) { note(Change::OfRow{id, state_->replace(id, nullptr)}); }
  void remove(const LinkId& id) { note(Change::OfLink{id, state_->replace(id, nullptr)}); }

  template <typename What>
  void note(What what) {
    store_.changes_.push_back(Change{std::move(what)});
  }

  void close() {
    done_ = true;
    store_.committed_.reset();
    store_.open_ = false;
    state_.reset();
  }

  MemoryStore& store_;
  std::optional<std::size_t> mark_;  ///< How many changes came before it.
  bool done_ = false;
};

MemoryStore::MemoryStore() : state_(std::make_shared<State>()) {}

MemoryStore::~MemoryStore() = default;

std::unique_ptr<Snapshot> MemoryStore::read() {
  const std::lock_guard lock(mutex_);
  if (!open_) return std::make_unique<MemorySnapshot>(*this, state_);
  if (!committed_) {
    auto copy = std::make_shared<State>(*state_);
    auto changes = changes_;
    roll_back(*copy, changes, 0);
    committed_ = std::move(copy);
  }
  return std::make_unique<MemorySnapshot>(*this, committed_);
}

std::unique_ptr<Transaction> MemoryStore::begin() {
  const std::lock_guard lock(mutex_);
  EXPECTS(!open_);
  if (state_.use_count() > 1) state_ = std::make_shared<State>(*state_);
  open_ = true;
  return std::make_unique<MemoryTransaction>(*this);
}

std::unique_ptr<MemoryStore> MemoryStore::copy() {
  const std::lock_guard lock(mutex_);
  EXPECTS(!open_);
  auto image = std::make_unique<MemoryStore>();
  image->state_ = std::make_shared<State>(*state_);
  return image;
}

void MemoryStore::roll_back(State& state, std::vector<Change>& changes, std::size_t down_to) {
  while (changes.size() > down_to) {
    std::visit(Reverse<State, Change>{state}, changes.back().what);
    changes.pop_back();
  }
}

}  // namespace ringspan::replicator::store
