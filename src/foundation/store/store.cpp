#include "foundation/store/store.h"

#include "foundation/store/backup.h"
#include "foundation/store/folder_lock.h"
#include "foundation/store/reader.h"
#include "foundation/store/vault_table.h"
#include "foundation/store/writer.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace servery::store {

class store::implementation {
  public:
    implementation(options with, folder_lock lock, std::string installation)
        : with_(std::move(with)), lock_(std::move(lock)), installation_(std::move(installation)) {}

    options with_;
    folder_lock lock_;
    std::string installation_;
    std::unique_ptr<writer> writer_;
};

namespace {

status make_folder(const std::filesystem::path& folder) {
    std::error_code ec;
    if (std::filesystem::create_directories(folder, ec))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ec);
    if (!ec && std::filesystem::is_directory(folder, ec)) return {};
    return fail(error_code::unavailable, "store.folder.unusable",
                "the data folder cannot be made: " + ec.message(), folder.string(),
                "check the path and its permissions");
}

// The first row after a restore says so, before anything else can happen.
status note_restore(event_writer& writing, std::int64_t& last_seq, instant now) {
    const auto text = writing.restored();
    if (text.empty()) return {};
    store_restored what;
    if (auto parsed = json::parse(text))
        if (auto read = json::from_json<store_restored>(*parsed)) what = *read;
    auto row = events::make_event(what, {.at = now, .object_type = "store"});
    row.seq = ++last_seq;
    events::event* const rows[] = {&row};
    // The mark goes after the row: a crash between them says it twice rather than never.
    if (writing.write(rows, {}, std::nullopt, nullptr)) return writing.forget_restored();
    return fail(error_code::unavailable, "store.unreadable",
                "the restore cannot be recorded: " + writing.why(), {},
                "check the disk of the data folder");
}

} // namespace

store::store(std::unique_ptr<implementation> inner) : inner_(std::move(inner)) {}
store::~store() = default;

result<std::unique_ptr<store>> store::open(options with) {
    if (auto made = make_folder(with.folder); !made) return std::unexpected(made.error());
    auto lock = folder_lock::take(with.folder);
    if (!lock) return std::unexpected(lock.error());

    key32 salt_key{};
    randombytes_buf(salt_key.data(), salt_key.size());
    auto writing = event_writer::open(with, salt_key);
    if (!writing) return std::unexpected(writing.error());
    exchange_writer exchanges(with.folder);
    auto last = writing->last_seq();
    if (!last) return std::unexpected(last.error());
    const auto last_exchange = exchanges.last_seq();
    if (!last_exchange) return std::unexpected(last_exchange.error());
    auto last_seq = std::max(*last, *last_exchange);
    if (auto noted = note_restore(*writing, last_seq, with.now->now()); !noted)
        return std::unexpected(noted.error());

    auto checkpoints = checkpoint_file::open(with.folder, *with.keys, *with.now);
    if (!checkpoints) return std::unexpected(checkpoints.error());
    std::error_code ec;
    std::filesystem::create_directories(with.folder / "spool", ec);
    const auto mark = writing->stored_mark();
    auto waiting =
        spool::open(with.folder / "spool" / "rows", with.spool_bytes, mark.generation, mark.end);
    if (!waiting) return std::unexpected(waiting.error());

    auto inner = std::make_unique<implementation>(std::move(with), std::move(*lock),
                                                  writing->installation());
    inner->writer_ =
        std::make_unique<writer>(inner->with_, writer::parts{.events = std::move(*writing),
                                                             .exchanges = std::move(exchanges),
                                                             .checkpoints = std::move(*checkpoints),
                                                             .waiting = std::move(*waiting),
                                                             .last_seq = last_seq});
    return std::unique_ptr<store>(new store(std::move(inner)));
}

result<std::int64_t> store::commit(std::vector<events::event> rows) {
    return inner_->writer_->commit(std::move(rows));
}

bool store::post(events::event row) {
    return inner_->writer_->post(std::move(row));
}
bool store::post(events::exchange row) {
    return inner_->writer_->post(std::move(row));
}
bool store::post(vault_row row) {
    return inner_->writer_->post(std::move(row));
}
status store::flush() {
    return inner_->writer_->flush();
}

void store::on_committed(std::function<void(std::shared_ptr<const batch>)> deliver) {
    inner_->writer_->on_committed(std::move(deliver));
}

status store::replay(std::int64_t from_seq, const std::function<void(events::event&&)>& on_event,
                     const std::function<void(events::exchange&&)>& on_exchange) const {
    return replay_log(folder(), from_seq, on_event, on_exchange);
}

result<std::vector<audit_row>> store::audit_rows(const audit_filter& filter) const {
    return list_audit(folder(), filter);
}

result<std::vector<events::exchange>> store::exchanges(const exchange_filter& filter) const {
    return list_exchanges(folder(), filter);
}

result<std::optional<events::exchange>> store::exchange_by_id(std::string_view exchange_id) const {
    return find_exchange(folder(), exchange_id);
}

result<audit_report> store::verify_audit(std::int64_t from) const {
    return servery::store::verify_audit(folder(), inner_->with_.keys, {.from = from});
}

status store::keep(const answer_row& row) {
    return inner_->writer_->keep(row);
}

result<std::vector<answer_row>> store::answers(instant now) const {
    return read_answers(folder(), now);
}

result<std::vector<vault_row>> store::vault_rows(instant now, std::int64_t most) const {
    return read_vault(folder(), now, most);
}

result<erasure_counts> store::erase(const erasure& what) {
    return inner_->writer_->erase(what);
}

result<std::vector<std::int64_t>>
store::audit_numbers(const std::vector<std::int64_t>& log_seqs) const {
    auto db = database::open(folder() / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    auto query = db->prepare("SELECT seq FROM audit WHERE log_seq = ?1");
    if (!query) return std::unexpected(query.error());
    std::vector<std::int64_t> out;
    for (const auto seq : log_seqs) {
        query->bind(1, seq);
        const auto step = query->step();
        if (step == step_result::failed) return std::unexpected(db->fault("read the chain"));
        if (step == step_result::row) out.push_back(query->integer(0));
        query->reset();
    }
    return out;
}

store_state store::state() const {
    return inner_->writer_->state();
}
const std::string& store::installation() const {
    return inner_->installation_;
}
const std::filesystem::path& store::folder() const {
    return inner_->with_.folder;
}

} // namespace servery::store
