#include "control_plane/evaluation/pdf_pages.h"

#include "foundation/base/text.h"

#include <fmt/format.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <hpdf.h>
#include <vector>

namespace servery::evaluation {
namespace {

constexpr float left = 56;
constexpr float right = 539; // of 595
constexpr float top = 786;   // of 842
constexpr float bottom = 64;
constexpr float footer_at = 36;
constexpr float body_size = 9.5F;
constexpr float cell_size = 8.5F;
constexpr float footer_size = 7.5F;
constexpr float leading = 1.36F; // of the size
constexpr float indent = 11;
constexpr float cell_gap = 8;
constexpr char placeholder = '\xa4';

// Windows-1252 from 0x80 to 0x9f; 0 = unused.
constexpr std::array<char32_t, 32> upper_rows{
    0x20ac, 0,      0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0,      0x17d,  0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0,      0x17e,  0x178};

void add(std::string& out, char32_t c, std::size_t& missing) {
    if (c == '\n' || c == '\r' || c == '\t' || c == 0xa0 || c == 0x202f)
        out += ' ';
    else if ((c >= 0x20 && c < 0x7f) || (c > 0xa0 && c <= 0xff))
        out += static_cast<char>(static_cast<unsigned char>(c));
    else if (c == 0x2192)
        out += "->";
    else if (const auto at = std::ranges::find(upper_rows, c); c != 0 && at != upper_rows.end())
        out += static_cast<char>(static_cast<unsigned char>(0x80 + (at - upper_rows.begin())));
    else {
        out += placeholder;
        ++missing;
    }
}

// Composed first, so that a letter and its dots become one letter.
std::string to_windows_1252(std::string_view text, std::size_t& missing) {
    const auto composed = to_nfc(text);
    const auto* bytes = composed.data();
    const auto size = static_cast<std::int32_t>(composed.size());
    std::string out;
    for (std::int32_t i = 0; i < size;) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        add(out, c < 0 ? U'\xfffd' : static_cast<char32_t>(c), missing);
    }
    return out;
}

HPDF_Date date_of(instant at) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{at.ms}};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return {.year = int(date.year()),
            .month = static_cast<int>(unsigned(date.month())),
            .day = static_cast<int>(unsigned(date.day())),
            .hour = static_cast<int>(clock.hours().count()),
            .minutes = static_cast<int>(clock.minutes().count()),
            .seconds = static_cast<int>(clock.seconds().count()),
            .ind = 'Z',
            .off_hour = 0,
            .off_minutes = 0};
}

} // namespace

// libharu keeps its first fault and refuses all calls after it; finish() looks at it once.
struct pdf_pages::state {
    HPDF_Doc doc = HPDF_New(nullptr, nullptr);
    HPDF_Font plain = HPDF_GetFont(doc, "Helvetica", "WinAnsiEncoding");
    HPDF_Font bold = HPDF_GetFont(doc, "Helvetica-Bold", "WinAnsiEncoding");
    std::vector<HPDF_Page> pages;
    float y = 0; // baseline of the line above
    std::size_t missing = 0;

    ~state() { HPDF_Free(doc); }

    void new_page() {
        pages.push_back(HPDF_AddPage(doc));
        HPDF_Page_SetSize(pages.back(), HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
        y = top;
    }
    [[nodiscard]] bool room(float height) const { return y - height >= bottom; }
    void put(float x, const std::string& text, HPDF_Font font, float size) const {
        auto* page = pages.back();
        HPDF_Page_BeginText(page);
        HPDF_Page_SetFontAndSize(page, font, size);
        HPDF_Page_TextOut(page, x, y, text.c_str());
        HPDF_Page_EndText(page);
    }
    void rule() const {
        auto* page = pages.back();
        HPDF_Page_SetLineWidth(page, 0.4F);
        HPDF_Page_SetGrayStroke(page, 0.7F);
        HPDF_Page_MoveTo(page, left, y);
        HPDF_Page_LineTo(page, right, y);
        HPDF_Page_Stroke(page);
    }
    std::vector<std::string> wrap(std::string_view text, HPDF_Font font, float size, float width);
    void lines(std::string_view text, HPDF_Font font, float size, float x);
    void row(const std::vector<std::vector<std::string>>& cells, bool head, float width);
    std::vector<std::vector<std::string>> cells_of(const std::vector<std::string>& row, bool head,
                                                   float width);
};

namespace {

// Bytes of `rest` that fit: whole words, or part of a word longer than the line.
std::size_t fitting(std::string_view rest, HPDF_Font font, float size, float width) {
    const auto* bytes = reinterpret_cast<const HPDF_BYTE*>(rest.data());
    const auto wide = [&](std::size_t n) {
        return static_cast<float>(
                   HPDF_Font_TextWidth(font, bytes, static_cast<HPDF_UINT>(n)).width) *
               size / 1000;
    };
    std::size_t good = 0;
    for (std::size_t end = rest.find(' ');; end = rest.find(' ', end + 1)) {
        const auto n = std::min(end, rest.size());
        if (wide(n) > width) break;
        good = n;
        if (end == std::string_view::npos) return good;
    }
    if (good > 0) return good;
    for (good = 1; good < rest.size() && wide(good + 1) <= width;)
        ++good;
    return good;
}

float column_width(std::size_t columns) {
    return (right - left) / static_cast<float>(std::max<std::size_t>(columns, 1));
}

} // namespace

std::vector<std::string> pdf_pages::state::wrap(std::string_view text, HPDF_Font font, float size,
                                                float width) {
    const auto bytes = to_windows_1252(text, missing);
    std::vector<std::string> out;
    for (auto rest = trim(bytes); !rest.empty();) {
        const auto n = fitting(rest, font, size, width);
        out.emplace_back(trim(rest.substr(0, n)));
        rest = trim(rest.substr(n));
    }
    return out;
}

void pdf_pages::state::lines(std::string_view text, HPDF_Font font, float size, float x) {
    for (const auto& one : wrap(text, font, size, right - x)) {
        if (!room(size * leading)) new_page();
        y -= size * leading;
        put(x, one, font, size);
    }
}

std::vector<std::vector<std::string>>
pdf_pages::state::cells_of(const std::vector<std::string>& row, bool head, float width) {
    std::vector<std::vector<std::string>> out;
    for (std::size_t i = 0; i < row.size(); ++i)
        out.push_back(wrap(row[i], head || i == 0 ? bold : plain, cell_size, width - cell_gap));
    return out;
}

void pdf_pages::state::row(const std::vector<std::vector<std::string>>& cells, bool head,
                           float width) {
    std::size_t height = 0;
    for (const auto& c : cells)
        height = std::max(height, c.size());
    for (std::size_t n = 0; n < height; ++n) {
        if (!room(cell_size * leading)) new_page();
        y -= cell_size * leading;
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (n < cells[i].size())
                put(left + width * static_cast<float>(i), cells[i][n],
                    head || i == 0 ? bold : plain, cell_size);
    }
    y -= 3.5F;
    rule();
}

pdf_pages::pdf_pages() : s_{std::make_unique<state>()} {
    HPDF_SetCompressionMode(s_->doc, HPDF_COMP_TEXT);
    // Properties are then written as UTF-16.
    HPDF_SetCurrentEncoder(s_->doc, "WinAnsiEncoding");
    s_->new_page();
}

pdf_pages::~pdf_pages() = default;

void pdf_pages::properties(std::string_view title, std::string_view subject,
                           const std::optional<instant>& made) {
    std::size_t ignored = 0;
    HPDF_SetInfoAttr(s_->doc, HPDF_INFO_TITLE, to_windows_1252(title, ignored).c_str());
    HPDF_SetInfoAttr(s_->doc, HPDF_INFO_SUBJECT, to_windows_1252(subject, ignored).c_str());
    HPDF_SetInfoAttr(s_->doc, HPDF_INFO_PRODUCER, "Servery");
    if (made) HPDF_SetInfoDateAttr(s_->doc, HPDF_INFO_CREATION_DATE, date_of(*made));
}

void pdf_pages::title(std::string_view text) {
    s_->lines(text, s_->bold, 17, left);
    s_->y -= 6;
}

void pdf_pages::heading(std::string_view text) {
    if (!s_->room(60)) s_->new_page();
    s_->y -= 10;
    s_->lines(text, s_->bold, 12, left);
    s_->y -= 2;
}

void pdf_pages::paragraph(std::string_view text) {
    s_->lines(text, s_->plain, body_size, left);
    s_->y -= 3;
}

void pdf_pages::point(std::string_view text) {
    if (!s_->room(body_size * leading)) s_->new_page();
    s_->y -= body_size * leading;
    s_->put(left, "\x95", s_->plain, body_size);
    s_->y += body_size * leading;
    s_->lines(text, s_->plain, body_size, left + indent);
    s_->y -= 2;
}

void pdf_pages::table(const report_table& t) {
    const auto width = column_width(t.head.size());
    const auto head = s_->cells_of(t.head, true, width);
    s_->row(head, true, width);
    for (const auto& texts : t.rows) {
        const auto cells = s_->cells_of(texts, false, width);
        std::size_t height = 0;
        for (const auto& c : cells)
            height = std::max(height, c.size());
        if (!s_->room(static_cast<float>(height) * cell_size * leading)) {
            s_->new_page();
            s_->row(head, true, width);
        }
        s_->row(cells, false, width);
    }
    s_->y -= 4;
}

std::size_t pdf_pages::unprintable() const {
    return s_->missing;
}

result<std::string> pdf_pages::finish(std::string_view footer) {
    for (std::size_t i = 0; i < s_->pages.size(); ++i) {
        auto* page = s_->pages[i];
        const auto text = to_windows_1252(
            fmt::format("{} · page {} of {}", footer, i + 1, s_->pages.size()), s_->missing);
        HPDF_Page_BeginText(page);
        HPDF_Page_SetFontAndSize(page, s_->plain, footer_size);
        HPDF_Page_TextOut(page, left, footer_at, text.c_str());
        HPDF_Page_EndText(page);
    }
    HPDF_SaveToStream(s_->doc);
    std::string out(HPDF_GetStreamSize(s_->doc), '\0');
    auto size = static_cast<HPDF_UINT32>(out.size());
    HPDF_ReadFromStream(s_->doc, reinterpret_cast<HPDF_BYTE*>(out.data()), &size);
    if (s_->doc == nullptr || HPDF_GetError(s_->doc) != HPDF_OK || size != out.size())
        return fail(error_code::unavailable, "eval.report.pdf", "the PDF cannot be made",
                    fmt::format("fault {:#x} of its library",
                                s_->doc == nullptr ? 0UL : HPDF_GetError(s_->doc)),
                    "take the report as html, or try again with more memory");
    return out;
}

} // namespace servery::evaluation
