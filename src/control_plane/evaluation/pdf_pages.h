// A4 pages that fill from the top: headings, paragraphs, points, tables; a footer with the page's
// number. Texts are UTF-8; what the fonts of every PDF reader lack (all beyond Windows-1252) is
// printed as "¤" and counted. Lengths in points. The same calls make the same bytes.
// Thread: one at a time an object.
#pragma once

#include "control_plane/evaluation/report_content.h"
#include "foundation/base/clock.h"
#include "foundation/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace servery::evaluation {

class pdf_pages {
  public:
    pdf_pages();
    ~pdf_pages();
    pdf_pages(const pdf_pages&) = delete;
    pdf_pages& operator=(const pdf_pages&) = delete;

    // What a reader shows as the file's properties; made = none leaves the date out.
    void properties(std::string_view title, std::string_view subject,
                    const std::optional<instant>& made);
    void title(std::string_view text);
    // Never the last line of a page.
    void heading(std::string_view text);
    void paragraph(std::string_view text);
    void point(std::string_view text);
    // Columns of equal width behind the first; a row stays on one page if a page can hold it; the
    // head is repeated on every page.
    void table(const report_table& t);

    // Characters so far that were printed as "¤".
    [[nodiscard]] std::size_t unprintable() const;
    // The file; the last call. Errors: eval.report.pdf (no memory for it).
    [[nodiscard]] result<std::string> finish(std::string_view footer);

  private:
    struct state;
    std::unique_ptr<state> s_;
};

} // namespace servery::evaluation
