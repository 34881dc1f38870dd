// A monthly report was written. It can be written again from the log at any time: the record keeps
// what people were told. Written by control_plane/monitoring.
#pragma once

#include "foundation/events/event.h"

#include <string>

namespace servery::events {

struct report_ready {
    static constexpr std::string_view kind = "report.ready";
    static constexpr record_class cls = record_class::traffic;

    std::string month;   // 2026-10
    bool final_ = false; // the horizon for late ratings has closed
    std::string headline;
    std::string hash; // BLAKE2b-256 of the Markdown text, hex
};
BOOST_DESCRIBE_STRUCT(report_ready, (), (month, final_, headline, hash))

} // namespace servery::events
