#include "control_plane/evaluation/csv_table.h"
#include "control_plane/evaluation/import.h"

namespace servery::evaluation {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts)
        out += (out.empty() ? "" : "|") + part;
    return out;
}

} // namespace

std::string export_jsonl(const std::vector<eval_case>& cases) {
    std::string out;
    for (const auto& c : cases)
        out += json::write(json::to_json(c)) + "\n";
    return out;
}

std::string export_csv(const std::vector<eval_case>& cases) {
    std::string out = "id,ask,expect,topic,lang,family,severity,split,tags\r\n";
    for (const auto& c : cases) {
        const auto ask = c.ask.empty() && !c.turns.empty() ? c.turns.front().user : c.ask;
        out += csv_cell(c.id) + "," + csv_cell(ask) + "," + csv_cell(joined(c.expect)) + "," +
               csv_cell(c.topic) + "," + csv_cell(c.lang) + "," + csv_cell(c.family) + "," +
               std::string(json::enum_word(c.severity)) + "," +
               std::string(json::enum_word(c.split)) + "," + csv_cell(joined(c.tags)) + "\r\n";
    }
    return out;
}

} // namespace servery::evaluation
