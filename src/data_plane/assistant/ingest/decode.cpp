#include "data_plane/assistant/ingest/import_file.h"
#include "foundation/base/text.h"

#include <unicode/utf8.h>

#include <array>

namespace servery::assistant {

namespace {

void append(std::string& out, std::uint32_t c) {
    char buffer[4];
    int32_t n = 0;
    UBool fault = false;
    U8_APPEND(reinterpret_cast<uint8_t*>(buffer), n, 4, static_cast<UChar32>(c), fault);
    if (!fault) out.append(buffer, static_cast<std::size_t>(n));
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
    const auto unit = [&](std::size_t i) {
        const auto a = static_cast<unsigned char>(bytes[i]);
        const auto b = static_cast<unsigned char>(bytes[i + 1]);
        return static_cast<std::uint32_t>(big_endian ? a << 8 | b : b << 8 | a);
    };
    std::string out;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        std::uint32_t c = unit(i);
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size()) {
            const auto low = unit(i + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        append(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    }
    return out;
}

// 0x80-0x9F; the five unassigned places stay controls.
constexpr std::array<std::uint16_t, 32> windows_1252_high{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

std::string from_windows_1252(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        const auto b = static_cast<unsigned char>(byte);
        append(out, b >= 0x80 && b < 0xA0 ? windows_1252_high[b - 0x80] : b);
    }
    return out;
}

} // namespace

decoded_text decode_text(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (bytes.starts_with("\xFF\xFE")) return {from_utf16(bytes.substr(2), false)};
    if (bytes.starts_with("\xFE\xFF")) return {from_utf16(bytes.substr(2), true)};
    if (is_utf8(bytes)) return {std::string(bytes)};
    return {from_windows_1252(bytes), true};
}

} // namespace servery::assistant
