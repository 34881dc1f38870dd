#include "foundation/store/rows.h"

#include <algorithm>
#include <cstring>

namespace servery::store {
namespace {

// What Servery wrote itself is read back whole, whatever its size.
constexpr json::limits own_rows{.bytes = 256'000'000, .depth = 128};

json::object parse_object(std::string_view text) {
    auto parsed = json::parse(text, own_rows);
    if (!parsed || !parsed->is_object()) return {};
    return std::move(parsed->get_object());
}

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

} // namespace

void bind_event(statement& insert, const events::event& e) {
    insert.bind(1, e.seq).bind(2, e.at.ms).bind(3, e.kind).bind(4, e.project);
    insert.bind(5, json::enum_word(e.by.kind)).bind(6, e.by.id);
    insert.bind(7, e.object_type).bind(8, e.object_id).bind(9, e.phase);
    insert.bind(10, outcome_word(e.refused)).bind(11, e.request_id);
    insert.bind(12, json::write(e.body));
}

events::event read_event(const statement& row) {
    events::event e;
    e.seq = row.integer(0);
    e.at = {row.integer(1)};
    e.kind = row.text(2);
    e.cls = events::record_class::traffic;
    e.project = row.text(3);
    e.by = read_actor(row, 4);
    e.object_type = row.text(6);
    e.object_id = row.text(7);
    e.phase = row.text(8);
    e.refused = row.text(9) == "refused";
    e.request_id = row.text(10);
    e.body = parse_object(row.text(11));
    return e;
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

json::object body_of_detail(std::string_view detail) {
    auto whole = parse_object(detail);
    auto* body = whole.if_contains("body");
    if (body == nullptr || !body->is_object()) return {};
    return std::move(body->get_object());
}

events::event event_of(const audit_row& row, json::object body) {
    events::event e;
    e.seq = row.log_seq;
    e.at = row.at;
    e.kind = row.kind;
    e.cls = events::record_class::audit;
    e.project = row.project;
    e.by = row.by;
    e.object_type = row.object_type;
    e.object_id = row.object_id;
    e.phase = row.phase;
    e.refused = row.outcome == "refused";
    e.request_id = row.request_id;
    e.body = std::move(body);
    return e;
}

json::object sparse_json(const events::exchange& row) {
    static const events::exchange fresh;
    json::object out;
    boost::mp11::mp_for_each<json::detail::members_of<events::exchange>>([&](auto d) {
        if (row.*d.pointer != fresh.*d.pointer)
            out[json::detail::word(d.name)] = json::to_json(row.*d.pointer);
    });
    return out;
}

void bind_exchange(statement& insert, const events::exchange& row) {
    auto body = sparse_json(row);
    body.erase("seq"); // the column has it
    insert.bind(1, row.seq).bind(2, row.at.ms).bind(3, row.exchange_id).bind(4, row.project);
    insert.bind(5, json::enum_word(row.env)).bind(6, json::enum_word(row.purpose));
    insert.bind(7, bytes_view(row.conversation)).bind(8, json::enum_word(row.outcome));
    // Null when not known: a parameter that is not bound is null.
    if (row.cost_nano) insert.bind(9, *row.cost_nano);
    insert.bind(10, json::write(body));
}

events::exchange read_exchange(const statement& row) {
    events::exchange out;
    std::vector<error> faults;
    json::read_json(json::value(parse_object(row.text(1))), out, "exchange", json::unknown::ignore,
                    faults);
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
