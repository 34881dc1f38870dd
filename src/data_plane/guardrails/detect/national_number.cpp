// National numbers as rows of a table: shape, separators, check, base score. One shape is a list of
// group lengths; a row may have several.
#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/checks.h"
#include "data_plane/guardrails/detect/not_a_phone.h"
#include "data_plane/guardrails/detect/number_cluster.h"

#include <array>
#include <span>

namespace servery::guardrails {
namespace {

// Group lengths; 0 ends the list.
using shape = std::array<std::uint8_t, 5>;

struct row {
    pii_type type;
    shape groups;
    std::string_view separators; // all the same one, out of these
    bool (*check)(std::string_view digits) noexcept;
    checked_by kind;
    int base;
    bool needs_context;
    std::string_view rule;
};

constexpr std::array rows{
    row{pii_type::US_SSN, {3, 2, 4}, "- .", us_ssn, checked_by::none, 50, false, "ssn.groups"},
    row{pii_type::US_SSN, {3, 6}, "-", us_ssn, checked_by::none, 50, true, "ssn.partial"},
    row{pii_type::US_SSN, {5, 4}, "-", us_ssn, checked_by::none, 50, true, "ssn.partial"},
    row{pii_type::US_SSN, {9}, "", us_ssn, checked_by::none, 50, true, "ssn.plain"},
    // A random ten-digit number passes the check once in eleven times.
    row{pii_type::UK_NHS, {3, 3, 4}, "- ", uk_nhs, checked_by::checksum, 60, true, "nhs.groups"},
    row{pii_type::UK_NHS, {10}, "", uk_nhs, checked_by::checksum, 60, true, "nhs.plain"},
    row{pii_type::DE_TAX_ID, {11}, "", de_tax_id, checked_by::checksum, 60, true, "de_tax.plain"},
    row{pii_type::DE_TAX_ID,
        {2, 3, 3, 3},
        " ",
        de_tax_id,
        checked_by::checksum,
        60,
        true,
        "de_tax.groups"},
};

std::size_t group_count(const shape& groups) {
    std::size_t n = 0;
    while (n < groups.size() && groups[n] != 0)
        ++n;
    return n;
}

bool fits(std::string_view text, const number_cluster& cluster, std::size_t first, const row& r) {
    const auto n = group_count(r.groups);
    if (first + n > cluster.count) return false;
    for (std::size_t i = 0; i < n; ++i)
        if (cluster.groups[first + i].size() != r.groups[i]) return false;
    for (std::size_t i = 0; i + 1 < n; ++i) {
        const auto between = cluster.separator(text, first + i);
        if (between.size() != 1 || r.separators.find(between[0]) == std::string_view::npos)
            return false;
        if (between != cluster.separator(text, first)) return false;
    }
    if (after_unit_word(text, cluster.groups[first].begin)) return false;
    return stands_apart(text, cluster, first, first + n - 1) &&
           r.check(cluster.digits(text, first, first + n - 1));
}

} // namespace

void find_national_numbers(std::string_view text, const number_cluster& cluster,
                           std::uint32_t wanted, candidates& out) {
    for (const auto& r : rows) {
        if ((wanted >> static_cast<unsigned>(r.type) & 1U) == 0) continue;
        for (std::size_t first = 0; first < cluster.count; ++first) {
            if (!fits(text, cluster, first, r)) continue;
            out.push_back({.type = r.type,
                           .begin = cluster.groups[first].begin,
                           .end = cluster.groups[first + group_count(r.groups) - 1].end,
                           .base = r.base,
                           .checked = r.kind,
                           .needs_context = r.needs_context,
                           .rule = r.rule});
        }
    }
}

} // namespace servery::guardrails
