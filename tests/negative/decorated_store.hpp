#pragma once

// DecoratedStore: a store that hands every call to another one; a planted bug overrides one of
// them.

#include <memory>
#include <utility>

#include "replicator/engine/store.hpp"

namespace ringspan::tests {

class DecoratedTransaction : public replicator::Transaction {
 public:
  using Row = replicator::Row;
  using Link = replicator::Link;
  using ObjectId = replicator::ObjectId;
  using NamingContextId = replicator::NamingContextId;
  using ControllerId = replicator::ControllerId;
  using Usn = replicator::Usn;

  explicit DecoratedTransaction(std::unique_ptr<replicator::Transaction> inner)
      : inner_(std::move(inner)) {}

  std::optional<Row> find(ObjectId id) const override { return inner_->find(id); }
  std::optional<ObjectId> child(ObjectId parent, std::string_view name_key) const override {
    return inner_->child(parent, name_key);
  }
  void children(ObjectId parent, const RowVisitor& visit) const override {
    inner_->children(parent, visit);
  }
  void changed_since(NamingContextId context, Usn after, const RowVisitor& visit) const override {
    inner_->changed_since(context, after, visit);
  }
  void all_changed_since(NamingContextId context, Usn after,
                         const ChangeVisitor& visit) const override {
    inner_->all_changed_since(context, after, visit);
  }
  void unplaced(NamingContextId context, const RowVisitor& visit) const override {
    inner_->unplaced(context, visit);
  }
  void links_unsettled(NamingContextId context, const RowVisitor& visit) const override {
    inner_->links_unsettled(context, visit);
  }
  void dead_since(NamingContextId context, Usn after, const ChangeVisitor& visit) const override {
    inner_->dead_since(context, after, visit);
  }
  std::optional<Link> link(const replicator::LinkId& id) const override { return inner_->link(id); }
  void links_from(ObjectId source, const LinkVisitor& visit) const override {
    inner_->links_from(source, visit);
  }
  void links_to(ObjectId target, const LinkVisitor& visit) const override {
    inner_->links_to(target, visit);
  }
  Usn highest_usn() const override { return inner_->highest_usn(); }
  replicator::UpToDatenessVector vector(NamingContextId context) const override {
    return inner_->vector(context);
  }
  std::optional<replicator::SourceRecord> source(ControllerId source,
                                                 NamingContextId context) const override {
    return inner_->source(source, context);
  }
  std::vector<replicator::SourceRecord> sources() const override { return inner_->sources(); }
  std::vector<NamingContextId> contexts() const override { return inner_->contexts(); }
  void journal(const std::function<bool(const replicator::JournalEntry&)>& visit) const override {
    std::as_const(*inner_).journal(visit);
  }
  std::string fact(std::string_view name) const override { return inner_->fact(name); }

  Usn next_usn() override { return inner_->next_usn(); }
  void put(const Row& row) override { inner_->put(row); }
  void put(const Link& link) override { inner_->put(link); }
  void erase(ObjectId id) override { inner_->erase(id); }
  void erase(const replicator::LinkId& id) override { inner_->erase(id); }
  void set_vector(NamingContextId context, const replicator::UpToDatenessVector& vector) override {
    inner_->set_vector(context, vector);
  }
  void set_source(const replicator::SourceRecord& record) override { inner_->set_source(record); }
  void forget(NamingContextId context) override { inner_->forget(context); }
  void journal(const replicator::JournalEntry& entry) override { inner_->journal(entry); }
  void set_fact(std::string_view name, std::string_view value) override {
    inner_->set_fact(name, value);
  }
  void mark() override { inner_->mark(); }
  void undo() override { inner_->undo(); }
  void commit() override { inner_->commit(); }

 protected:
  replicator::Transaction& inner() { return *inner_; }

 private:
  std::unique_ptr<replicator::Transaction> inner_;
};

/// A store whose transactions are `Planted`, a class derived from DecoratedTransaction.
template <typename Planted, typename Inner>
class DecoratedStore : public replicator::Store {
 public:
  std::unique_ptr<replicator::Snapshot> read() override { return inner_.read(); }
  std::unique_ptr<replicator::Transaction> begin() override {
    return std::make_unique<Planted>(inner_.begin());
  }

 private:
  Inner inner_;
};

}  // namespace ringspan::tests
