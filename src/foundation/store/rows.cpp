#include "foundation/store/rows.h"

#include <boost/json/monotonic_resource.hpp>

#include <algorithm>
#include <cstring>

namespace servery::store {
namespace {

// What Servery wrote itself is read back whole, however deep it is.
constexpr std::size_t deepest_body = 128;

std::string_view outcome_word(bool refused) {
    return refused ? "refused" : "done";
}

events::actor read_actor(const statement& row, int column) {
    events::actor out;
    out.kind =
        json::enum_from<events::actor_kind>(row.text(column)).value_or(events::actor_kind::system);
    out.id = row.text(column + 1);
    return out;
}

template <std::size_t N>
void copy_blob(std::array<std::uint8_t, N>& out, bytes_view from) {
    if (from.size() == N) std::memcpy(out.data(), from.data(), N);
}

// The columns that both classes have in common. The body is moved into place when the event is
// made: assigned later, it would be copied out of its own memory.
events::event read_envelope(const statement& row, events::record_class cls, json::object body) {
    return {.seq = row.integer(0),
            .at = {row.integer(1)},
            .kind = std::string(row.text(2)),
            .cls = cls,
            .project = std::string(row.text(3)),
            .by = read_actor(row, 4),
            .object_type = std::string(row.text(6)),
            .object_id = std::string(row.text(7)),
            .phase = std::string(row.text(8)),
            .refused = row.text(9) == "refused",
            .request_id = std::string(row.text(10)),
            .body = std::move(body)};
}

constexpr int column_body = 11;

} // namespace

body_reader::body_reader()
    : parser_({}, [] {
          boost::json::parse_options options;
          options.max_depth = deepest_body;
          return options;
      }()) {}

json::object body_reader::read(std::string_view text) {
    if (text == "{}") return {};
    parser_.reset(boost::json::make_shared_resource<boost::json::monotonic_resource>(
        std::max<std::size_t>(512, 3 * text.size())));
    boost::json::error_code ec;
    parser_.write(text.data(), text.size(), ec);
    if (ec) return {};
    auto tree = parser_.release();
    return tree.is_object() ? std::move(tree.get_object()) : json::object{};
}

void bind_event(statement& insert, const events::event& e) {
    insert.bind(1, e.seq).bind(2, e.at.ms).bind(3, e.kind).bind(4, e.project);
    insert.bind(5, json::enum_word(e.by.kind)).bind(6, e.by.id);
    insert.bind(7, e.object_type).bind(8, e.object_id).bind(9, e.phase);
    insert.bind(10, outcome_word(e.refused)).bind(11, e.request_id);
    insert.bind(12, json::write(e.body));
}

events::event read_event(const statement& row, body_reader& bodies) {
    return read_envelope(row, events::record_class::traffic, bodies.read(row.text(column_body)));
}

events::event read_audit_event(const statement& row, body_reader& bodies) {
    // Null when it was erased.
    return read_envelope(row, events::record_class::audit,
                         row.is_null(column_body) ? json::object{}
                                                  : body_of_detail(row.text(column_body), bodies));
}

void bind_audit(statement& insert, const audit_row& row) {
    insert.bind(1, row.seq).bind(2, row.log_seq).bind(3, row.at.ms).bind(4, row.kind);
    insert.bind(5, json::enum_word(row.by.kind)).bind(6, row.by.id).bind(7, row.project);
    insert.bind(8, row.object_type).bind(9, row.object_id).bind(10, row.phase);
    insert.bind(11, row.outcome).bind(12, row.request_id);
    insert.bind(13, bytes_view(row.digest)).bind(14, bytes_view(row.prev));
    insert.bind(15, bytes_view(row.hash));
}

audit_row read_audit(const statement& row) {
    audit_row out;
    out.seq = row.integer(0);
    out.log_seq = row.integer(1);
    out.at = {row.integer(2)};
    out.kind = row.text(3);
    out.by = read_actor(row, 4);
    out.project = row.text(6);
    out.object_type = row.text(7);
    out.object_id = row.text(8);
    out.phase = row.text(9);
    out.outcome = row.text(10);
    out.request_id = row.text(11);
    copy_blob(out.digest, row.blob(12));
    copy_blob(out.prev, row.blob(13));
    copy_blob(out.hash, row.blob(14));
    return out;
}

json::object body_of_detail(std::string_view detail, body_reader& bodies) {
    auto whole = bodies.read(detail);
    auto* body = whole.if_contains("body");
    if (body == nullptr || !body->is_object()) return {};
    return std::move(body->get_object());
}

void bind_exchange(statement& insert, const events::exchange& row) {
    std::string body;
    body.reserve(1024);
    append_exchange_body(row, body);
    insert.bind(1, row.seq).bind(2, row.at.ms).bind(3, row.exchange_id).bind(4, row.project);
    insert.bind(5, json::enum_word(row.env)).bind(6, json::enum_word(row.purpose));
    insert.bind(7, bytes_view(row.conversation)).bind(8, json::enum_word(row.outcome));
    // Null when not known: a parameter that is not bound is null.
    if (row.cost_nano) insert.bind(9, *row.cost_nano);
    insert.bind(10, body);
}

events::exchange read_exchange(const statement& row, exchange_body_reader& bodies) {
    auto out = bodies.read(row.text(1));
    out.seq = row.integer(0);
    return out;
}

std::string month_of(instant at) {
    return to_date(at).substr(0, 7);
}

std::filesystem::path exchange_file(const std::filesystem::path& folder, std::string_view month) {
    return folder / ("exchange-" + std::string(month) + ".db");
}

std::vector<std::filesystem::path> exchange_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("exchange-") && name.ends_with(".db")) out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
}

} // namespace servery::store
