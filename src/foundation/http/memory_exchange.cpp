#include "foundation/http/memory_exchange.h"

#include "foundation/http/faults.h"

#include <utility>

namespace servery::http {

memory_request::memory_request(method with, std::string at,
                               std::vector<std::pair<std::string, std::string>> fields,
                               std::string content)
    : target_(std::move(at)), owned_(std::move(fields)), body_(std::move(content)),
      body_size_(body_.size()) {
    body_.append(64, '\0');
    verb = with;
    method_text = name(with);
    target = target_;
    path = target.substr(0, target.find('?'));
    if (path.size() < target.size()) query = target.substr(path.size() + 1);
    for (const auto& [key, value] : owned_)
        views_.push_back({key, value});
    headers = views_;
    if (body_size_ > 0) content_length = body_size_;
    arrived = std::chrono::steady_clock::now();
    peer.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1};
}

task<result<std::string_view>> memory_request::read_body(std::size_t limit) {
    if (body_size_ > limit) co_return body_too_large(limit);
    co_return std::string_view(body_).substr(0, body_size_);
}

void memory_responder::leave() {
    gone_ = true;
    if (auto call = std::exchange(on_gone_, nullptr)) call();
}

std::string_view memory_responder::header(std::string_view lower_name) const {
    for (const auto& [key, value] : headers)
        if (key == lower_name) return value;
    return {};
}

void memory_responder::take_head(int code, std::span<const http::header> fields) {
    status = code;
    for (const auto& field : fields)
        headers.emplace_back(field.name, field.value);
}

task<bool> memory_responder::send(int code, std::span<const http::header> fields,
                                  std::string_view text) {
    take_head(code, fields);
    if (gone_) co_return false;
    body = text;
    writes.emplace_back(text);
    finished = true;
    co_return true;
}

task<bool> memory_responder::start_stream(int code, std::span<const http::header> fields, flush) {
    take_head(code, fields);
    co_return !gone_;
}

task<bool> memory_responder::write(std::span<const std::string_view> pieces) {
    if (gone_) co_return false;
    std::string all;
    for (const auto piece : pieces)
        all += piece;
    body += all;
    if (!all.empty()) writes.push_back(std::move(all));
    co_return true;
}

task<bool> memory_responder::finish(std::span<const std::string_view> last) {
    const bool there = co_await write(last);
    finished = there;
    co_return there;
}

void memory_responder::on_gone(std::function<void()> call) {
    if (gone_ && call) {
        call();
        return;
    }
    on_gone_ = std::move(call);
}

} // namespace servery::http
