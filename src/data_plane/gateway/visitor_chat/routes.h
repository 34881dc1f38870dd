// The visitor chat: what the widget and the chat page speak. GET config, POST consent, sessions,
// messages, human, feedback, report, label-shown, GET events (a stream, or a long poll with
// `accept: application/json`), GET history, GET and DELETE me, under /widget/v1/{widget}; and the
// widget's own files and the hosted chat. The public key stands in the header, the visitor in
// x-servery-visitor, nothing in the URL. Thread: the connection's reactor.
#pragma once

namespace servery::http {
class router;
}

namespace servery::gateway {

class gateway;

// Needs a conversation book in the gateway's ports.
void add_visitor_chat(gateway& with, http::router& to);

} // namespace servery::gateway
