#include "data_plane/gateway/identity.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace servery::gateway {

namespace {

constexpr std::string_view id_prefix = "svy_vis_";
constexpr std::size_t id_bytes = 51;
constexpr std::size_t signed_bytes = 35; // before the MAC
constexpr std::uint8_t id_version = 1;
constexpr millis valid_for{395LL * 24 * 3600 * 1000};
constexpr millis reissue_after{30LL * 24 * 3600 * 1000};
constexpr std::size_t longest_id = 128;

constexpr std::uint8_t flag_staff = 1, flag_bot = 2, flag_signed_in = 4;

using id_layout = std::array<std::uint8_t, id_bytes>;

void put_u64(std::uint8_t* to, std::uint64_t v) {
    for (int i = 0; i < 8; ++i)
        to[i] = static_cast<std::uint8_t>(v >> (8 * i));
}

std::uint32_t origin_number(std::string_view origin) {
    return origin.empty() ? 0 : static_cast<std::uint32_t>(blake2b_64(as_bytes(origin)) | 1);
}

void put_u32(std::uint8_t* to, std::uint32_t v) {
    for (int i = 0; i < 4; ++i)
        to[i] = static_cast<std::uint8_t>(v >> (8 * (3 - i)));
}

std::uint32_t get_u32(const std::uint8_t* from) {
    std::uint32_t v = 0;
    for (int i = 0; i < 4; ++i)
        v = (v << 8) | from[i];
    return v;
}

error bad_header(std::string name, std::string wanted) {
    return error{.code = error_code::invalid_argument,
                 .id = "request.invalid_header",
                 .message = "the header " + name + " must be " + wanted,
                 .where = name,
                 .remedy = "correct it or leave it out"};
}

identity signed_identity(const identity_input& in, std::string_view text) {
    identity out;
    const auto who = read_visitor_id(in.signing_key, in.project, in.origin, text, in.now);
    if (!who) {
        out.source = events::visitor_source::invalid;
        return out;
    }
    out.source = events::visitor_source::signed_id;
    out.visitor = visitor_hash(in.identity_key, "signed", who->visitor);
    out.staff = who->staff;
    if (in.now - who->issued > reissue_after) {
        auto fresh = *who;
        fresh.issued = in.now;
        out.reissue = make_visitor_id(in.signing_key, in.project, in.origin, fresh);
    }
    return out;
}

std::string normalised(std::string_view id) {
    auto text = to_nfc(trim(id));
    if (text.find('@') != std::string::npos) text = lower_ascii(text);
    return text;
}

} // namespace

std::string make_visitor_id(const key32& key, std::string_view project, std::string_view origin,
                            const signed_visitor& who) {
    id_layout raw{};
    raw[0] = id_version;
    raw[1] = 1; // signing-key number
    put_u64(&raw[2], blake2b_64(as_bytes(project)));
    std::ranges::copy(who.visitor, raw.begin() + 10);
    put_u32(&raw[26], static_cast<std::uint32_t>(who.issued.ms / 1000));
    raw[30] = static_cast<std::uint8_t>((who.staff ? flag_staff : 0) | (who.bot ? flag_bot : 0) |
                                        (who.signed_in ? flag_signed_in : 0));
    put_u32(&raw[31], origin_number(origin));
    const auto mac = blake2b_128_keyed(key, bytes_view(raw).first(signed_bytes));
    std::ranges::copy(mac, raw.begin() + signed_bytes);
    return std::string(id_prefix) + to_base64url(raw);
}

std::optional<signed_visitor> read_visitor_id(const key32& key, std::string_view project,
                                              std::string_view origin, std::string_view text,
                                              instant now) {
    if (!text.starts_with(id_prefix)) return std::nullopt;
    const auto raw = from_base64url(text.substr(id_prefix.size()));
    if (!raw || raw->size() != id_bytes || (*raw)[0] != id_version) return std::nullopt;
    const bytes_view bytes(*raw);
    const auto mac = blake2b_128_keyed(key, bytes.first(signed_bytes));
    if (!equal_constant_time(mac, bytes.subspan(signed_bytes))) return std::nullopt;
    std::array<std::uint8_t, 8> project_number{};
    put_u64(project_number.data(), blake2b_64(as_bytes(project)));
    if (!std::ranges::equal(project_number, bytes.subspan(2, 8))) return std::nullopt;
    const auto bound_to = get_u32(&(*raw)[31]);
    if (bound_to != 0 && !origin.empty() && bound_to != origin_number(origin)) return std::nullopt;
    signed_visitor who;
    std::copy_n(raw->begin() + 10, who.visitor.size(), who.visitor.begin());
    who.issued.ms = std::int64_t{get_u32(&(*raw)[26])} * 1000;
    if (now - who.issued > valid_for) return std::nullopt;
    const auto flags = (*raw)[30];
    who.staff = (flags & flag_staff) != 0;
    who.bot = (flags & flag_bot) != 0;
    who.signed_in = (flags & flag_signed_in) != 0;
    return who;
}

hash16 new_visitor(random_source& random) {
    hash16 out{};
    random.fill(out);
    return out;
}

hash16 visitor_hash(const key32& identity_key, std::string_view kind, bytes_view id) {
    return blake2b_128_keyed(identity_key, field_bytes().add(kind).add(id).view());
}

hash16 conversation_hash(const key32& identity_key, std::string_view project,
                         const std::optional<hash16>& visitor, std::string_view id) {
    field_bytes fields;
    fields.add("conversation").add(project);
    fields.add(visitor ? bytes_view(*visitor) : bytes_view{});
    return blake2b_128_keyed(identity_key, fields.add(id).view());
}

bool is_conversation_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == ':' || c == '-';
    });
}

result<identity> identify(const identity_input& in, random_source& random) {
    identity out;
    if (in.header && in.header->starts_with(id_prefix)) {
        out = signed_identity(in, *in.header);
    } else if (in.header) {
        if (!in.may_assert)
            return fail(error_code::permission_denied, "key.header_forbidden",
                        "this key may not name visitors", "x-servery-visitor",
                        "use a key with the scope visitor:assert");
        const auto id = normalised(*in.header);
        if (id.empty() || in.header->size() > longest_id || !is_utf8(*in.header))
            return std::unexpected(bad_header("x-servery-visitor", "a text of at most 128 bytes"));
        out.source = events::visitor_source::asserted;
        out.visitor = visitor_hash(in.identity_key, "asserted", as_bytes(id));
    } else if (in.may_assert && !in.body_user.empty() && in.body_user.size() <= longest_id) {
        const auto id = normalised(in.body_user);
        if (!id.empty()) {
            out.source = events::visitor_source::body;
            // The same kind as the header: a visitor is one, however the server names it.
            out.visitor = visitor_hash(in.identity_key, "asserted", as_bytes(id));
        }
    }
    if (!out.visitor && in.is_public) {
        signed_visitor fresh;
        fresh.visitor = new_visitor(random);
        fresh.issued = in.now;
        out.reissue = make_visitor_id(in.signing_key, in.project, in.origin, fresh);
    }
    return out;
}

result<attributes> parse_attributes(std::string_view header) {
    const auto bad = [] {
        return std::unexpected(bad_header("x-servery-attributes",
                                          "a dictionary such as group=staff, region=de, of at "
                                          "most 16 names and 512 bytes"));
    };
    if (header.size() > 512) return bad();
    const auto is_name = [](std::string_view t) {
        return !t.empty() && std::ranges::all_of(t, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                   c == '.' || c == '*';
        });
    };
    attributes out;
    for (const auto piece : split(header, ',')) {
        const auto item = trim(piece);
        const auto equals = item.find('=');
        if (equals == std::string_view::npos) return bad();
        const auto name = item.substr(0, equals);
        auto value = item.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        if (!is_name(name) || value.empty() || value.find('"') != std::string_view::npos)
            return bad();
        out.emplace_back(name, to_nfc(trim(value)));
        if (out.size() > 16) return bad();
    }
    return out;
}

} // namespace servery::gateway
