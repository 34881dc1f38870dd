// What the recognisers hand to the resolver: possible values in shadow offsets. Each recogniser is
// one pass over the shadow, linear in its length. Thread: pure.
#pragma once

#include "data_plane/guardrails/detect/finding.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace servery::guardrails {

// base: score without context. needs_context: scores 5 without a context word, even when a check
// passed (random numbers pass it too often).
struct candidate {
    pii_type type = pii_type::EMAIL_ADDRESS;
    std::size_t begin = 0;
    std::size_t end = 0;
    int base = 0;
    checked_by checked = checked_by::none;
    bool needs_context = false;
    std::string_view rule;
};
using candidates = std::vector<candidate>;

void find_emails(std::string_view text, candidates& out);
void find_urls(std::string_view text, candidates& out);
void find_ip_addresses(std::string_view text, candidates& out);
void find_ibans(std::string_view text, candidates& out);
void find_insurance_numbers(std::string_view text, candidates& out);       // UK_NINO
void find_social_security_numbers(std::string_view text, candidates& out); // DE

struct number_cluster;
// All kinds of numbers that are made of groups of digits; wanted: bit i = pii_type i.
void find_numbers(std::string_view text, std::uint32_t wanted, candidates& out);
void find_cards(std::string_view text, const number_cluster& cluster, candidates& out);
void find_national_numbers(std::string_view text, const number_cluster& cluster,
                           std::uint32_t wanted, candidates& out);
void find_phones(std::string_view text, const number_cluster& cluster, candidates& out);

} // namespace servery::guardrails
