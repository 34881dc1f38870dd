#include "data_plane/assistant/text/markdown.h"

namespace servery::assistant {

namespace {

void walk_from(cmark_node* from, const std::function<void(cmark_node*, bool)>& visit) {
    auto* steps = cmark_iter_new(from);
    for (auto event = cmark_iter_next(steps); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(steps))
        visit(cmark_iter_get_node(steps), event == CMARK_EVENT_ENTER);
    cmark_iter_free(steps);
}

} // namespace

markdown_tree::markdown_tree(std::string_view text, markdown_tables tables) {
    cmark_gfm_core_extensions_ensure_registered();
    parser_ = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8);
    if (tables == markdown_tables::on)
        if (auto* table = cmark_find_syntax_extension("table"))
            cmark_parser_attach_syntax_extension(parser_, table);
    cmark_parser_feed(parser_, text.data(), text.size());
    root_ = cmark_parser_finish(parser_);
}

markdown_tree::~markdown_tree() {
    cmark_node_free(root_);
    cmark_parser_free(parser_);
}

void markdown_tree::walk(const std::function<void(cmark_node*, bool)>& visit) const {
    walk_from(root_, visit);
}

std::string markdown_tree::plain_text(cmark_node* node) {
    std::string out;
    walk_from(node, [&](cmark_node* n, bool entering) {
        if (!entering) return;
        const auto type = cmark_node_get_type(n);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE)
            out += cmark_node_get_literal(n);
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            out += ' ';
    });
    return out;
}

} // namespace servery::assistant
