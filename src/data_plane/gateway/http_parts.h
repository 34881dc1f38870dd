// Between HTTP and the exchange: reading a request's head, writing its answer. Thread: the
// exchange's reactor.
#pragma once

#include "data_plane/gateway/steps.h"
#include "foundation/http/server.h"

#include <string>
#include <string_view>

namespace servery::gateway {

// Authenticates and reads every x-servery header that needs no body. Errors: key.*, request.*,
// server.not_ready.
[[nodiscard]] status read_head(gateway& with, exchange& x, const http::request& in,
                               std::string_view scope);

// Body into x.body and x.asked. Errors: http.*, request.*; http.client_gone when nobody listens.
[[nodiscard]] task<status> read_request(exchange& x, http::request& in, bool embeddings);

// Visitor, conversation, owner, consent; what a sandbox key or a purpose names.
[[nodiscard]] task<status> identify_caller(gateway& with, exchange& x, const http::request& in);

// What the key, the visitor and the address may still ask. Errors: limit.rate, limit.in_flight; how
// long to wait stands in x.try_again_after.
[[nodiscard]] status check_limits(gateway& with, exchange& x, const http::request& in);

// The answer's headers; owned, with the CORS ones for a public key.
[[nodiscard]] provider::header_list answer_headers(const exchange& x, const reply* r,
                                                   std::string_view content_type);

// Writes a reply that is not relayed. Returns the status sent.
[[nodiscard]] task<int> write_reply(exchange& x, http::responder& out, reply& r);

// An error where there is no exchange to speak of.
[[nodiscard]] task<int> write_fault(http::responder& out, const exchange& x, const error& fault);

// Adds the CORS headers for an origin that a public key of this server lists; false if none does.
[[nodiscard]] bool cors_headers(const policy::snapshot& policy, std::string_view origin,
                                provider::header_list& to);
// The two quiet routes.
[[nodiscard]] task<reply> answer_embeddings(gateway& with, exchange& x);
[[nodiscard]] task<void> write_models(exchange& x, http::responder& out, std::string one);

// Answers a preflight.
[[nodiscard]] task<void> answer_preflight(gateway& with, http::request& in, http::responder& out);

} // namespace servery::gateway
