// The report on paper: report_parts() on A4 pages.
#include "control_plane/evaluation/pdf_pages.h"
#include "control_plane/evaluation/report.h"

#include <fmt/format.h>

namespace servery::evaluation {
namespace {

std::string subject_of(const run_summary& run) {
    auto out = fmt::format("run {}, dataset {}", run.run, run.dataset_hash);
    for (const auto& c : run.columns)
        out += ", variant " + c.variant;
    return out;
}

} // namespace

result<std::string> report_pdf(const run_summary& run, const report_context& about) {
    pdf_pages pages;
    pages.properties(report_title(about), subject_of(run), run.finished_at);
    pages.title(report_title(about));
    for (const auto& part : report_parts(run, about)) {
        pages.heading(part.title);
        for (const auto& p : part.paragraphs)
            pages.paragraph(p);
        for (const auto& p : part.points)
            pages.point(p);
        if (!part.table.head.empty()) pages.table(part.table);
    }
    if (pages.unprintable() > 0)
        pages.paragraph(fmt::format("¤ stands for a character that the fonts of a PDF lack ({} in "
                                    "this report); the HTML report shows it.",
                                    pages.unprintable()));
    return pages.finish(report_footer(run));
}

} // namespace servery::evaluation
