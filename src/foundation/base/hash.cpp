#include "foundation/base/hash.h"

#include <sodium.h>

#include <cstring>

namespace servery {

hash32 blake2b_256(bytes_view data) {
    hash32 out;
    crypto_generichash(out.data(), out.size(), data.data(), data.size(), nullptr, 0);
    return out;
}

hash32 blake2b_256_keyed(const key32& key, bytes_view data) {
    hash32 out;
    crypto_generichash(out.data(), out.size(), data.data(), data.size(), key.data(), key.size());
    return out;
}

hash16 blake2b_128_keyed(const key32& key, bytes_view data) {
    hash16 out;
    crypto_generichash(out.data(), out.size(), data.data(), data.size(), key.data(), key.size());
    return out;
}

std::uint64_t blake2b_64(bytes_view data) {
    hash16 out;
    crypto_generichash(out.data(), out.size(), data.data(), data.size(), nullptr, 0);
    std::uint64_t value = 0;
    std::memcpy(&value, out.data(), sizeof value);
    return value;
}

std::uint64_t siphash24(const hash16& key, bytes_view data) {
    static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
    std::uint64_t value = 0;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&value), data.data(), data.size(),
                     key.data());
    return value;
}

hash32 hmac_sha256(bytes_view key, bytes_view data) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, data.data(), data.size());
    hash32 out;
    crypto_auth_hmacsha256_final(&state, out.data());
    return out;
}

std::uint32_t crc32(bytes_view data) {
    static const auto table = [] {
        std::array<std::uint32_t, 256> t{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t c = i;
            for (int k = 0; k < 8; ++k)
                c = (c & 1) != 0 ? 0xedb88320U ^ (c >> 1) : c >> 1;
            t[i] = c;
        }
        return t;
    }();
    std::uint32_t c = 0xffffffffU;
    for (const auto byte : data)
        c = table[(c ^ byte) & 0xffU] ^ (c >> 8);
    return c ^ 0xffffffffU;
}

std::string to_hex(bytes_view data) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(data.size() * 2);
    for (const auto byte : data) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
    if (text.empty()) return std::vector<std::uint8_t>{};
    std::vector<std::uint8_t> out(text.size() / 2 + 1);
    std::size_t n = 0;
    const char* end = nullptr;
    if (sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &n, &end) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    out.resize(n);
    return out;
}

std::string to_base32(bytes_view data) {
    static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const auto byte : data) {
        buffer = (buffer << 8) | byte;
        bits += 8;
        while (bits >= 5) {
            out += letters[(buffer >> (bits - 5)) & 31];
            bits -= 5;
        }
    }
    if (bits > 0) out += letters[(buffer << (5 - bits)) & 31];
    return out;
}

std::string to_base64url(bytes_view data) {
    if (data.empty()) return {};
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string out(sodium_base64_encoded_len(data.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), data.data(), data.size(), variant);
    out.resize(std::strlen(out.c_str()));
    return out;
}

std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text) {
    if (text.empty()) return std::vector<std::uint8_t>{};
    std::vector<std::uint8_t> out(text.size());
    std::size_t n = 0;
    const char* end = nullptr;
    if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &n, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    out.resize(n);
    return out;
}

bool equal_constant_time(bytes_view a, bytes_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

field_bytes& field_bytes::add(bytes_view field) {
    const auto n = static_cast<std::uint32_t>(field.size());
    for (int shift = 0; shift < 32; shift += 8)
        data_.push_back(static_cast<std::uint8_t>(n >> shift));
    data_.insert(data_.end(), field.begin(), field.end());
    return *this;
}

field_bytes& field_bytes::add(std::string_view field) {
    return add(as_bytes(field));
}

field_bytes& field_bytes::add_u64(std::uint64_t value) {
    return add(bytes_view{reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
}

} // namespace servery
